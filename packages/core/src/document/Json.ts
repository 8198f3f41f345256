/**
 * JSON text as a document. Read here and not by `JSON.parse`, which knows no places, takes a key twice, and nests as
 * deep as the stack.
 */
import { givenTwice, makeBounds } from "./Bounds.ts"
import { type Place, placesOf } from "./Place.ts"
import { PlacedProblem } from "./PlacedProblem.ts"
import { type Document, type Entry, joinField, type Value } from "./Value.ts"

/** Throws PlacedProblem for what is not one JSON object of sane size. */
export const parseJson = (file: string, text: string): Document => {
  const root = new Reader(file, text).whole()
  if (root._tag === "Mapping") return { root, warnings: [] }
  const problem = "the file is not a mapping of keys to values"
  throw new PlacedProblem({ file, ...root.place, field: "", problem, fix: 'Begin with `{"name": …`.' })
}

// internal

const spaces = /[ \t\r\n]*/y
const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
/** To the closing quote; escapes are looked at by `JSON.parse`. */
const string = /"(?:[^"\\]|\\.)*"/sy
const word = /[A-Za-z_$][\w$]*/y
const words: ReadonlyMap<string, boolean | null> = new Map([
  ["true", true],
  ["false", false],
  ["null", null]
])

class Reader {
  readonly #file: string
  readonly #text: string
  readonly #placeOf: (offset: number) => Place
  readonly #bounds = makeBounds()
  #at = 0

  constructor(file: string, text: string) {
    this.#file = file
    this.#text = text
    this.#placeOf = placesOf(text)
  }

  whole(): Value {
    this.#skip()
    if (this.#at >= this.#text.length) throw this.#error("the file is empty")
    const value = this.#value("", 0)
    this.#skip()
    if (this.#at < this.#text.length) throw this.#error(`expected the end of the file, found ${this.#found()}`)
    return value
  }

  #value(field: string, depth: number): Value {
    this.#skip()
    const place = this.#placeOf(this.#at)
    const misfit = this.#bounds.take(1, depth, () => place)
    if (misfit !== undefined) throw this.#problem(misfit.place, misfit.field, misfit.problem, misfit.fix)
    const next = this.#text[this.#at]
    if (next === "{") return { _tag: "Mapping", place, entries: this.#entries(field, depth) }
    if (next === "[") return { _tag: "List", place, items: this.#items(field, depth) }
    if (next === '"') return { _tag: "Scalar", place, value: this.#string() }
    const digits = this.#match(number)
    if (digits !== undefined) return { _tag: "Scalar", place, value: Number(digits) }
    const found = this.#found()
    const value = words.get(this.#match(word) ?? "")
    if (value === undefined) throw this.#error(`expected a value, found ${found}`, place, field)
    return { _tag: "Scalar", place, value }
  }

  #entries(field: string, depth: number): ReadonlyArray<Entry> {
    const entries: Array<Entry> = []
    const keys = new Set<string>()
    this.#each("}", () => {
      this.#skip()
      const place = this.#placeOf(this.#at)
      if (this.#text[this.#at] !== '"') throw this.#error(`expected a key in double quotes, found ${this.#found()}`)
      const key = this.#string()
      const at = joinField(field, key)
      if (keys.has(key)) throw this.#problem(place, at, givenTwice(place, at).problem, givenTwice(place, at).fix)
      keys.add(key)
      this.#expect(":")
      entries.push({ key, place, value: this.#value(at, depth + 1) })
    })
    return entries
  }

  #items(field: string, depth: number): ReadonlyArray<Value> {
    const items: Array<Value> = []
    this.#each("]", () => items.push(this.#value(`${field}[${items.length}]`, depth + 1)))
    return items
  }

  /** What stands between an opening bracket and `close`, with commas in between. */
  #each(close: string, read: () => void): void {
    this.#at++
    this.#skip()
    if (this.#text[this.#at] === close) {
      this.#at++
      return
    }
    for (;;) {
      read()
      this.#skip()
      const next = this.#text[this.#at]
      if (next !== close && next !== ",") throw this.#error(`expected \`,\` or \`${close}\`, found ${this.#found()}`)
      this.#at++
      if (next === close) return
    }
  }

  #string(): string {
    const from = this.#at
    const quoted = this.#match(string)
    try {
      if (quoted !== undefined) return String(JSON.parse(quoted))
    } catch {
      // Below: a line break in it, or an escape that JSON does not have.
    }
    throw this.#error(
      quoted === undefined
        ? "a text without its closing quote"
        : "a text with an escape or character that JSON forbids",
      this.#placeOf(from)
    )
  }

  #expect(character: string): void {
    this.#skip()
    if (this.#text[this.#at] !== character) throw this.#error(`expected \`${character}\`, found ${this.#found()}`)
    this.#at++
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#text)?.[0]
    this.#at += found?.length ?? 0
    return found
  }

  #skip(): void {
    this.#match(spaces)
  }

  #found(): string {
    const next = this.#text.codePointAt(this.#at)
    return next === undefined ? "the end of the file" : JSON.stringify(String.fromCodePoint(next))
  }

  #error(problem: string, place = this.#placeOf(this.#at), field = ""): PlacedProblem {
    return this.#problem(place, field, problem, "Mend the JSON at this place.")
  }

  #problem(place: Place, field: string, problem: string, fix: string): PlacedProblem {
    return new PlacedProblem({ file: this.#file, ...place, field, problem, fix })
  }
}
