/**
 * One mapping of a document, read field by field. What is wrong is noted and read as if it were absent, so that a reader
 * hears of everything at once; what is only odd is a remark.
 */
import type { Place } from "./Place.ts"
import { PlacedProblem, type Problem, type Remark } from "./PlacedProblem.ts"
import { type Document, describe, joinField, type Mapping, plain, type Value, writtenText } from "./Value.ts"

/** A text of a list, or one that stands for a list, with its place. */
export interface Item {
  readonly text: string
  readonly field: string
  readonly place: Place
}

/** What was read, and what is odd about it, in order of places. */
export interface Read<A> {
  readonly value: A
  readonly remarks: ReadonlyArray<Remark>
}

/**
 * What `read` makes of the document. Throws PlacedProblem if anything was wrong, whatever `read` gives; it may also be
 * thrown by `read` where there is no going on.
 */
export const readFields = <A>(file: string, { root, warnings }: Document, read: (root: Fields) => A): Read<A> => {
  const notes: Notes = { file, problems: [], remarks: [...warnings] }
  let made: { readonly value: A } | undefined
  try {
    made = { value: read(new Fields(notes, "", root)) }
  } catch (error) {
    if (!(error instanceof PlacedProblem)) throw error
    notes.problems.push(error)
  }
  const [first, ...others] = onePerPlace(notes.problems.toSorted(byPlace)).slice(0, mostProblems)
  if (first !== undefined) throw new PlacedProblem({ file, ...spotOf(first), others: others.map(spotOf) })
  if (made === undefined) throw new Error("read without a value nor a problem")
  return { value: made.value, remarks: notes.remarks.toSorted(byPlace) }
}

export class Fields {
  /** The path of the mapping; "" for the document itself. */
  readonly field: string
  readonly #notes: Notes
  readonly #mapping: Mapping

  /** Only of a document that is read by `readFields`. */
  constructor(notes: Notes, field: string, mapping: Mapping) {
    this.#notes = notes
    this.field = field
    this.#mapping = mapping
  }

  get keys(): ReadonlyArray<string> {
    return this.#mapping.entries.map((entry) => entry.key)
  }

  has(key: string): boolean {
    return this.#entry(key) !== undefined
  }

  isMapping(key: string): boolean {
    return this.#value(key)?._tag === "Mapping"
  }

  isList(key: string): boolean {
    return this.#value(key)?._tag === "List"
  }

  /** The text of a key; numbers and booleans as they are written. */
  text(key: string): string | undefined {
    const value = this.#value(key)
    if (value === undefined || (value._tag === "Scalar" && value.value !== null)) return value && writtenText(value)
    return this.wrong(key, "a text")
  }

  /** A whole number above 0. */
  count(key: string): number | undefined {
    const found = this.#scalar(key)
    if (found === undefined || (typeof found === "number" && Number.isSafeInteger(found) && found > 0)) return found
    return this.wrong(key, "a whole number above 0")
  }

  /** A number above 0, of which there may be a part. */
  amount(key: string): number | undefined {
    const found = this.#scalar(key)
    if (found === undefined || (typeof found === "number" && Number.isFinite(found) && found > 0)) return found
    return this.wrong(key, "a number above 0")
  }

  bool(key: string): boolean | undefined {
    const found = this.#scalar(key)
    return found === undefined || typeof found === "boolean" ? found : this.wrong(key, "true or false")
  }

  oneOf<A extends string>(key: string, allowed: ReadonlyArray<A>): A | undefined {
    const value = this.#scalar(key)
    const match = allowed.find((each) => each === value)
    return value === undefined || match !== undefined ? match : this.wrong(key, `one of ${allowed.join(", ")}`)
  }

  /** A list of texts; a single text stands for a list of one, nothing for an empty list. */
  items(key: string): ReadonlyArray<Item> | undefined {
    return this.mixed(key)?.flatMap((item) => {
      if (!(item instanceof Fields)) return [item]
      this.problem(item.place, item.field, "this entry is not a text", "Write one text for each entry.")
      return []
    })
  }

  texts(key: string): ReadonlyArray<string> | undefined {
    return this.items(key)?.map((item) => item.text)
  }

  /** `true` or `false`, or a list of texts. */
  boolOrItems(key: string): boolean | ReadonlyArray<Item> | undefined {
    const value = this.#value(key)
    return value?._tag === "Scalar" && typeof value.value === "boolean" ? value.value : this.items(key)
  }

