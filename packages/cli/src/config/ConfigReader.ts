/**
 * Reads the mappings of a configuration file by forms, and keeps what has been read with its place.
 */
import { PlacedProblem, placed, type Remark } from "@deputize/core/document/PlacedProblem"
import { type Entry, joinField, type Mapping } from "@deputize/core/document/Value"
import { nearestNames } from "@deputize/core/domain/NearestNames"
import * as Result from "effect/Result"
import type { Form } from "./Form.ts"
import type { Said, Source } from "./Source.ts"

/** A value below `providers` or `prices`, as it may be shown. */
export interface Leaf {
  /** The path of its key: `providers.local.base_url`. */
  readonly key: string
  /** As it is written in a file. */
  readonly shown: string
  readonly value: unknown
  readonly source: Source
}

/** A mapping in the file. */
export interface Fields {
  readonly path: string
  readonly mapping: Mapping
}

/** A mapping that a name stands before. */
export interface Named {
  readonly name: string
  /** Of the name. */
  readonly source: Source
  readonly fields: Fields
}

export class ConfigReader {
  readonly leaves: Array<Leaf> = []
  readonly #file: string
  readonly #by: "user" | "project"
  readonly #remarks: Array<Remark> = []

  constructor(file: string, by: "user" | "project") {
    this.#file = file
    this.#by = by
  }

  /** `FILE:LINE:COL: …`, one each. */
  get warnings(): ReadonlyArray<string> {
    return this.#remarks.map((remark) => placed(this.#file, remark))
  }

  /** Throws PlacedProblem for a value that is not of this form. */
  said<A>(fields: Fields, key: string, form: Form<A>): Said<A> | undefined {
    const entry = entryOf(fields, key)
    if (entry === undefined) return undefined
    const read = form.ofValue(entry.value)
    if (Result.isSuccess(read)) return { value: read.success, source: this.source(entry.value) }
    throw this.problem(entry.value, joinField(fields.path, key), read.failure.problem, read.failure.fix)
  }

  /** The same, kept as a leaf; `shown` leaves out what may be a secret. */
  leaf<A>(fields: Fields, key: string, form: Form<A>, shown: (value: A) => A = (value) => value): A | undefined {
    const said = this.said(fields, key, form)
    if (said === undefined) return undefined
    const value = shown(said.value)
    this.leaves.push({
      key: joinField(fields.path, key),
      shown: form.show(value),
      value: form.plain(value),
      source: said.source
    })
    return said.value
  }

  /** A mapping of mappings, each with its name; none where the key is not there. */
  named(fields: Fields, key: string, what: string): ReadonlyArray<Named> {
    const entry = entryOf(fields, key)
    if (entry === undefined || (entry.value._tag === "Scalar" && entry.value.value === null)) return []
    const path = joinField(fields.path, key)
    return this.#mapping(entry, path, `a mapping of names to ${what}`).entries.map((each) => {
      const below = joinField(path, each.key)
      const mapping = this.#mapping(each, below, `a mapping with ${what}`)
      return { name: each.key, source: this.source(each), fields: { path: below, mapping } }
    })
  }

  /** A mapping; undefined where the key is not there. */
  section(fields: Fields, key: string, what: string): Fields | undefined {
    const entry = entryOf(fields, key)
    if (entry === undefined || (entry.value._tag === "Scalar" && entry.value.value === null)) return undefined
    const path = joinField(fields.path, key)
    return { path, mapping: this.#mapping(entry, path, `a mapping with ${what}`) }
  }

  warnUnknown({ mapping, path }: Fields, known: ReadonlyArray<string>): void {
    for (const { key, place } of mapping.entries) {
      if (known.includes(key)) continue
      const [near] = nearestNames(key, known)
      const instead = near === undefined ? `known are ${known.join(", ")}` : `did you mean ${near}?`
      this.#remarks.push({ ...place, field: joinField(path, key), problem: `unknown key; ${instead}` })
    }
  }

  missing({ mapping, path }: Fields, key: string, expected: string): PlacedProblem {
    return this.problem(mapping, joinField(path, key), `missing; expected ${expected}`, `Add ${key}.`)
  }

  problem({ place }: Pick<Mapping, "place">, field: string, problem: string, fix: string): PlacedProblem {
    return new PlacedProblem({ file: this.#file, line: place.line, column: place.column, field, problem, fix })
  }

  source({ place }: Pick<Mapping, "place">): Source {
    return { _tag: "File", by: this.#by, file: this.#file, line: place.line, column: place.column }
  }

  #mapping({ value }: Entry, path: string, what: string): Mapping {
    if (value._tag === "Mapping") return value
    throw this.problem(value, path, `expected ${what}`, `Write ${what}.`)
  }
}

// internal

const entryOf = ({ mapping }: Fields, key: string): Entry | undefined =>
  mapping.entries.find((entry) => entry.key === key)
