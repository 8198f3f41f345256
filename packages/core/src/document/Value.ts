/**
 * What a document says, whatever it is written in: texts, numbers, lists and mappings, each with its place.
 */
import type { Place } from "./Place.ts"
import type { Remark } from "./PlacedProblem.ts"

export type Value = Scalar | List | Mapping

export interface Scalar {
  readonly _tag: "Scalar"
  readonly place: Place
  readonly value: string | number | boolean | null
  /** A number or boolean as the text has it, where that is not how JSON writes it: `1.80`, `0x1F`, `True`. */
  readonly written?: string
}

export interface List {
  readonly _tag: "List"
  readonly place: Place
  readonly items: ReadonlyArray<Value>
}

export interface Mapping {
  readonly _tag: "Mapping"
  readonly place: Place
  /** In the order of the text; no key twice. */
  readonly entries: ReadonlyArray<Entry>
}

export interface Entry {
  readonly key: string
  /** Of the key. */
  readonly place: Place
  readonly value: Value
}

/** A document whose whole is a mapping. */
export interface Document {
  readonly root: Mapping
  /** What its parser found odd. */
  readonly warnings: ReadonlyArray<Remark>
}

/** As JSON has it: what is recorded and sent knows no infinity. */
export const plain = (value: Value): unknown => {
  switch (value._tag) {
    case "Scalar":
      return typeof value.value === "number" && !Number.isFinite(value.value) ? null : value.value
    case "List":
      return value.items.map(plain)
    case "Mapping":
      return Object.fromEntries(value.entries.map((entry) => [entry.key, plain(entry.value)]))
  }
}

/** For errors: `found a list`. */
export const describe = (value: Value): string => {
  switch (value._tag) {
    case "Scalar":
      return value.value === null ? "nothing" : `${JSON.stringify(value.value)}`.slice(0, 60)
    case "List":
      return "a list"
    case "Mapping":
      return "a mapping"
  }
}

/** A scalar as a text: numbers and booleans as they are written. */
export const writtenText = ({ value, written }: Scalar): string => written ?? String(value)

export const joinField = (field: string, key: string): string => (field === "" ? key : `${field}.${key}`)
