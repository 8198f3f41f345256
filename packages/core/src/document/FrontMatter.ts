/**
 * Front matter: the YAML between two lines `---` at the top of a Markdown file.
 *
 * What is no YAML (`description: … user: "x"` is common) is read again with each value that YAML does not take as plain
 * text: lines keep their numbers, values that are fine keep their types, nothing is dropped.
 */
import { cutFrontMatter, frontLine } from "./FrontLines.ts"
import type { Place } from "./Place.ts"
import { PlacedProblem } from "./PlacedProblem.ts"
import type { Document } from "./Value.ts"
import { isYaml, parseYaml } from "./Yaml.ts"

export interface FrontMatter {
  readonly document: Document
  /** What follows, with LF line ends. */
  readonly body: string
  /** Where the body begins. */
  readonly bodyPlace: Place
}

/** Throws PlacedProblem. `known` are the keys that end a description which runs over several lines. */
export const parseFrontMatter = (file: string, text: string, known: ReadonlyArray<string>): FrontMatter => {
  const { body, bodyPlace, front } = cutFrontMatter(file, text)
  return { document: parsed(file, front, known), body, bodyPlace }
}

// internal

const parsed = (file: string, front: ReadonlyArray<string>, known: ReadonlyArray<string>): Document => {
  try {
    return parseYaml(file, front.join("\n"), frontLine)
  } catch (error) {
    const mended = mend(front, known)
    if (!(error instanceof PlacedProblem) || mended === undefined) throw error
    let document: Document
    try {
      document = parseYaml(file, mended, frontLine)
    } catch {
      // The first error is about the text as it stands.
      throw error
    }
    const { column, field, line, problem } = error
    const remark = { line, column, field, problem: `not valid YAML (${problem}); read as plain text` }
    return { root: document.root, warnings: [remark, ...document.warnings] }
  }
}

/** The text with every value quoted that is no YAML by itself; undefined if each is. */
const mend = (front: ReadonlyArray<string>, known: ReadonlyArray<string>): string | undefined => {
  const values = split(front, known)
  const mended = values.map((lines) => (isYaml(lines.join("\n")) ? lines : quoted(lines)))
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

/** The value as one quoted text, then as many empty lines as it took more than one: prose, which only a description is. */
const quoted = (lines: ReadonlyArray<string>): ReadonlyArray<string> => {
  const [first = "", ...rest] = lines
  const [, key, value] = /^([^:]+):(.*)$/.exec(first) ?? []
  if (key === undefined || value === undefined) return lines
  if (key !== "description" && rest.some((line) => line.trim() !== "")) return lines
  const text = [value, ...rest].join("\n").trim()
  return [`${key}: ${JSON.stringify(text)}`, ...rest.map(() => "")]
}
