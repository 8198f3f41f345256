/**
 * YAML text as a document. One schema, whatever a `%YAML` line asks for; aliases are followed as far as they stay small.
 */
import { isAlias, isMap, isScalar, isSeq, LineCounter, type Pair, parseDocument, type Scalar as YamlScalar } from "yaml"
import { type Bounds, givenTwice, type Misfit, makeBounds } from "./Bounds.ts"
import { type Place, start } from "./Place.ts"
import { PlacedProblem } from "./PlacedProblem.ts"
import { type Document, type Entry, joinField, type Scalar, type Value } from "./Value.ts"
import { inWords } from "./YamlWords.ts"

export interface YamlReading {
  /** Undefined for an empty text, and for what is no YAML or too much of it. */
  readonly root: Value | undefined
  /** All that is wrong: a root beside it has the first of what was given twice, and nothing for an unknown alias. */
  readonly misfits: ReadonlyArray<Misfit>
  /** What the parser found odd. */
  readonly warnings: ReadonlyArray<Misfit>
}

/** A text with everything that is wrong with it. `firstLine` is the line of the file on which it begins. */
export const readYaml = (text: string, firstLine = 1): YamlReading => {
  const counter = new LineCounter()
  const placeOf = (offset: number): Place => {
    const { col, line } = counter.linePos(offset)
    return { line: Math.max(1, line) + firstLine - 1, column: Math.max(1, col) }
  }
  const misfitOf = ({ code, message, pos }: ParserSays): Misfit => {
    const [problem, fix] = inWords(code, message)
    return { place: placeOf(pos[0]), field: "", problem, fix }
  }
  try {
    const { contents, errors, warnings } = parseDocument(text, { ...options, lineCounter: counter })
    const found = { misfits: errors.map(misfitOf), warnings: warnings.map(misfitOf) }
    if (errors.length > 0 || contents === null) return { ...found, root: undefined }
    return { ...found, ...new Reader(placeOf).whole(contents) }
  } catch (error) {
    const [problem, fix] = inWords("", error instanceof Error ? error.message : String(error))
    return { root: undefined, misfits: [{ place: start, field: "", problem, fix }], warnings: [] }
  }
}

/** Throws PlacedProblem for what is not one YAML mapping of sane size. */
export const parseYaml = (file: string, text: string, firstLine = 1): Document => {
  const { misfits, root, warnings } = readYaml(text, firstLine)
  const fail = ({ field, fix, place, problem }: Misfit): never => {
    throw new PlacedProblem({ file, ...place, field, problem, fix })
  }
  const [misfit] = misfits
  if (misfit !== undefined) return fail(misfit)
  if (root === undefined) {
    const place = { line: firstLine, column: 1 }
    return fail({ place, field: "", problem: "the file is empty", fix: "Write at least one key." })
  }
  if (root._tag !== "Mapping") {
    const problem = "the file is not a mapping of keys to values"
    return fail({ place: root.place, field: "", problem, fix: "Begin with `name: …`." })
  }
  return { root, warnings: warnings.map(({ field, place, problem }) => ({ ...place, field, problem })) }
}

/** Whether a text is YAML by itself, whatever it says. */
export const isYaml = (text: string): boolean => {
  try {
    return parseDocument(text, options).errors.length === 0
  } catch {
    return false
  }
}

// internal

const options = {
  // 1.1 has dates, merge keys and `no` for false.
  schema: "core",
  merge: false,
  // Compares each key with each other one; the reader does it in one pass.
  uniqueKeys: false,
  // Messages without a copy of the text, and with nothing on the console.
  prettyErrors: false,
  logLevel: "error"
} as const

interface ParserSays {
  readonly code: string
  readonly message: string
  readonly pos: readonly [number, number]
}

/** What an anchor stands for; aliases share it. */
interface Anchored {
  /** Undefined while it is read: what it holds cannot be itself. */
  value: Value | undefined
  /** Values in it, with those that its aliases stand for. */
  size: number
  /** Lists and mappings in each other. */
  height: number
}

/** Ends the reading: what is deep or endless is not read on. */
class TooMuch {
  readonly misfit: Misfit
  constructor(misfit: Misfit) {
    this.misfit = misfit
  }
}

class Reader {
  readonly #placeOf: (offset: number) => Place
  readonly #bounds: Bounds = makeBounds()
  readonly #misfits: Array<Misfit> = []
  /** The last of each name so far: an anchor comes before its aliases. */
  readonly #anchors = new Map<string, Anchored>()
  /** The deepest value so far; anchors learn their height from it. */
  #deepest = 0

