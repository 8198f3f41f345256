/**
 * Gives up on a provider that says nothing. Only events count, not the comments that keep a connection alive, and only
 * the time in which somebody waits for one: a slow reader is no silence. Times are of `elapsed`.
 */
import * as Effect from "effect/Effect"
import { elapsed } from "../../domain/Elapsed.ts"

export class SilenceWatch {
  /** Since when an event has been waited for; undefined while nobody waits. */
  since: number | undefined

  heard(now: number): void {
    if (this.since !== undefined) this.since = now
  }

  async during<A>(now: number, wait: () => Promise<A>): Promise<A> {
    this.since = now
    try {
      return await wait()
    } finally {
      this.since = undefined
    }
  }
}

/** Runs for as long as the stream; one timer, not one an event. */
export const giveUp = Effect.fnUntraced(function* (watch: SilenceWatch, idleMs: number, stop: () => void) {
  while (true) {
    const now = yield* elapsed
    const left = idleMs - (now - (watch.since ?? now))
    if (left <= 0) return stop()
    yield* Effect.sleep(left)
  }
})
