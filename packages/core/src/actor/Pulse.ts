/**
 * Signs of life: what a fiber works for hears from here that it is alive, and that it rests because others have to do
 * something first. Without anybody who listens nothing happens.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"

export interface Listener {
  readonly beat: () => void
  /** A rest begins; gives what is to be called when it is over. */
  readonly rest: () => () => void
}

export const Pulse = Context.Reference<Listener>("@deputize/core/actor/Pulse", {
  defaultValue: () => ({ beat: () => {}, rest: () => () => {} })
})

/** The time that this takes is not the fiber's own: it waits its turn, or for somebody else. */
export const resting = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.flatMap(Pulse, (pulse) =>
    Effect.suspend(() => {
      const over = pulse.rest()
      return Effect.ensuring(effect, Effect.sync(over))
    })
  )