  /** A list of texts and mappings, in order; a single text stands for a list of one. */
  mixed(key: string): ReadonlyArray<Item | Fields> | undefined {
    const value = this.#value(key)
    if (value === undefined) return undefined
    const field = joinField(this.field, key)
    if (value._tag === "Scalar" && value.value === null) return []
    if (value._tag === "Scalar" && typeof value.value === "string") {
      return [{ text: value.value, field, place: value.place }]
    }
    if (value._tag !== "List") return this.wrong(key, "a list of texts")
    return value.items.flatMap((item, index) => this.#itemOf(item, `${field}[${index}]`))
  }

  /** The texts and the mappings of a list, for who tells formats apart: nothing is noted. */
  shape(key: string): { readonly texts: ReadonlyArray<string>; readonly mappings: ReadonlyArray<Fields> } {
    const value = this.#value(key)
    const items = value?._tag === "List" ? value.items : []
    return {
      texts: items.flatMap((item) => (item._tag === "Scalar" && typeof item.value === "string" ? [item.value] : [])),
      mappings: items.flatMap((item) => (item._tag === "Mapping" ? [new Fields(this.#notes, key, item)] : []))
    }
  }

  /** `undefined` also for a key without a value. */
  mapping(key: string): Fields | undefined {
    const value = this.#value(key)
    if (value === undefined || (value._tag === "Scalar" && value.value === null)) return undefined
    if (value._tag === "Mapping") return new Fields(this.#notes, joinField(this.field, key), value)
    return this.wrong(key, "a mapping")
  }

  /** The plain values of all keys but `known`, for what is passed on unread. */
  others(known: ReadonlyArray<string>): Record<string, unknown> {
    const unread = this.#mapping.entries.filter((entry) => !known.includes(entry.key))
    return Object.fromEntries(unread.map((entry) => [entry.key, plain(entry.value)]))
  }

  /** Where the mapping begins. */
  get place(): Place {
    return this.#mapping.place
  }

  /** Where a key stands; where the mapping begins for one that is not there. */
  keyPlace(key: string): Place {
    return (this.#entry(key) ?? this.#mapping).place
  }

  /** Remarks on every key that is not `known`. */
  warnUnknown(known: ReadonlyArray<string>): void {
    for (const key of this.keys) {
      if (!known.includes(key)) this.warnAt(key, `unknown key; known are ${known.join(", ")}`)
    }
  }

  /** The texts of `items`, with a remark on each that `problem` says something about. */
  checked(items: ReadonlyArray<Item>, problem: (text: string) => string | undefined): ReadonlyArray<string> {
    return items.map(({ field, place, text }) => {
      const what = problem(text)
      if (what !== undefined) this.remark(place, field, `${JSON.stringify(text)} ${what}`)
      return text
    })
  }

  warnAt(key: string, problem: string): void {
    this.remark(this.keyPlace(key), joinField(this.field, key), problem)
  }

  remark({ column, line }: Place, field: string, problem: string): void {
    this.#notes.remarks.push({ line, column, field, problem })
  }

  /** The value of `key` is not what is expected there, or it is missing. */
  wrong(key: string, expected: string): undefined {
    const value = this.#value(key)
    const field = joinField(this.field, key)
    if (value === undefined) this.problem(this.place, field, `missing; expected ${expected}`, `Add ${key}.`)
    else this.problem(value.place, field, `expected ${expected}, found ${describe(value)}`, `Write ${expected}.`)
  }

  /** A key is wrong, whatever its value. */
  wrongAt(key: string, problem: string, fix: string): undefined {
    this.problem(this.keyPlace(key), joinField(this.field, key), problem, fix)
  }

  problem({ column, line }: Place, field: string, problem: string, fix: string): undefined {
    this.#notes.problems.push({ line, column, field, problem, fix })
  }

  /** For what leaves nothing to read: to be thrown. */
  refusal({ column, line }: Place, field: string, problem: string, fix: string): PlacedProblem {
    return new PlacedProblem({ file: this.#notes.file, line, column, field, problem, fix })
  }

  // internal

  #entry(key: string) {
    return this.#mapping.entries.find((entry) => entry.key === key)
  }

  #value(key: string): Value | undefined {
    return this.#entry(key)?.value
  }

  /** `null` for a list or mapping, which no scalar is. */
  #scalar(key: string): string | number | boolean | null | undefined {
    const value = this.#value(key)
    return value === undefined || value._tag === "Scalar" ? value?.value : null
  }

  #itemOf(item: Value, field: string): ReadonlyArray<Item | Fields> {
    if (item._tag === "Mapping") return [new Fields(this.#notes, field, item)]
    if (item._tag === "Scalar" && (typeof item.value === "string" || typeof item.value === "number")) {
      return [{ text: writtenText(item), field, place: item.place }]
    }
    this.problem(item.place, field, "this entry is not a text", "Write one text for each entry.")
    return []
  }
}

// internal

/** What is found out about one document while it is read. */
interface Notes {
  readonly file: string
  readonly problems: Array<Problem>
  readonly remarks: Array<Remark>
}

/** More than anybody mends at once. */
const mostProblems = 50

const spotOf = ({ column, field, fix, line, problem }: Problem): Problem => ({ line, column, field, problem, fix })

/** A value that two readers ask for is wrong once. */
const onePerPlace = (problems: ReadonlyArray<Problem>): ReadonlyArray<Problem> =>
  [
    ...new Map(problems.toReversed().map((each) => [`${each.line}:${each.column}:${each.field}`, each])).values()
  ].reverse()

const byPlace = (a: Place, b: Place): number => a.line - b.line || a.column - b.column
