/**
 * A YAML text as plain values, each of which knows its place, with everything that is wrong with it as YAML. What is
 * deep, endless or ambiguous is not read: no honest pipeline comes near these bounds.
 */
import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Pair,
  parseDocument,
  type YAMLMap,
  type YAMLSeq
} from "yaml"
import type { Place } from "./PipelineText.ts"
import { inWords } from "./YamlWords.ts"

export type Path = ReadonlyArray<string | number>

export interface Misfit {
  readonly path: Path
  readonly place: Place
  readonly problem: string
  readonly fix: string
}

export interface YamlTree {
  readonly value: unknown
  readonly misfits: ReadonlyArray<Misfit>
  /** Where the value at a path begins, or what is nearest above it. */
  readonly placeOf: (path: Path) => Place
  /** Where the key of a value begins. */
  readonly placeOfKey: (path: Path) => Place
  /** A number or boolean as it is written. */
  readonly writtenAt: (path: Path) => string | undefined
}

export const yamlTree = (text: string): YamlTree => {
  const lines = new LineCounter()
  const reader = new Reader(lines)
  const value = reader.read(text)
  const placeAt = (path: Path, of: (spot: Spot) => number): Place => {
    for (let length = path.length; length >= 0; length -= 1) {
      const spot = reader.spots.get(keyOf(path.slice(0, length)))
      if (spot !== undefined) return placed(lines, of(spot))
    }
    return { line: 1, column: 1 }
  }
  return {
    value,
    misfits: reader.misfits,
    placeOf: (path) => placeAt(path, ({ value }) => value),
    placeOfKey: (path) => placeAt(path, ({ key }) => key),
    writtenAt: (path) => reader.spots.get(keyOf(path))?.written
  }
}

// internal

const deepest = 64
const mostValues = 10_000

/** Offsets in the text. */
interface Spot {
  readonly key: number
  readonly value: number
  readonly written: string | undefined
}

interface Below {
  readonly path: Path
  readonly depth: number
  /** Where values stand that come by way of an alias: at the alias. */
  readonly alias: number | undefined
}

class Reader {
  readonly spots = new Map<string, Spot>()
  readonly misfits: Array<Misfit> = []
  readonly #lines: LineCounter
  #document: Document | undefined
  #values = 0
  #aliases = 0
  #isOver = false

  constructor(lines: LineCounter) {
    this.#lines = lines
  }

  read(text: string): unknown {
    const document = this.#parsed(text)
    if (document === undefined || this.misfits.length > 0) return undefined
    this.#document = document
    if (document.contents === null) {
      this.#misfit([], 0, "the file is empty", "Write at least one step, or have deputize build --init write the file.")
      return undefined
    }
    const value = this.#value(document.contents, 0, { path: [], depth: 0, alias: undefined })
    return this.#isOver ? undefined : value
  }

  #parsed(text: string): Document | undefined {
    try {
      const document = parseDocument(text, {
        lineCounter: this.#lines,
        // One schema, whatever a %YAML line asks for: 1.1 has dates, merge keys and `no` for false.
        schema: "core",
        merge: false,
        // Compares each key with each other one; it is done here in one pass.
        uniqueKeys: false,
        // Messages without a copy of the text, and with nothing on the console.
        prettyErrors: false,
        logLevel: "error"
      })
      for (const { code, message, pos } of [...document.errors, ...document.warnings]) {
        this.#misfit([], pos[0], ...inWords(code, message))
      }
      return document
    } catch (thrown) {
      const isDeep = thrown instanceof RangeError
      this.#misfit([], 0, isDeep ? "is nested too deeply" : `cannot be read (${String(thrown)})`, "Mend the YAML.")
      return undefined
    }
  }

  #value(node: unknown, key: number, below: Below): unknown {
    const offset = below.alias ?? offsetOf(node)
    this.spots.set(keyOf(below.path), { key: below.alias ?? key, value: offset, written: writtenIn(node) })
    if (this.#isOver) return undefined
    if (++this.#values > mostValues) {
      this.#isOver = true
      if (this.#aliases === 0) this.#misfit([], offset, `more than ${mostValues} values`, "Shorten the pipeline.")
      else this.#misfit([], offset, "its aliases (*name) expand to too much", "Write the values out instead.")
      return undefined
    }
    if (below.depth > deepest) {
      this.#isOver = true
      this.#misfit([], offset, `nested deeper than ${deepest} levels`, "Flatten it.")
      return undefined
    }
    if (isScalar(node)) return node.value
    if (isMap(node)) return this.#mapping(node, below)
    if (isSeq(node)) return this.#list(node, below)
    if (!isAlias(node) || this.#document === undefined) return null
    this.#aliases += 1
    const target = node.resolve(this.#document)
    if (target !== undefined) return this.#value(target, key, { ...below, depth: below.depth + 1, alias: offset })
    this.#misfit(below.path, offset, `there is no &${node.source} before this`, "Write the value out.")
    return undefined
  }

  #list({ items }: YAMLSeq, { alias, depth, path }: Below): ReadonlyArray<unknown> {
    return items.map((item, index) => {
      const key = offsetOf(item)
      return this.#value(item, key, { path: [...path, index], depth: depth + 1, alias })
    })
  }

  #mapping({ items }: YAMLMap, { alias, depth, path }: Below): Readonly<Record<string, unknown>> {
    const entries = new Map<string, unknown>()
    for (const pair of items) {
      const offset = offsetOf(pair.key)
      const key = textOf(pair)
      if (key === undefined) {
        this.#misfit(path, offset, "has a key that is not a text", "Write a plain text before the colon.")
        continue
      }
      const at = [...path, key]
      if (entries.has(key)) this.#misfit(at, offset, "is given twice", "Keep one of the two.")
      else entries.set(key, this.#value(pair.value, offset, { path: at, depth: depth + 1, alias }))
    }
    return Object.fromEntries(entries)
  }

  #misfit(path: Path, offset: number, problem: string, fix: string): void {
    this.misfits.push({ path, place: placed(this.#lines, offset), problem, fix })
  }
}

const keyOf = (path: Path): string => path.join("\0")

const placed = (lines: LineCounter, offset: number): Place => {
  const { col, line } = lines.linePos(offset)
  return { line: Math.max(1, line), column: Math.max(1, col) }
}

const textOf = ({ key }: Pair): string | undefined => (isScalar(key) ? String(key.source ?? key.value) : undefined)

const writtenIn = (node: unknown): string | undefined =>
  isScalar(node) && (typeof node.value === "number" || typeof node.value === "boolean") ? node.source : undefined

const offsetOf = (node: unknown): number =>
  typeof node === "object" && node !== null && "range" in node && Array.isArray(node.range) ? Number(node.range[0]) : 0
