/**
 * Where the keys and values of a TOML text stand. The parser that reads the values knows no places, so the text, which
 * it has found to be valid, is walked once more for these alone.
 */

/** Offsets of a key and of its value, by `pathKey`. */
export type TomlPlaces = ReadonlyMap<string, { readonly key: number; readonly value: number }>

export type TomlPath = ReadonlyArray<string | number>

export const pathKey = (path: TomlPath): string => JSON.stringify(path)

/** `text` is valid TOML; of any other text, some places are missing or wrong. */
export const tomlPlaces = (text: string): TomlPlaces => new Walk(text).places()

// internal

const blank = /(?:[ \t\r\n]|#[^\n]*)*/y
const inline = /[ \t]*/y
const bareKey = /[A-Za-z0-9_-]+/y
/** A key's part or a value in quotes, three or one. */
const quoted = /"""(?:[^\\]|\\[\s\S])*?"{3,5}(?!")|'''[\s\S]*?'{3,5}(?!')|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'/y
/** A number, date or word. */
const bare = /[^,\]}#\r\n]+/y

class Walk {
  readonly #text: string
  readonly #found = new Map<string, { readonly key: number; readonly value: number }>()
  /** How many tables an array of tables has so far. */
  readonly #counts = new Map<string, number>()
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  places(): TomlPlaces {
    let table: TomlPath = []
    for (;;) {
      this.#match(blank)
      if (this.#at >= this.#text.length) return this.#found
      const before = this.#at
      if (this.#text[this.#at] === "[") table = this.#header()
      else this.#pair(table, 0)
      // What is no TOML after all is not walked for ever.
      if (this.#at === before) return this.#found
    }
  }

  /** `[a.b]` or `[[a.b]]`; gives the path of the table whose keys follow. */
  #header(): TomlPath {
    const isItem = this.#text.startsWith("[[", this.#at)
    const from = this.#at
    this.#at += isItem ? 2 : 1
    const path = this.#keyPath([])
    this.#at += isItem ? 2 : 1
    if (!isItem) return path
    const count = this.#counts.get(pathKey(path)) ?? 0
    this.#counts.set(pathKey(path), count + 1)
    this.#note([...path, count], from, from)
    return [...path, count]
  }

  #pair(table: TomlPath, depth: number): void {
    const path = this.#keyPath(table)
    this.#match(inline)
    if (this.#text[this.#at] === "=") this.#at++
    this.#match(inline)
    const key = this.#found.get(pathKey(path))?.key ?? this.#at
    this.#found.set(pathKey(path), { key, value: this.#at })
    this.#value(path, depth)
  }

  /** The path that a key with dots names below `table`, each part of it noted. */
  #keyPath(table: TomlPath): TomlPath {
    let path = table
    for (;;) {
      this.#match(inline)
      const from = this.#at
      const part = this.#match(bareKey) ?? unquoted(this.#match(quoted) ?? "")
      path = [...this.#latest(path), part]
      this.#note(path, from, from)
      this.#match(inline)
      if (this.#text[this.#at] !== ".") return path
      this.#at++
    }
  }

  /** Keys below an array of tables mean its last table. */
  #latest(path: TomlPath): TomlPath {
    const count = this.#counts.get(pathKey(path))
    return count === undefined ? path : [...path, count - 1]
  }

  #value(path: TomlPath, depth: number): void {
    const next = this.#text[this.#at]
    if (depth > deepest) return
    if (next === "[") this.#each("]", (index) => this.#item([...path, index], depth + 1))
    else if (next === "{") this.#each("}", () => this.#pair(path, depth + 1))
    else this.#match(quoted) ?? this.#match(bare)
  }

  #item(path: TomlPath, depth: number): void {
    this.#note(path, this.#at, this.#at)
    this.#value(path, depth)
  }

  #each(close: string, read: (index: number) => void): void {
    this.#at++
    for (let index = 0; this.#at < this.#text.length; index++) {
      this.#match(blank)
      if (this.#text[this.#at] === close) break
      const before = this.#at
      read(index)
      this.#match(blank)
      if (this.#text[this.#at] === ",") this.#at++
      if (this.#at === before) return
    }
    this.#at++
  }

  /** The first place of a table that several keys lead through is its own. */
  #note(path: TomlPath, key: number, value: number): void {
    if (!this.#found.has(pathKey(path))) this.#found.set(pathKey(path), { key, value })
  }

  /** What stands here, passed over; undefined if it is nothing. */
  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#text)?.[0]
    this.#at += found?.length ?? 0
    return found === "" ? undefined : found
  }
}

/** Deeper than any document that is read. */
const deepest = 80

const unquoted = (part: string): string => {
  if (part.startsWith("'")) return part.slice(1, -1)
  try {
    return String(JSON.parse(part))
  } catch {
    return part
  }
}
