/**
 * What the value of a setting looks like: read from a document, from the text of a variable or flag, written back, and
 * described to programs. Pure.
 */
import { describe, type Value } from "@deputize/core/document/Value"
import * as Result from "effect/Result"
import type { Misread } from "./Amount.ts"

/** A JSON Schema. */
export type JsonSchema = Readonly<Record<string, unknown>>

export interface Form<A> {
  readonly ofValue: (value: Value) => Result.Result<A, Misread>
  readonly ofText: (text: string) => Result.Result<A, Misread>
  /** As it is written in a file. */
  readonly show: (value: A) => string
  /** As JSON has it. */
  readonly plain: (value: A) => unknown
  readonly schema: JsonSchema
}

/** What reads the same from a document as from a text; `what` says what it should have been. */
export const ofWords = <A>(
  what: string,
  read: (said: string) => Result.Result<A, Misread>,
  show: (value: A) => string,
  schema: JsonSchema,
  plain: (value: A) => unknown = (value) => value
): Form<A> => ({
  ofValue: (value) => {
    const said = wordOf(value)
    return said === undefined ? unlike(what, value) : read(said)
  },
  ofText: read,
  show,
  plain,
  schema
})

/** A scalar as it is written; undefined for what is none, or nothing. */
export const wordOf = (value: Value): string | undefined =>
  value._tag === "Scalar" && value.value !== null ? String(value.value) : undefined

export const misread = (problem: string, fix: string): Result.Result<never, Misread> => Result.fail({ problem, fix })

export const unlike = (what: string, found: Value): Result.Result<never, Misread> =>
  misread(`expected ${what}, found ${describe(found)}`, `Write ${what}.`)
