/**
 * The file of `--output-schema`: the form of the final answer. What is wrong with it is said with its place, before
 * anything starts.
 */

import { readFile } from "node:fs/promises"
import { basename, extname } from "node:path"
import { type AnswerFormatInvalid, formatOf } from "@deputize/core/agent/AnswerCheck"
import { parseJson } from "@deputize/core/document/Json"
import type { Place } from "@deputize/core/document/Place"
import { PlacedProblem, placed } from "@deputize/core/document/PlacedProblem"
import { plain, type Value } from "@deputize/core/document/Value"
import * as Effect from "effect/Effect"
import type { Invocation } from "../command/Invocation.ts"
import { type UsageError, usageError } from "../command/UsageError.ts"
import { reasonOf } from "../values/SystemReason.ts"

export const readOutputSchema = Effect.fnUntraced(function* (invocation: Invocation) {
  const file = invocation.value("output-schema")
  if (file === undefined) return undefined
  const bytes = yield* Effect.tryPromise({
    try: () => readFile(file),
    catch: (cause) =>
      usageError(
        `--output-schema: cannot read ${file === "" ? "a file without a name" : file}: ${reasonOf(cause)}`,
        hint
      )
  })
  const root = yield* Effect.try({
    try: () => parseJson(file, textOf(bytes)).root,
    catch: (cause) => (cause instanceof PlacedProblem ? usageError(cause.message, hint) : unreadable(file))
  })
  const name = basename(file, extname(file)).replace(/\.schema$/, "")
  return yield* Effect.mapError(formatOf(plain(root), name), (error) => invalid(file, root, error))
})

// internal

const hint = "Give a file that holds one JSON Schema, an object."

const textOf = (bytes: Uint8Array): string => new TextDecoder("utf-8", { fatal: true }).decode(bytes)

const unreadable = (file: string): UsageError => usageError(`${file}:1:1: the file is not text in UTF-8`, hint)

const invalid = (file: string, root: Value, { hint, place, problem }: AnswerFormatInvalid): UsageError => {
  const names = place
    .split("/")
    .slice(1)
    .map((name) => name.replaceAll("~1", "/").replaceAll("~0", "~"))
  return usageError(placed(file, { ...placeAt(root, names), field: names.join("."), problem }), hint)
}

/** Of the value that the names lead to, or of the last one on the way there. */
const placeAt = (value: Value, names: ReadonlyArray<string>): Place => {
  const [name, ...rest] = names
  if (name === undefined) return value.place
  const next =
    value._tag === "Mapping"
      ? value.entries.find(({ key }) => key === name)?.value
      : value._tag === "List"
        ? value.items[Number(name)]
        : undefined
  return next === undefined ? value.place : placeAt(next, rest)
}
