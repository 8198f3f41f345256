/**
 * Time that only runs forward, in milliseconds from no moment in particular: for how long something took or may take. A
 * clock on the wall is set by its user and by the network, and jumps when a machine wakes.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"

export const elapsedUnsafe = (clock: Clock.Clock): number => Number(clock.monotonicTimeNanosUnsafe()) / 1e6

export const elapsed: Effect.Effect<number> = Effect.map(Clock.monotonicTimeNanos, (nanos) => Number(nanos) / 1e6)
