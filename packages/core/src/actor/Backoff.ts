/**
 * How long a crashed child waits for its restart: longer each time that it crashes again, up to a limit. Pure.
 */
import * as Schema from "effect/Schema"

const Milliseconds = Schema.Int.pipe(Schema.check(Schema.isGreaterThanOrEqualTo(0)))

export const Backoff = Schema.Struct({
  /** Before the first restart. */
  firstMs: Milliseconds,
  /** What a wait is multiplied with to be the next. */
  factor: Schema.Finite.pipe(Schema.check(Schema.isGreaterThanOrEqualTo(1))),
  longestMs: Milliseconds
})
export type Backoff = typeof Backoff.Type

/** At once, every time. */
export const none: Backoff = { firstMs: 0, factor: 1, longestMs: 0 }

/**
 * Milliseconds before a restart; `nth` is 1 for the first of a row. `random`, at least 0 and less than 1, takes up to a
 * quarter away, so that those who crashed together do not come back together.
 */
export const delayOf = ({ factor, firstMs, longestMs }: Backoff, nth: number, random: number): number => {
  // Late in a row the power is infinite, and nothing times that no number.
  const whole = firstMs === 0 ? 0 : Math.min(longestMs, firstMs * factor ** (nth - 1))
  return Math.round(whole * (1 - random / 4))
}
