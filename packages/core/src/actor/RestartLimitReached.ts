/**
 * A child crashed more often than is tolerated and is not started again, nor are those that go down with it. For the
 * supervisor above it is a crash like any.
 */
import * as Cause from "effect/Cause"
import * as Exit from "effect/Exit"
import * as Schema from "effect/Schema"

export class RestartLimitReached extends Schema.TaggedError<RestartLimitReached>()("RestartLimitReached", {
  child: Schema.String,
  /** Restarts that were tolerated within the period. */
  intensity: Schema.Int,
  periodMs: Schema.Int,
  /** How it ended the last time. */
  last: Schema.Struct({ tag: Schema.String, message: Schema.String }),
  /** Who says it, where that is another child, which its strategy ties to it. */
  tied: Schema.optionalKey(Schema.String)
}) {
  override get message() {
    const { child, intensity, last, periodMs, tied } = this
    const who = tied === undefined ? child : `${tied} was ended with ${child}, which`
    const often = intensity === 0 ? "crashed" : `crashed more than ${times(intensity)} in ${span(periodMs)}`
    return `${who} ${often} and was not started again; the last time: ${last.message}`
  }
  get hint() {
    return "Look at its last crash; more restarts help only against what passes by itself."
  }
}

/** What there is to tell of an end that is one too many. */
export const lastOf = (exit: Exit.Exit<unknown, unknown>): RestartLimitReached["last"] => {
  if (Exit.isSuccess(exit)) return { tag: "Ended", message: "it came to its end" }
  const error = Cause.squash(exit.cause)
  if (!(error instanceof Error)) return { tag: "Unknown", message: String(error) }
  return { tag: "_tag" in error && typeof error._tag === "string" ? error._tag : error.name, message: error.message }
}

// internal

const times = (count: number): string => (count === 1 ? "once" : `${count} times`)

const span = (ms: number): string => (ms < 1000 ? `${ms} ms` : `${ms / 1000} s`)
