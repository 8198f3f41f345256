/**
 * A run in front of the user, be it a new one or one that is taken up again: header, progress, result, exit code.
 */
import { resultJson } from "@deputize/core/runtime/ResultJson"
import type { RunResult } from "@deputize/core/runtime/RunResult"
import type { RunHandle } from "@deputize/core/runtime/Runtime"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Result from "effect/Result"
import type * as Scope from "effect/Scope"
import type { Invocation } from "../command/Invocation.ts"
import { exitCodeOfRun } from "../ExitCode.ts"
import { jsonText } from "../render/Json.ts"
import { Output } from "../render/Output.ts"
import { errorsText, headerText, type RunHeader } from "../render/Text.ts"
import type { OutFile } from "../values/OutFile.ts"
import { warn } from "./Warn.ts"
import { nothingShown, type Shown, type Watching, watch, writeResult } from "./Watch.ts"

/** The result as text: what is data, and what is said beside it. */
export type Present = (
  result: RunResult,
  out: string | undefined,
  output: Output["Service"]
) => { readonly data: string; readonly notes: string }

interface Manner extends Watching {
  readonly present: Present
  readonly out: OutFile | undefined
}

export const inFront = Effect.fn("inFront")(function* <E extends Error, R>(
  invocation: Invocation,
  start: Effect.Effect<RunHandle, E, R | Scope.Scope>,
  { header, warnings }: { readonly header: Omit<RunHeader, "run">; readonly warnings: ReadonlyArray<string> },
  { out, present, ...watching }: Manner
) {
  const output = yield* Output
  const note = (text: string) => (invocation.quiet ? Effect.void : output.notes.write(text))
  const deliver = Effect.fnUntraced(function* (result: RunResult, shown: Shown) {
    const json = jsonText(resultJson(result))
    const written = yield* Effect.result(out?.write(json) ?? Effect.void)
    const { data, notes } = present(result, Result.isSuccess(written) ? out?.name : undefined, output)
    yield* writeResult(invocation, shown, result, { data, json })
    yield* output.notes.write(invocation.quiet ? errorsText(result) : notes)
    // Only now: a file that cannot be written must not cost the user the answer.
    yield* Effect.fromResult(written)
  })

  const handle = yield* start
  yield* note(headerText({ ...header, run: handle.run }, output.notes.style))
  yield* warn(invocation, warnings)
  const watcher = yield* watch(handle, invocation, watching).pipe(Effect.forkScoped({ startImmediately: true }))
  // Interrupted, it still delivers: what the agents had until then is the user's.
  const result = yield* handle.wait.pipe(
    Effect.onInterrupt(() =>
      Effect.gen(function* () {
        const result = yield* handle.cancel
        const exit = yield* Fiber.await(watcher)
        yield* deliver(result, Exit.isSuccess(exit) ? exit.value : nothingShown)
      }).pipe(Effect.ignore)
    )
  )
  yield* deliver(result, yield* Fiber.join(watcher))
  return exitCodeOfRun(result)
})
