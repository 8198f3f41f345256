/**
 * How the process itself stands: whether it keeps up with its events, and whether memory is left.
 */
import { freemem, totalmem } from "node:os"
import { monitorEventLoopDelay } from "node:perf_hooks"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"

export interface Vitals {
  /** How late the event loop was, in milliseconds: the 99th percentile since the reading before. */
  readonly loopDelayMs: number
  /** The free part of the machine's memory, from 0 to 1. */
  readonly freeMemory: number
  /** The part that this process has of what its container may have, from 0 to 1; 0 where there is no limit. */
  readonly ownMemory: number
}

/** Begins to measure, and gives the way to read. */
export const measured: Effect.Effect<() => Vitals, never, Scope.Scope> = Effect.map(
  Effect.acquireRelease(
    Effect.sync(() => {
      const delay = monitorEventLoopDelay({ resolution: resolutionMs })
      delay.enable()
      return delay
    }),
    (delay) => Effect.sync(() => delay.disable())
  ),
  (delay) => () => {
    // What is counted is the time from one tick to the next.
    const late = delay.count === 0 ? 0 : delay.percentile(99) / 1e6 - resolutionMs
    delay.reset()
    return { loopDelayMs: Math.max(0, late), freeMemory: freemem() / totalmem(), ownMemory: ownMemory() }
  }
)

/** Where a run gets its readings. */
export const Vitals = Context.Reference<typeof measured>("@deputize/core/runtime/admission/Vitals", {
  defaultValue: () => measured
})

// internal

/** So few in a second that the 99th percentile of them is the longest: one long stop is seen. */
const resolutionMs = 20

/** The limit of control groups, of either version, as the runtime reads it; a number beyond all memory is none. */
const ownMemory = (): number => {
  const limit = process.constrainedMemory()
  return limit > 0 && limit < totalmem() ? process.memoryUsage.rss() / limit : 0
}
