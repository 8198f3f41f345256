/**
 * A result as it is handed over: to standard output, to the file of `-o`, and to the user in words.
 */
import { resultJson } from "@deputize/core/runtime/ResultJson"
import type { RunResult } from "@deputize/core/runtime/RunResult"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import type { Invocation } from "../command/Invocation.ts"
import { jsonText } from "../render/Json.ts"
import { Output } from "../render/Output.ts"
import { answerText, errorsText, reportText, summaryText } from "../render/Text.ts"
import type { OutFile } from "../values/OutFile.ts"
import { type Shown, writeResult } from "./Watch.ts"

/** The result as text: what is data, and what is said beside it. */
export type Present = (
  result: RunResult,
  out: string | undefined,
  output: Output["Service"]
) => { readonly data: string; readonly notes: string }

export const presentOne: Present = (result, out, { notes }) => ({
  data: answerText(result),
  notes: summaryText(result, out, notes.style)
})

export const presentAll: Present = (result, out, { data }) => ({ data: reportText(result, out, data.style), notes: "" })

export const deliver = Effect.fn("deliver")(function* (
  invocation: Invocation,
  { out, present }: { readonly out: OutFile | undefined; readonly present: Present },
  result: RunResult,
  shown: Shown
) {
  const output = yield* Output
  const json = jsonText(resultJson(result))
  const written = yield* Effect.result(out?.write(json) ?? Effect.void)
  const { data, notes } = present(result, Result.isSuccess(written) ? out?.name : undefined, output)
  yield* writeResult(invocation, shown, result, { data, json })
  yield* output.notes.write(invocation.quiet ? errorsText(result) : notes)
  // Only now: a file that cannot be written must not cost the user the answer.
  yield* Effect.fromResult(written)
})