  constructor(placeOf: (offset: number) => Place) {
    this.#placeOf = placeOf
  }

  whole(contents: unknown): Pick<YamlReading, "root" | "misfits"> {
    try {
      return { root: this.#value(contents, start, "", 0), misfits: this.#misfits }
    } catch (error) {
      if (!(error instanceof TooMuch)) throw error
      return { root: undefined, misfits: [...this.#misfits, error.misfit] }
    }
  }

  /** `around` is the place of the key or list, for what has none of its own. */
  #value(node: unknown, around: Place, field: string, depth: number): Value {
    const place = hasPlace(node) ? this.#placeOf(node.range[0]) : around
    if (isAlias(node)) return this.#standIn(node.source, place, field, depth)
    this.#count(1, depth, place)
    const anchor = isMap(node) || isSeq(node) || isScalar(node) ? node.anchor : undefined
    if (anchor === undefined) return this.#own(node, place, field, depth)
    const anchored: Anchored = { value: undefined, size: 0, height: 0 }
    this.#anchors.set(anchor, anchored)
    const [before, deepest] = [this.#bounds.count, this.#deepest]
    this.#deepest = depth
    anchored.value = this.#own(node, place, field, depth)
    anchored.size = this.#bounds.count - before + 1
    anchored.height = this.#deepest - depth
    this.#deepest = Math.max(deepest, this.#deepest)
    return anchored.value
  }

  #own(node: unknown, place: Place, field: string, depth: number): Value {
    if (isMap(node)) return { _tag: "Mapping", place, entries: this.#entries(node.items, place, field, depth + 1) }
    if (isSeq(node)) {
      const items = node.items.map((item, index) => this.#value(item, place, `${field}[${index}]`, depth + 1))
      return { _tag: "List", place, items }
    }
    return isScalar(node) ? scalarOf(node, place) : { _tag: "Scalar", place, value: null }
  }

  #entries(pairs: ReadonlyArray<Pair>, around: Place, field: string, depth: number): ReadonlyArray<Entry> {
    const entries = new Map<string, Entry>()
    for (const { key: node, value } of pairs) {
      const place = hasPlace(node) ? this.#placeOf(node.range[0]) : around
      if (!isScalar(node)) {
        const fix = "Write a plain text before the colon."
        this.#misfits.push({ place, field, problem: "a key that is not a text", fix })
        continue
      }
      const key = String(node.source ?? node.value)
      const at = joinField(field, key)
      if (entries.has(key)) this.#misfits.push(givenTwice(place, at))
      else entries.set(key, { key, place, value: this.#value(value, place, at, depth) })
    }
    return [...entries.values()]
  }

  #standIn(name: string, place: Place, field: string, depth: number): Value {
    const anchored = this.#anchors.get(name)
    if (anchored?.value !== undefined) {
      this.#count(anchored.size, depth, place, expands)
      this.#count(0, depth + anchored.height, place)
      return { ...anchored.value, place }
    }
    if (anchored !== undefined) throw new TooMuch({ place, field: "", ...expands })
    const problem = `there is no &${name} before this`
    this.#misfits.push({ place, field, problem, fix: "Write the value out." })
    return { _tag: "Scalar", place, value: null }
  }

  #count(values: number, depth: number, place: Place, tooMany?: typeof expands): void {
    this.#deepest = Math.max(this.#deepest, depth)
    const misfit = this.#bounds.take(values, depth, () => place)
    if (misfit !== undefined) throw new TooMuch({ ...misfit, ...tooMany })
  }
}

const expands = {
  problem: "its aliases (*name) expand to too much",
  fix: "Write the values out instead of using aliases."
}

const hasPlace = (node: unknown): node is { readonly range: readonly [number, ...ReadonlyArray<number>] } =>
  typeof node === "object" && node !== null && "range" in node && Array.isArray(node.range)

const scalarOf = ({ source, value }: YamlScalar, place: Place): Scalar => {
  if (typeof value === "string" || value === null) return { _tag: "Scalar", place, value }
  if (typeof value !== "number" && typeof value !== "boolean") return { _tag: "Scalar", place, value: String(value) }
  const isPlain = source === undefined || source === String(value)
  return { _tag: "Scalar", place, value, ...(isPlain ? {} : { written: source }) }
}
