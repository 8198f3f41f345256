/**
 * How often something may crash before it is given up: so many restarts within a span of time. Pure; the caller brings
 * the time, which must not go backwards.
 */
import * as Schema from "effect/Schema"

export const Tolerance = Schema.Struct({
  /** Restarts within the period; 0 means that the first crash is the last. */
  intensity: Schema.Int.pipe(Schema.check(Schema.isGreaterThanOrEqualTo(0))),
  periodMs: Schema.Int.pipe(Schema.check(Schema.isGreaterThan(0)))
})
export type Tolerance = typeof Tolerance.Type

/** When there were restarts that still count, in milliseconds, oldest first. */
export type Restarts = ReadonlyArray<number>

/** Those that still count now; one that is a whole period old does. */
export const recent = ({ periodMs }: Tolerance, restarts: Restarts, now: number): Restarts =>
  restarts.filter((at) => at >= now - periodMs)

/** Counts a restart that is due now; null where it would be one too many. */
export const note = (tolerance: Tolerance, restarts: Restarts, now: number): Restarts | null => {
  const counted = recent(tolerance, restarts, now)
  return counted.length < tolerance.intensity ? [...counted, now] : null
}
