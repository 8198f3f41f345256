/**
 * A limit of wall time on an agent's work.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { AgentPath } from "../domain/Ids.ts"

export class DeadlineExceeded extends Schema.TaggedError<DeadlineExceeded>()("DeadlineExceeded", {
  path: AgentPath,
  limitMs: Schema.Number
}) {
  override get message(): string {
    if (this.limitMs <= 0) return `${this.path} had no time left when its turn came`
    return `${this.path} was stopped after its ${seconds(this.limitMs)} of time`
  }
  get hint(): string {
    return "Raise --deadline or the agent's wall-time limit, or give it less to do; what it found until then is kept."
  }
}

/**
 * Interrupts the effect `lateMs` after its time is up, waits for it to end, and fails with DeadlineExceeded; does
 * not begin what has no time.
 */
export const within =
  (path: AgentPath, wallMs: number, lateMs = 0) =>
  <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E | DeadlineExceeded, R> =>
    wallMs <= 0
      ? Effect.fail(new DeadlineExceeded({ path, limitMs: wallMs }))
      : Effect.timeoutOrElse(effect, {
          duration: wallMs + lateMs,
          orElse: () => Effect.fail(new DeadlineExceeded({ path, limitMs: wallMs }))
        })

// internal

const seconds = (ms: number): string => (ms < 1000 ? `${ms} ms` : `${ms / 1000} s`)
