/** Definitions as texts, read the way files are. */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { DefinitionError } from "../../../src/definition/DefinitionError.ts"
import { parseText } from "../../../src/definition/ReadDefinition.ts"

export const fixture = (name: string): string => readFileSync(join(import.meta.dirname, "..", "fixtures", name), "utf8")

export const unprovided = "is a tool that nothing here provides; the agent goes without it"

/** What is wrong with the text, as users are told. */
export const refusal = (file: string, text: string): DefinitionError => {
  try {
    parseText(file, text)
  } catch (error) {
    if (error instanceof DefinitionError) return error
    throw error
  }
  throw new Error(`${file} was read`)
}

/** Every problem of the text, as `LINE:COLUMN FIELD: PROBLEM`. */
export const problems = (file: string, text: string): ReadonlyArray<string> =>
  refusal(file, text).problems.map(({ column, field, line, problem }) => `${line}:${column} ${field}: ${problem}`)

/** The definition as plain data. */
export const plain = (file: string, text: string) => {
  const { definition } = parseText(file, text)
  return { ...definition, limits: { ...definition.limits } }
}

export const rightsOf = (file: string, text: string) => parseText(file, text).definition.permissions

/** Remarks as `LINE:COLUMN FIELD: PROBLEM`. */
export const remarks = (file: string, text: string): ReadonlyArray<string> =>
  parseText(file, text).warnings.map(({ column, field, line, problem }) => `${line}:${column} ${field}: ${problem}`)

/** No rights beyond reading. */
export const reading = { read: ["**"], write: [], net: [], exec: [], mcp: [], spawn: [] }
