/**
 * Front matter: the YAML between two lines `---` at the top of a Markdown file.
 *
 * What is no YAML (`description: … user: "x"` is common) is read again with each value that YAML does not take as plain
 * text: lines keep their numbers, values that are fine keep their types, nothing is dropped.
 */
import { parseDocument } from "yaml"
import { DefinitionError } from "../DefinitionError.ts"
import { YamlFile } from "./YamlFile.ts"

export interface FrontMatter {
  readonly yaml: YamlFile
  /** What follows, with LF line ends. */
  readonly body: string
  /** The line of the file on which the body begins. */
  readonly bodyLine: number
}

/** Throws DefinitionError. `known` are the keys that end a description which runs over several lines. */
export const readFrontMatter = (file: string, text: string, known: ReadonlyArray<string>): FrontMatter => {
  const lines = text.split(/\r\n|\n|\r/)
  const end = lines.findIndex((line, index) => index > 0 && isFence(line))
  if (!isFence(lines[0] ?? "") || end < 0) {
    throw new DefinitionError({
      file,
      line: 1,
      column: 1,
      field: "",
      problem: isFence(lines[0] ?? "") ? "the front matter has no end" : "the file does not begin with front matter",
      fix: "Begin with a line `---`, then `name: …` and `description: …`, then a line `---`."
    })
  }
  const front = lines.slice(1, end)
  return { yaml: read(file, front, known), body: lines.slice(end + 1).join("\n"), bodyLine: end + 2 }
}

// internal

const isFence = (line: string): boolean => /^---[ \t]*$/.test(line)

const read = (file: string, front: ReadonlyArray<string>, known: ReadonlyArray<string>): YamlFile => {
  try {
    return new YamlFile(file, front.join("\n"), 2)
  } catch (error) {
    const mended = mend(front, known)
    if (!(error instanceof DefinitionError) || mended === undefined) throw error
    let yaml: YamlFile
    try {
      yaml = new YamlFile(file, mended, 2)
    } catch {
      // The first error is about the text as it stands.
      throw error
    }
    const { column, field, line, problem } = error
    yaml.warnings.unshift({ line, column, field, problem: `not valid YAML (${problem}); read as plain text` })
    return yaml
  }
}

/** The text with every value quoted that is no YAML by itself; undefined if each is. */
const mend = (front: ReadonlyArray<string>, known: ReadonlyArray<string>): string | undefined => {
  const values = split(front, known)
  const mended = values.map((lines) => (isYaml(lines) ? lines : quoted(lines)))
  return mended.some((lines, index) => lines !== values[index]) ? mended.flat().join("\n") : undefined
}

/** One group of lines for each key. In a description only known keys begin another: its text may have lines `user: …`. */
const split = (front: ReadonlyArray<string>, known: ReadonlyArray<string>): ReadonlyArray<ReadonlyArray<string>> => {
  const groups: Array<Array<string>> = []
  let current: string | undefined
  for (const line of front) {
    const key = /^([A-Za-z_][\w-]*):(?=\s|$)/.exec(line)?.[1]
    const begins = key !== undefined && (current !== "description" || known.includes(key))
    if (begins) current = key
    if (begins || groups.length === 0) groups.push([line])
    else groups.at(-1)?.push(line)
  }
  return groups
}

const isYaml = (lines: ReadonlyArray<string>): boolean =>
  parseDocument(lines.join("\n"), { schema: "core", prettyErrors: false, logLevel: "error" }).errors.length === 0

/** The value as one quoted text, then as many empty lines as it took more than one: prose, which only a description is. */
const quoted = (lines: ReadonlyArray<string>): ReadonlyArray<string> => {
  const [first = "", ...rest] = lines
  const [, key, value] = /^([^:]+):(.*)$/.exec(first) ?? []
  if (key === undefined || value === undefined) return lines
  if (key !== "description" && rest.some((line) => line.trim() !== "")) return lines
  const text = [value, ...rest].join("\n").trim()
  return [`${key}: ${JSON.stringify(text)}`, ...rest.map(() => "")]
}
