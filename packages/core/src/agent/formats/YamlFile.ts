/**
 * A YAML text whose every value knows its line and column, for errors that point at the place. Reads by field, and
 * collects what it finds wrong: a wrong type ends the reading, an unknown key is a warning.
 */
import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, type Pair, parseDocument, type YAMLMap } from "yaml"
import { DefinitionError, type DefinitionWarning } from "../DefinitionError.ts"

/** A mapping inside the file. */
export interface Fields {
  readonly field: string
  readonly node: YAMLMap
}

export class YamlFile {
  readonly root: Fields
  readonly warnings: Array<DefinitionWarning> = []
  readonly #file: string
  readonly #lines: LineCounter
  readonly #firstLine: number

  /**
   * Throws DefinitionError for what is not one YAML mapping. `firstLine` is the line of the file on which `text`
   * begins, for front matter.
   */
  constructor(file: string, text: string, firstLine = 1) {
    this.#file = file
    this.#firstLine = firstLine
    this.#lines = new LineCounter()
    const document = parseDocument(text, {
      lineCounter: this.#lines,
      uniqueKeys: true,
      logLevel: "error",
      merge: false
    })
    const error = document.errors[0]
    if (error !== undefined) {
      const reason =
        error.code === "MULTIPLE_DOCS" ? "the file holds more than one YAML document" : firstSentence(error.message)
      throw this.error(error.pos[0], "", reason, "Mend the YAML at this place.")
    }
    // Expanding would follow aliases into each other; a definition needs none.
    const root = document.contents
    if (root === null) throw this.error(0, "", "the file is empty", "Write at least a name and a goal.")
    if (!isMap(root))
      throw this.error(root.range?.[0] ?? 0, "", "the file is not a mapping of keys to values", "Begin with `name: …`.")
    try {
      document.toJS({ maxAliasCount: 50 })
    } catch {
      throw this.error(
        0,
        "",
        "its aliases (*name) expand to too much",
        "Write the values out instead of using aliases."
      )
    }
    this.root = { field: "", node: root }
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

  /** A list of texts; a single text stands for a list of one. */
  texts(fields: Fields, key: string): ReadonlyArray<string> | undefined {
    const found = this.#find(fields, key)
    if (found === undefined) return undefined
    const { node } = found
    if (isScalar(node) && node.value === null) return []
    if (isScalar(node) && typeof node.value === "string") return [node.value]
    if (!isSeq(node)) throw this.#wrong(found, "a list of texts")
    return node.items.map((item, index) => {
      if (isScalar(item) && ["string", "number"].includes(typeof item.value)) return String(item.value)
      throw this.error(
        offsetOf(item),
        `${found.field}[${index}]`,
        "this entry is not a text",
        "Write one text for each entry."
      )
    })
  }

  /** `true` or `false`, or a list of texts. */
  boolOrTexts(fields: Fields, key: string): boolean | ReadonlyArray<string> | undefined {
    const found = this.#find(fields, key)
    return found !== undefined && isScalar(found.node) && typeof found.node.value === "boolean"
      ? found.node.value
      : this.texts(fields, key)
  }

  isMapping(fields: Fields, key: string): boolean {
    return isMap(this.#find(fields, key)?.node)
  }

  mapping(fields: Fields, key: string): Fields | undefined {
    const found = this.#find(fields, key)
    if (found === undefined || (isScalar(found.node) && found.node.value === null)) return undefined
    if (isMap(found.node)) return { field: found.field, node: found.node }
    throw this.#wrong(found, "a mapping")
  }

  keys(fields: Fields): ReadonlyArray<string> {
    return fields.node.items.map((pair) => keyOf(pair))
  }

  /** The plain value of a key, for what is passed on unread. */
  plain(fields: Fields, key: string): unknown {
    const found = this.#find(fields, key)
    return found === undefined ? undefined : JSON.parse(JSON.stringify(found.node))
  }

  /** Warns of every key of a mapping that is not `known`. */
  warnUnknown(fields: Fields, known: ReadonlyArray<string>): void {
    for (const pair of fields.node.items) {
      const key = keyOf(pair)
      if (!known.includes(key)) {
        this.warn(offsetOf(pair.key), join(fields.field, key), `unknown key; known are ${known.join(", ")}`)
      }
    }
  }

  warnAt(fields: Fields, key: string, problem: string): void {
    this.warn(offsetOf(this.#find(fields, key)?.node ?? fields.node), join(fields.field, key), problem)
  }

  warn(offset: number, field: string, problem: string): void {
    this.warnings.push({ ...this.#place(offset), field, problem })
  }

  wrong(fields: Fields, key: string, expected: string): DefinitionError {
    const found = this.#find(fields, key)
    return found === undefined
      ? this.error(offsetOf(fields.node), join(fields.field, key), `missing; expected ${expected}`, `Add ${key}.`)
      : this.#wrong(found, expected)
  }

  error(offset: number, field: string, problem: string, fix: string): DefinitionError {
    return new DefinitionError({ file: this.#file, ...this.#place(offset), field, problem, fix })
  }

  // internal

  #place(offset: number): { readonly line: number; readonly column: number } {
    const { col, line } = this.#lines.linePos(offset)
    return { line: Math.max(1, line) + this.#firstLine - 1, column: Math.max(1, col) }
  }

  #find({ field, node }: Fields, key: string): { readonly field: string; readonly node: Node } | undefined {
    const pair = node.items.find((each) => keyOf(each) === key)
    if (pair === undefined) return undefined
    const at = join(field, key)
    const value = pair.value
    if (isAlias(value))
      throw this.error(offsetOf(value), at, "aliases (*name) are not read here", "Write the value out.")
    if (isScalar(value) || isMap(value) || isSeq(value)) return { field: at, node: value }
    throw this.error(offsetOf(pair.key), at, "has no value", `Give ${key} a value or remove it.`)
  }

  #wrong({ field, node }: { readonly field: string; readonly node: Node }, expected: string): DefinitionError {
    return this.error(offsetOf(node), field, `expected ${expected}, found ${describe(node)}`, `Write ${expected}.`)
  }
}

const keyOf = (pair: Pair): string => (isScalar(pair.key) ? String(pair.key.value) : "?")

const offsetOf = (node: unknown): number =>
  typeof node === "object" && node !== null && "range" in node && Array.isArray(node.range) ? Number(node.range[0]) : 0

const join = (field: string, key: string): string => (field === "" ? key : `${field}.${key}`)

const describe = (node: Node): string => {
  if (isMap(node)) return "a mapping"
  if (isSeq(node)) return "a list"
  return isScalar(node) ? (node.value === null ? "nothing" : `${JSON.stringify(node.value)}`.slice(0, 60)) : "an alias"
}

const firstSentence = (message: string): string => message.split(/ at line \d+|\n/)[0]?.replace(/:$/, "") ?? message
