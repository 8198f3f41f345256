/**
 * Group commit: one sync of a file serves everyone who waits for it.
 *
 * Invariants:
 * 1. At most one sync runs at a time.
 * 2. A caller is served only by a sync that started after it called: one that arrives while a sync runs waits for the
 *    next, because the running one may have missed the caller's write.
 * 3. A sync runs to its end whoever gives up waiting; closing the owning scope waits for it.
 * 4. A failed sync is final: the system may have dropped the unwritten pages and report success the next time.
 */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Scope from "effect/Scope"

/** Returns the effect to wait with. */
export const make = Effect.fnUntraced(function* <E>(
  sync: Effect.Effect<void, E>
): Effect.fn.Return<Effect.Effect<void, E>, never, Scope.Scope> {
  const owner = yield* Effect.scope
  let running = false
  let waiting: Deferred.Deferred<void, E> | undefined
  let failed: Exit.Exit<void, E> | undefined

  const serve = Effect.gen(function* () {
    while (waiting !== undefined) {
      const group = waiting
      waiting = undefined
      const exit = failed ?? (yield* Effect.exit(sync))
      if (Exit.isFailure(exit)) failed = exit
      yield* Deferred.done(group, exit)
    }
    running = false
  }).pipe(Effect.uninterruptible)

  return Effect.uninterruptibleMask((restore) =>
    Effect.gen(function* () {
      waiting ??= yield* Deferred.make<void, E>()
      const group = waiting
      if (!running) {
        running = true
        yield* Effect.forkIn(serve, owner, { startImmediately: true })
      }
      return yield* restore(Deferred.await(group))
    })
  )
})
