/**
 * Runs steps as soon as what they need has ended, so many at once, in the order given where several could start.
 *
 * Invariants:
 * 1. A step starts only after all steps that it needs have ended, and each step starts at most once.
 * 2. Every fiber belongs to this scope: whoever interrupts the whole has every step ended.
 * 3. A step that fails with an error of its own (not an outcome) ends the whole: no other step starts after it.
 */
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Queue from "effect/Queue"
import type { Step, StepId } from "../pipeline/Pipeline.ts"

export const schedule = <A, E, R>(
  order: ReadonlyArray<Step>,
  atOnce: number,
  run: (step: Step, ended: ReadonlyMap<StepId, A>) => Effect.Effect<A, E, R>
): Effect.Effect<ReadonlyMap<StepId, A>, E, R> =>
  Effect.scoped(
    Effect.gen(function* () {
      const ended = new Map<StepId, A>()
      const ends = yield* Queue.unbounded<readonly [StepId, Exit.Exit<A, E>]>()
      const waiting = [...order]
      let running = 0
      for (;;) {
        for (;;) {
          const next = waiting.findIndex(({ needs }) => needs.every((id) => ended.has(id)))
          const [step] = next < 0 || running >= atOnce ? [] : waiting.splice(next, 1)
          if (step === undefined) break
          running += 1
          const one = Effect.onExit(run(step, ended), (exit) => Queue.offer(ends, [step.id, exit]))
          yield* Effect.forkScoped(Effect.exit(one))
        }
        if (running === 0) return ended
        const [id, exit] = yield* Queue.take(ends)
        running -= 1
        if (Exit.isFailure(exit)) return yield* Effect.failCause(exit.cause)
        ended.set(id, exit.value)
      }
    })
  )
