/**
 * Gives up on a provider that says nothing. Only events count, not the comments that keep a connection alive, and only
 * the time in which somebody waits for one: a slow reader is no silence. Times are of `elapsed`.
 *
 * One fiber looks after all streams of a provider, for as long as there are any. It sleeps until the first of them could
 * be given up: who begins to wait meanwhile has longer than that.
 */
import * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import * as FiberSet from "effect/FiberSet"
import { elapsed } from "../../domain/Elapsed.ts"

/** One stream. */
export class Watched {
  /** Since when an event has been waited for; undefined while nobody waits. */
  since: number | undefined
  readonly giveUp: () => void

  constructor(giveUp: () => void) {
    this.giveUp = giveUp
  }

  heard(now: number): void {
    if (this.since !== undefined) this.since = now
  }
}

export interface Silence {
  readonly add: (stream: Watched) => void
  readonly remove: (stream: Watched) => void
}

/** The fiber ends with the scope at the latest. */
export const make = Effect.fnUntraced(function* (idleMs: number) {
  const run = yield* FiberSet.makeRuntime()
  const streams = new Set<Watched>()
  let watcher: Fiber.Fiber<void> | undefined

  const watch = Effect.gen(function* () {
    while (true) {
      const now = yield* elapsed
      let first = now
      for (const stream of streams) {
        const { since = now } = stream
        if (since + idleMs <= now) {
          streams.delete(stream)
          stream.giveUp()
        } else first = Math.min(first, since)
      }
      yield* Effect.sleep(first + idleMs - now)
    }
  })
  const silence: Silence = {
    add: (stream) => {
      streams.add(stream)
      watcher ??= run(watch)
    },
    remove: (stream) => {
      streams.delete(stream)
      if (streams.size > 0) return
      watcher?.interruptUnsafe()
      watcher = undefined
    }
  }
  return silence
})
