/**
 * Signals from the writers of a run to its readers in this process. A signal says only that there is something new: one
 * that nobody has taken yet stands for any number of others, so writers never wait and nothing piles up.
 */
import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import type * as Scope from "effect/Scope"
import type { RunId } from "../domain/Ids.ts"

export interface WakeUps {
  readonly wake: (run: RunId) => void
  /** From now until the scope closes; each use of the effect returned waits for a signal that was not taken yet. */
  readonly watch: (run: RunId) => Effect.Effect<Effect.Effect<void>, never, Scope.Scope>
}

/** Closing the scope interrupts those who still wait. */
export const make: Effect.Effect<WakeUps, never, Scope.Scope> = Effect.gen(function* () {
  const watchers = new Map<RunId, Set<Queue.Queue<void>>>()
  yield* Effect.addFinalizer(() =>
    Effect.forEach(
      [...watchers.values()].flatMap((queues) => [...queues]),
      Queue.shutdown,
      { discard: true }
    )
  )
  const add = (run: RunId) =>
    Effect.map(Queue.sliding<void>(1), (queue) => {
      watchers.set(run, (watchers.get(run) ?? new Set()).add(queue))
      return queue
    })
  const remove = (run: RunId, queue: Queue.Queue<void>) =>
    Effect.sync(() => {
      const queues = watchers.get(run)
      queues?.delete(queue)
      if (queues?.size === 0) watchers.delete(run)
    })
  return {
    wake: (run) => {
      for (const queue of watchers.get(run) ?? []) Queue.offerUnsafe(queue, undefined)
    },
    watch: (run) =>
      Effect.map(
        Effect.acquireRelease(add(run), (queue) => remove(run, queue)),
        (queue) => Queue.take(queue)
      )
  }
})
