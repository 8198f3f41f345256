/**
 * A YAML text whose every value knows its line and column, for errors that point at the place. Reads by field, and
 * collects what it finds wrong: a wrong type ends the reading, an unknown key is a warning.
 */
import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  type YAMLMap
} from "yaml"
import { DefinitionError, type DefinitionWarning } from "../DefinitionError.ts"
import { joinField, keyOf, misfit, offsetOf } from "./YamlShape.ts"

/** A mapping inside the file. */
export interface Fields {
  readonly field: string
  readonly node: YAMLMap
}

/** A text of a list, with its place. */
export interface Entry {
  readonly text: string
  readonly field: string
  readonly offset: number
}

export class YamlFile {
  readonly root: Fields
  readonly warnings: Array<DefinitionWarning> = []
  readonly #file: string
  readonly #document: Document
  readonly #lines: LineCounter
  readonly #firstLine: number

  /**
   * Throws DefinitionError for what is not one YAML mapping of sane size. `firstLine` is the line of the file on which
   * `text` begins, for front matter.
   */
  constructor(file: string, text: string, firstLine = 1) {
    this.#file = file
    this.#firstLine = firstLine
    this.#lines = new LineCounter()
    this.#document = this.#parsed(text)
    const root = this.#document.contents
    if (root === null) throw this.error(0, "", "the file is empty", "Write at least a name and a goal.")
    if (!isMap(root))
      throw this.error(offsetOf(root), "", "the file is not a mapping of keys to values", "Begin with `name: …`.")
    const found = misfit(this.#document)
    if (found !== undefined) throw this.error(found.offset, found.field, found.problem, found.fix)
    this.root = { field: "", node: root }
    for (const { message, pos } of this.#document.warnings) this.warn(pos[0], "", firstSentence(message))
  }

  /** The scalar text of a key; numbers and booleans as they are written. */
  text(fields: Fields, key: string): string | undefined {
    const found = this.#find(fields, key)
    if (found === undefined) return undefined
    const value = isScalar(found.node) ? found.node.value : undefined
    if (typeof value === "string") return value
    if (typeof value === "number" || typeof value === "boolean") return String(value)
    throw this.#wrong(found, "a text")
  }

  /** A whole number above 0. */
  count(fields: Fields, key: string): number | undefined {
    const found = this.#find(fields, key)
    if (found === undefined) return undefined
    const value = isScalar(found.node) ? found.node.value : undefined
    if (typeof value === "number" && Number.isSafeInteger(value) && value > 0) return value
    throw this.#wrong(found, "a whole number above 0")
  }

  bool(fields: Fields, key: string): boolean | undefined {
    const found = this.#find(fields, key)
    if (found === undefined) return undefined
    const value = isScalar(found.node) ? found.node.value : undefined
    if (typeof value === "boolean") return value
    throw this.#wrong(found, "true or false")
  }

  oneOf<A extends string>(fields: Fields, key: string, allowed: ReadonlyArray<A>): A | undefined {
    const value = this.text(fields, key)
    const match = allowed.find((each) => each === value)
    if (value === undefined || match !== undefined) return match
    throw this.wrong(fields, key, `one of ${allowed.join(", ")}`)
  }

  /** A list of texts; a single text stands for a list of one, nothing for an empty list. */
  entries(fields: Fields, key: string): ReadonlyArray<Entry> | undefined {
    const found = this.#find(fields, key)
    if (found === undefined) return undefined
    const { field, node } = found
    if (isScalar(node) && node.value === null) return []
    if (isScalar(node) && typeof node.value === "string") return [{ text: node.value, field, offset: offsetOf(node) }]
    if (!isSeq(node)) throw this.#wrong(found, "a list of texts")
    return node.items.map((item, index) => {
      const at = `${field}[${index}]`
      const offset = offsetOf(item)
      const value = this.#followed(item)
      if (isScalar(value) && (typeof value.value === "string" || typeof value.value === "number")) {
        return { text: String(value.value), field: at, offset }
      }
      throw this.error(offset, at, "this entry is not a text", "Write one text for each entry.")
    })
  }

  texts(fields: Fields, key: string): ReadonlyArray<string> | undefined {
    return this.entries(fields, key)?.map((entry) => entry.text)
  }

  /** `true` or `false`, or a list of texts. */
  boolOrEntries(fields: Fields, key: string): boolean | ReadonlyArray<Entry> | undefined {
    const node = this.#find(fields, key)?.node
    return isScalar(node) && typeof node.value === "boolean" ? node.value : this.entries(fields, key)
  }

  isMapping(fields: Fields, key: string): boolean {
    return isMap(this.#find(fields, key)?.node)
  }

  isList(fields: Fields, key: string): boolean {
    return isSeq(this.#find(fields, key)?.node)
  }

  /** `undefined` also for a key without a value. */
  mapping(fields: Fields, key: string): Fields | undefined {
    const found = this.#find(fields, key)
    if (found === undefined || (isScalar(found.node) && found.node.value === null)) return undefined
    if (isMap(found.node)) return { field: found.field, node: found.node }
    throw this.#wrong(found, "a mapping")
  }

  has(fields: Fields, key: string): boolean {
    return fields.node.items.some((pair) => keyOf(pair) === key)
  }

  /** The plain values of all keys but `known`, for what is passed on unread. */
  others(fields: Fields, known: ReadonlyArray<string>): Record<string, unknown> {
    const pairs = fields.node.items.filter((pair) => !known.includes(keyOf(pair)))
    return Object.fromEntries(
      pairs.map((pair) => {
        const node = this.#followed(pair.value)
        const value: unknown = node === undefined ? null : node.toJS(this.#document)
        // By way of JSON: what is recorded and sent knows no infinity.
        return [keyOf(pair), JSON.parse(JSON.stringify(value ?? null))]
      })
    )
  }

  /** Warns of every key of a mapping that is not `known`. */
  warnUnknown(fields: Fields, known: ReadonlyArray<string>): void {
    for (const pair of fields.node.items) {
      const key = keyOf(pair)
      if (!known.includes(key)) {
        this.warn(offsetOf(pair.key), joinField(fields.field, key), `unknown key; known are ${known.join(", ")}`)
      }
    }
  }

  /** The texts of `entries`, with a warning at each that `problem` says something about. */
  checked(entries: ReadonlyArray<Entry>, problem: (text: string) => string | undefined): ReadonlyArray<string> {
    return entries.map(({ field, offset, text }) => {
      const what = problem(text)
      if (what !== undefined) this.warn(offset, field, `${JSON.stringify(text)} ${what}`)
      return text
    })
  }

  warnAt(fields: Fields, key: string, problem: string): void {
    this.warn(this.#offset(fields, key), joinField(fields.field, key), problem)
  }

  warn(offset: number, field: string, problem: string): void {
    this.warnings.push({ ...this.#place(offset), field, problem })
  }

  wrong(fields: Fields, key: string, expected: string): DefinitionError {
    const found = this.#find(fields, key)
    return found === undefined
      ? this.error(offsetOf(fields.node), joinField(fields.field, key), `missing; expected ${expected}`, `Add ${key}.`)
      : this.#wrong(found, expected)
  }

  /** An error at a key, whatever its value. */
  errorAt(fields: Fields, key: string, problem: string, fix: string): DefinitionError {
    return this.error(this.#offset(fields, key), joinField(fields.field, key), problem, fix)
  }

  error(offset: number, field: string, problem: string, fix: string): DefinitionError {
    return new DefinitionError({ file: this.#file, ...this.#place(offset), field, problem, fix })
  }

  // internal

  #parsed(text: string): Document {
    const fix = "Mend the YAML at this place."
    let document: Document
    try {
      document = parseDocument(text, {
        lineCounter: this.#lines,
        // One schema, whatever a %YAML line asks for: 1.1 has dates, merge keys and `no` for false.
        schema: "core",
        merge: false,
        // Compares each key with each other one; YamlShape does it in one pass.
        uniqueKeys: false,
        // Messages without a copy of the text, and with nothing on the console.
        prettyErrors: false,
        logLevel: "error"
      })
    } catch (error) {
      throw this.error(0, "", `cannot be read (${error instanceof Error ? error.message : String(error)})`, fix)
    }
    const [error] = document.errors
    if (error === undefined) return document
    throw this.error(error.pos[0], "", error.code === "MULTIPLE_DOCS" ? oneOnly : firstSentence(error.message), fix)
  }

  #place(offset: number): { readonly line: number; readonly column: number } {
    const { col, line } = this.#lines.linePos(offset)
    return { line: Math.max(1, line) + this.#firstLine - 1, column: Math.max(1, col) }
  }

  #offset({ node }: Fields, key: string): number {
    return offsetOf(node.items.find((pair) => keyOf(pair) === key)?.key ?? node)
  }

  #find({ field, node }: Fields, key: string): { readonly field: string; readonly node: Node } | undefined {
    const pair = node.items.find((each) => keyOf(each) === key)
    if (pair === undefined) return undefined
    const at = joinField(field, key)
    const value = this.#followed(pair.value)
    if (value !== undefined) return { field: at, node: value }
    throw this.error(offsetOf(pair.key), at, "has no value", `Give ${key} a value or remove it.`)
  }

  /** The value itself, or what an alias stands for. */
  #followed(value: unknown): Node | undefined {
    const node = isAlias(value) ? value.resolve(this.#document) : value
    return isScalar(node) || isMap(node) || isSeq(node) ? node : undefined
  }

  #wrong({ field, node }: { readonly field: string; readonly node: Node }, expected: string): DefinitionError {
    return this.error(offsetOf(node), field, `expected ${expected}, found ${describe(node)}`, `Write ${expected}.`)
  }
}

const oneOnly = "the file holds more than one YAML document"

const describe = (node: Node): string => {
  if (isMap(node)) return "a mapping"
  if (isSeq(node)) return "a list"
  return isScalar(node) ? (node.value === null ? "nothing" : `${JSON.stringify(node.value)}`.slice(0, 60)) : "an alias"
}

const firstSentence = (message: string): string => {
  if (message.startsWith("Maximum call stack")) return "nested too deeply"
  return message.split(/ at line \d+|\n/)[0]?.replace(/:$/, "") ?? message
}
