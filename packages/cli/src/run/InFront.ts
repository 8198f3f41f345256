/**
 * A run in front of the user, be it a new one or one that is taken up again: header, progress, result, exit code.
 */
import type { RunHandle } from "@deputize/core/runtime/Runtime"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { Invocation } from "../command/Invocation.ts"
import { exitCodeOfRun } from "../ExitCode.ts"
import { Output } from "../render/Output.ts"
import { headerText, type RunHeader } from "../render/Text.ts"
import type { OutFile } from "../values/OutFile.ts"
import { deliver, type Present } from "./Deliver.ts"
import { followed } from "./Followed.ts"
import { warn } from "./Warn.ts"
import type { Watching } from "./Watch.ts"

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
  const { notes } = yield* Output
  const handle = yield* start
  if (!invocation.quiet) yield* notes.write(headerText({ ...header, run: handle.run }, notes.style))
  yield* warn(invocation, [...warnings, ...handle.warnings])
  const { complete, result, shown } = yield* followed(handle, invocation, {
    ...watching,
    stopped: (result, shown) => deliver(invocation, { out, present }, result, shown)
  })
  yield* deliver(invocation, { out, present }, result, shown)
  yield* complete
  return exitCodeOfRun(result)
})
