/**
 * A run of this process, watched from its start to its end. The view is not the run: where it is lost the run goes on,
 * and the result is delivered all the same.
 */
import { type Recorded, recorded } from "@deputize/core/history/Fact"
import type { RunResult } from "@deputize/core/runtime/RunResult"
import type { RunHandle } from "@deputize/core/runtime/Runtime"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Stream from "effect/Stream"
import type { Invocation } from "../command/Invocation.ts"
import type { Output } from "../render/Output.ts"
import { warn } from "./Warn.ts"
import { nothingShown, type Shown, type Watching, watch } from "./Watch.ts"

interface Manner extends Watching {
  /** What is still said when it is interrupted: what the agents had until then is the user's. */
  readonly stopped: (result: RunResult, shown: Shown) => Effect.Effect<void, unknown, Output>
}

export const followed = Effect.fn("followed")(function* (
  handle: RunHandle,
  invocation: Invocation,
  { stopped, ...watching }: Manner
) {
  let last: Recorded | null = null
  const events = Stream.tap(Stream.map(handle.events, recorded), (event) => Effect.sync(() => (last = event)))
  const watcher = yield* watch(events, invocation, watching).pipe(
    Effect.tapCause((cause) => (Cause.hasInterruptsOnly(cause) ? Effect.void : warn(invocation, [lostView(cause)]))),
    Effect.forkScoped({ startImmediately: true })
  )
  const shown = Effect.map(
    Fiber.await(watcher),
    (exit): Shown => (Exit.isSuccess(exit) ? exit.value : { ...nothingShown, last })
  )
  const result = yield* handle.wait.pipe(
    Effect.onInterrupt(() =>
      Effect.gen(function* () {
        const result = yield* handle.cancel
        yield* stopped(result, yield* shown)
      }).pipe(Effect.ignore)
    )
  )
  return {
    result,
    shown: yield* shown,
    /** Fails where the events are data and some are missing; for when the result has been delivered. */
    complete: invocation.format === "stream-json" ? Effect.asVoid(Fiber.join(watcher)) : Effect.void
  }
})

// internal

const lostView = (cause: Cause.Cause<Error>): string => {
  const error = Cause.squash(cause)
  return `the run can no longer be shown, and goes on: ${error instanceof Error ? error.message : String(error)}`
}
