/**
 * One child of a supervisor through all its lives. What becomes of it is decided by the supervisor; here is only how.
 *
 * 1. A life that was halted is nobody's news: when it ends, its number is not the current one any more.
 * 2. A child that is over stays over, with one end.
 */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import type { ChildSpec } from "./ChildSpec.ts"
import type { Standing } from "./Strategy.ts"
import type { Restarts } from "./Tolerance.ts"

/** `Lost` is what it fails with besides its own failures when it is given up. */
export interface Child<A, E, R, Lost> extends Standing {
  readonly id: string
  readonly spec: ChildSpec<A, E, R>
  /** How it has ended for good. */
  readonly ended: Deferred.Deferred<A, E | Lost>
  state: State<A, E>
  isOver: boolean
  /** Numbers its lives; raised when one begins and when one is halted. */
  life: number
  /** Until now. */
  restarts: number
  /** Time until now in which it was not at work, in milliseconds. */
  idleMs: number
  /** Its restarts that still count. */
  counted: Restarts
}

export type State<A, E> =
  /** For its start, with all of the same round. */
  | { readonly _tag: "Waiting"; readonly round: number }
  | { readonly _tag: "Running"; readonly fiber: Fiber.Fiber<A, E> }
  | { readonly _tag: "Halted" }

export const make = <A, E, R, Lost>(spec: ChildSpec<A, E, R>): Child<A, E, R, Lost> => ({
  id: spec.id,
  restart: spec.restart,
  spec,
  ended: Deferred.makeUnsafe<A, E | Lost>(),
  state: halted,
  isOver: false,
  life: 0,
  restarts: 0,
  idleMs: 0,
  counted: []
})

/**
 * Begins a life. Comes back with null when the child is ready or was halted before, else with how it ended; `over` hears
 * of every end but that of a halted life. Detached, because a scope waits for its fibers however long they take: whoever
 * begins a life sees to it that it is halted.
 */
export const begin = <A, E, R, Lost>(
  child: Child<A, E, R, Lost>,
  over: (life: number, exit: Exit.Exit<A, E>) => void
) =>
  Effect.uninterruptibleMask(
    Effect.fnUntraced(function* (restore) {
      child.life += 1
      const { life, spec } = child
      const ready = Deferred.makeUnsafe<void>()
      const lived = spec.start(child.restarts).pipe(
        Effect.flatMap((rest) => {
          Deferred.doneUnsafe(ready, Exit.void)
          return rest
        }),
        Effect.scoped
      )
      const fiber = yield* Effect.forkDetach(lived, { startImmediately: true })
      child.state = { _tag: "Running", fiber }
      fiber.addObserver((exit) => {
        if (child.life === life) over(life, exit)
      })
      const isReady = () => Deferred.isDoneUnsafe(ready) || child.life !== life
      if (!isReady()) yield* restore(Effect.raceFirst(Deferred.await(ready), Fiber.await(fiber)))
      return isReady() ? null : (fiber.pollUnsafe() ?? null)
    })
  )

/** Ends its life and waits as long as that may take; null where it goes on after that, or there was none. */
export const halt = <A, E, R, Lost>(child: Child<A, E, R, Lost>): Effect.Effect<Exit.Exit<A, E> | null> =>
  Effect.suspend(() => {
    const { spec, state } = child
    child.life += 1
    if (state._tag !== "Running") {
      child.state = halted
      return Effect.succeed(null)
    }
    state.fiber.interruptUnsafe()
    return Effect.tap(awaited(state.fiber, spec.shutdown), () => {
      if (child.state === state) child.state = halted
      return Effect.void
    })
  })

/** It is not started again. */
export const finish = <A, E, R, Lost>(child: Child<A, E, R, Lost>, exit: Exit.Exit<A, E | Lost>): void => {
  child.isOver = true
  Deferred.doneUnsafe(child.ended, exit)
}

// internal

const halted: State<never, never> = { _tag: "Halted" }

const awaited = <A, E>(
  fiber: Fiber.Fiber<A, E>,
  shutdown: ChildSpec["shutdown"]
): Effect.Effect<Exit.Exit<A, E> | null> => {
  if (shutdown === "infinity") return Fiber.await(fiber)
  if (shutdown === "brutal") return Effect.sync(() => fiber.pollUnsafe() ?? null)
  return Effect.timeoutOrElse(Fiber.await(fiber), { duration: shutdown, orElse: () => Effect.succeed(null) })
}
