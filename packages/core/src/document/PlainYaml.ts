/**
 * The plain part of YAML, in which most definitions are written: mappings and lists by indentation, texts on one line,
 * lists in brackets. Read here because the parser of all YAML takes longer to load and to get going than fifty such
 * files take in all.
 *
 * What is not certainly plain is left to that parser, errors among it; what is read here, it reads as the same document,
 * with the same places.
 */
import type { Document, Entry, List, Mapping, Scalar, Value } from "./Value.ts"

/** Undefined for what is not plain. `firstLine` is the line of the file on which the text begins. */
export const plainYaml = (text: string, firstLine = 1): Document | undefined => {
  if (!ordinary.test(text)) return undefined
  const lines = text.split("\n").flatMap((whole, index): ReadonlyArray<Line> => {
    const content = whole.trimStart()
    const isNothing = content === "" || content.startsWith("#")
    return isNothing ? [] : [{ line: index + firstLine, indent: whole.length - content.length, content }]
  })
  if (lines.length === 0 || lines.length > mostLines || lines[0]?.indent !== 0) return undefined
  const reader = new Reader(lines)
  const root = reader.block(0)
  return root?._tag === "Mapping" && reader.isAtEnd ? { root, warnings: [] } : undefined
}

// internal

interface Line {
  readonly line: number
  readonly indent: number
  /** Without the spaces before it. */
  readonly content: string
}

/** No tab, carriage return, control or other character that YAML or editors take for more than a letter. */
const ordinary = /^[\n\x20-\x7e\u00a1-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\uffef]*$/

/** Far from the bounds of a document. */
const mostLines = 1_000
const deepest = 20

/** `key:` or `key: value`. */
const pair = /^(?:([A-Za-z_][\w.-]*)|"([^"\\]*)"):(?: +(\S.*))?$/

class Reader {
  readonly #lines: ReadonlyArray<Line>
  #at = 0
  #depth = 0

  constructor(lines: ReadonlyArray<Line>) {
    this.#lines = lines
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#lines.length
  }

  /** The mapping or list whose lines stand at `indent`, up to a line that stands further left. */
  block(indent: number): Mapping | List | undefined {
    if (++this.#depth > deepest) return undefined
    const isList = isItem(this.#lines[this.#at]?.content ?? "")
    const found = isList ? this.#list(indent) : this.#mapping(indent, this.#lines[this.#at])
    this.#depth--
    return found
  }

  /** `first` is the line of the first key, which may stand behind the dash of a list. */
  #mapping(indent: number, first: Line | undefined): Mapping | undefined {
    const entries: Array<Entry> = []
    for (let line = first; line !== undefined; line = this.#next(indent)) {
      const [, plain, quoted, text] = pair.exec(line.content) ?? []
      const key = plain ?? quoted
      if (key === undefined || entries.some((entry) => entry.key === key)) return undefined
      this.#at++
      const place = { line: line.line, column: indent + 1 }
      const value = this.#valueOf(line, indent, text)
      if (value === undefined) return undefined
      entries.push({ key, place, value })
    }
    const [{ place } = { place: undefined }] = entries
    return place === undefined || this.#isDeeper(indent) ? undefined : { _tag: "Mapping", place, entries }
  }

  #list(indent: number): List | undefined {
    const items: Array<Value> = []
    const place = { line: this.#lines[this.#at]?.line ?? 0, column: indent + 1 }
    for (let line = this.#next(indent); line !== undefined && isItem(line.content); line = this.#next(indent)) {
      const content = line.content.slice(1).trimStart()
      const inner: Line = { line: line.line, indent: indent + line.content.length - content.length, content }
      if (isItem(content)) return undefined
      let item: Value | undefined
      if (pair.test(content)) item = this.#mapping(inner.indent, inner)
      else {
        this.#at++
        item = this.#isDeeper(indent) ? undefined : inlineValue(content, inner.line, inner.indent + 1)
      }
      if (item === undefined) return undefined
      items.push(item)
    }
    return this.#isDeeper(indent) ? undefined : { _tag: "List", place, items }
  }

  /** What stands behind a key, or in the lines below it. */
  #valueOf({ content, line }: Line, indent: number, text: string | undefined): Value | undefined {
    if (text !== undefined) {
      // A deeper line below would go on with the text.
      return this.#isDeeper(indent) ? undefined : inlineValue(text, line, indent + content.length - text.length + 1)
    }
    const below = this.#lines[this.#at]
    const isBelow = below !== undefined && (below.indent > indent || (below.indent === indent && isItem(below.content)))
    if (isBelow) return this.block(below.indent)
    return { _tag: "Scalar", place: { line, column: indent + content.length + 1 }, value: null }
  }

