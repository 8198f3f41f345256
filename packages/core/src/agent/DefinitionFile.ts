/**
 * One definition file: read with care, since repositories come from anybody, and parsed by its format.
 */
import { closeSync, constants, fstatSync, openSync, readFileSync, realpathSync } from "node:fs"
import { extname, sep } from "node:path"
import type { AgentDefinition } from "./AgentDefinition.ts"
import { DefinitionError, type Parsed } from "./DefinitionError.ts"
import * as Markdown from "./formats/Markdown.ts"
import * as YamlA from "./formats/YamlA.ts"

export type Format = "yaml" | "markdown" | "built-in"

/** Larger than any role anybody wrote, smaller than what would slow a listing. */
const largestFile = 256 * 1024

export const formatOf = (file: string): Format => (extname(file).toLowerCase() === ".md" ? "markdown" : "yaml")

/**
 * Reads and parses `file`; throws DefinitionError, with `shown` as the file's name. A link that leads out of `inside`
 * is refused, as is everything but a regular file of at most 256 KiB of UTF-8.
 */
export const readDefinition = (file: string, shown: string, inside: string | undefined): Parsed<AgentDefinition> => {
  const text = readText(file, shown, inside)
  return formatOf(file) === "markdown" ? Markdown.parse(shown, text) : YamlA.parse(shown, text)
}

// internal

const readText = (file: string, shown: string, inside: string | undefined): string => {
  const refuse = (problem: string, fix: string) =>
    new DefinitionError({ file: shown, line: 1, column: 1, field: "", problem, fix })
  let bytes: Buffer
  try {
    const real = realpathSync(file)
    if (inside !== undefined && !real.startsWith(inside.endsWith(sep) ? inside : inside + sep)) {
      throw refuse("is a link that leaves the workspace", "Put the definition itself there.")
    }
    // Without O_NONBLOCK a FIFO would hang here.
    const descriptor = openSync(real, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
    try {
      const { size } = fstatSync(descriptor)
      if (!fstatSync(descriptor).isFile()) throw refuse("is not a regular file", "Put a definition file there.")
      if (size > largestFile) throw refuse(`is ${size} bytes, more than ${largestFile}`, "Shorten it.")
      bytes = readFileSync(descriptor)
    } finally {
      closeSync(descriptor)
    }
  } catch (error) {
    if (error instanceof DefinitionError) throw error
    const code = error instanceof Error && "code" in error ? String(error.code) : String(error)
    throw refuse(`cannot be read (${code})`, "Check that it exists and may be read.")
  }
  const bad = badByte(bytes)
  if (bad !== undefined) {
    const { column, line } = bad
    throw new DefinitionError({
      file: shown,
      line,
      column,
      field: "",
      problem: "is not UTF-8 here",
      fix: "Save it as UTF-8."
    })
  }
  return bytes.toString("utf8").replace(/^\uFEFF/, "")
}

/** Where the first byte stands that is no UTF-8. */
const badByte = (bytes: Buffer): { readonly line: number; readonly column: number } | undefined => {
  const decoder = new TextDecoder("utf-8", { fatal: true })
  try {
    decoder.decode(bytes)
    return undefined
  } catch {
    const before = bytes.toString("utf8").split("\uFFFD")[0] ?? ""
    const lines = before.split("\n")
    return { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 }
  }
}
