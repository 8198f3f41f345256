/**
 * A run in front of the user, be it a new one or one that is taken up again: header, progress, result, exit code.
 */
import { recorded } from "@deputize/core/history/Fact"
import type { RunResult } from "@deputize/core/runtime/RunResult"
import type { RunHandle } from "@deputize/core/runtime/Runtime"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type { Invocation } from "../command/Invocation.ts"
import { exitCodeOfRun } from "../ExitCode.ts"
import { Output } from "../render/Output.ts"
import { headerText, type RunHeader } from "../render/Text.ts"
import type { OutFile } from "../values/OutFile.ts"
import { deliver as handOver, type Present } from "./Deliver.ts"
import { warn } from "./Warn.ts"
import { nothingShown, type Shown, type Watching, watch } from "./Watch.ts"

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
  const deliver = (result: RunResult, shown: Shown) => handOver(invocation, { out, present }, result, shown)

  const handle = yield* start
  yield* note(headerText({ ...header, run: handle.run }, output.notes.style))
  yield* warn(invocation, [...warnings, ...handle.warnings])
  const watcher = yield* watch(Stream.map(handle.events, recorded), invocation, watching).pipe(
    Effect.forkScoped({ startImmediately: true })
  )
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
