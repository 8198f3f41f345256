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
    return `${this.path} was stopped after its ${seconds(this.limitMs)} of time`
  }
  get hint(): string {
    return "Raise --deadline or the agent's wall-time limit, or give it less to do; what it found until then is kept."
  }
}

/** Interrupts the effect when its time is up, waits for it to end, and fails with DeadlineExceeded. */
export const within =
  (path: AgentPath, wallMs: number) =>
  <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E | DeadlineExceeded, R> =>
    Effect.timeoutOrElse(effect, {
      duration: wallMs,
      orElse: () => Effect.fail(new DeadlineExceeded({ path, limitMs: wallMs }))
    })

// internal

const seconds = (ms: number): string => (ms < 1000 ? `${ms} ms` : `${ms / 1000} s`)