  /** The next line, if it stands at `indent`. */
  #next(indent: number): Line | undefined {
    const line = this.#lines[this.#at]
    return line?.indent === indent ? line : undefined
  }

  #isDeeper(indent: number): boolean {
    return (this.#lines[this.#at]?.indent ?? 0) > indent
  }
}

const isItem = (content: string): boolean => content.startsWith("- ")

/** A text, number, `true` or `false`, or a list or mapping of them in brackets; undefined for anything that is more. */
const inlineValue = (text: string, line: number, column: number): Value | undefined => {
  if (!/^[[{]/.test(text)) return scalarOf(text, inBlock, line, column)
  if (!/^(?:\[[^[\]{}]*\]|\{[^[\]{}]*\})$/.test(text)) return undefined
  const place = { line, column }
  const parts = partsOf(text, column)
  if (text.startsWith("[")) {
    const items = parts.flatMap((part) => scalarOf(part.text, inBrackets, line, part.column) ?? [])
    return items.length === parts.length ? { _tag: "List", place, items } : undefined
  }
  const entries = parts.flatMap((part) => inlineEntry(part.text, line, part.column) ?? [])
  const keys = new Set(entries.map(({ key }) => key))
  return entries.length === parts.length && keys.size === parts.length ? { _tag: "Mapping", place, entries } : undefined
}

const inlineEntry = (text: string, line: number, column: number): Entry | undefined => {
  const [, key, said] = /^([A-Za-z_][\w.-]*): +(.+)$/.exec(text) ?? []
  if (key === undefined || said === undefined) return undefined
  const value = scalarOf(said, inBrackets, line, column + text.length - said.length)
  return value === undefined ? undefined : { key, place: { line, column }, value }
}

/** What stands between brackets, parted by commas. What one in quotes parts is no whole text, and ends the attempt. */
const partsOf = (text: string, column: number): ReadonlyArray<{ readonly text: string; readonly column: number }> => {
  const inside = text.slice(1, -1)
  if (inside.trim() === "") return inside === "" ? [] : [{ text: "", column }]
  let at = column + 1
  return inside.split(",").map((part) => {
    const from = at + part.length - part.trimStart().length
    at += part.length + 1
    return { text: part.trim(), column: from }
  })
}

/** Texts without quotes, by where they stand: neither begins like something else, nor holds what ends a text. */
const inBlock = /^(?:[A-Za-z_$(\u00a1-\uffef]|\.{0,2}\/)(?:[^:#\\]|:(?=[^\s:]))*$/
const inBrackets = /^(?:[A-Za-z_$]|\.{0,2}\/)[\w ./$*@+-]*$/

const scalarOf = (text: string, plain: RegExp, line: number, column: number): Scalar | undefined => {
  const value = wordOf(text, plain)
  return value === undefined ? undefined : { _tag: "Scalar", place: { line, column }, value }
}

const wordOf = (text: string, plain: RegExp): string | number | boolean | undefined => {
  const quoted = /^"([^"\\]*)"$/.exec(text) ?? /^'([^']*)'$/.exec(text)
  if (quoted !== null) return quoted[1]
  if (/^(?:0|[1-9]\d{0,14})$/.test(text)) return Number(text)
  if (text === "true" || text === "false") return text === "true"
  return plain.test(text) && !text.endsWith(" ") && !/^(?:true|false|null)$/i.test(text) ? text : undefined
}
