/**
 * The one door to a model of a provider, for all agents that ask it with the same key.
 *
 * 1. Runs take turns; of one run whoever comes first goes first. A place is taken in the same step in which it is found
 *    free.
 * 2. Only the one at the head of the line looks at the clock; whatever changes the pace wakes it. Who is at the head stays
 *    there until it has gone or left.
 * 3. While the provider is away one probe goes at a time, and its failure is the answer to all who stand behind it:
 *    nobody waits longer than it would have taken to fail alone. The same when it asks for a longer wait than is kept.
 * 4. A place is given back with the scope, whatever became of the request.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { elapsed } from "../domain/Elapsed.ts"
import type { ModelErrorReason } from "./ModelError.ts"
import { accepted, away, initial, isOpen, longestHoldMs, mayGo, type Pace, type Refusal, refused } from "./Pace.ts"
import type { Pressure } from "./Pressure.ts"
import * as Rounds from "./Rounds.ts"

/** In whose turn a request goes: the run that it belongs to. */
export const Asker = Context.Reference<string>("@deputize/core/model/RateGate/Asker", { defaultValue: () => "" })

/** The right to send one request, and the duty to say how the provider took it. */
export interface Pass {
  /** A good status came. */
  readonly accepted: Effect.Effect<void>
  /** It failed; `retryAfterMs` is what the provider asked for, whatever the reason. */
  readonly failed: (reason: ModelErrorReason, retryAfterMs: number | null) => Effect.Effect<void>
}

export interface RateGate {
  /** Waits for a place. Fails with what a request in front of it failed with, which was not sent then. */
  readonly enter: Effect.Effect<Pass, ModelErrorReason, Scope.Scope>
  readonly pressure: () => Pressure
}

export const make = (parallelism: number): RateGate => {
  let pace = initial(parallelism)
  let inFlight = 0
  let unanswered = 0
  const line = Rounds.make<Waiter>()

  const wakeHead = () => line.head()?.wake()

  const turnAway = (reason: ModelErrorReason) => {
    const all = line.all()
    for (const waiter of all) waiter.refusal = reason
    for (const waiter of all) waiter.wake()
  }

  /** Until a place was taken. */
  const waitTurn = Effect.fnUntraced(function* (waiter: Waiter) {
    while (true) {
      if (waiter.refusal !== undefined) return yield* Effect.fail(waiter.refusal)
      const now = yield* elapsed
      const isHead = line.head() === waiter
      if (isHead && mayGo(pace, { inFlight, unanswered }, now)) {
        inFlight += 1
        unanswered += 1
        waiter.hasPlace = true
        return
      }
      const holdMs = pace.heldUntil - now
      yield* isHead && holdMs > 0 ? Effect.raceFirst(woken(waiter), Effect.sleep(holdMs)) : woken(waiter)
    }
  })

  const enter = Effect.gen(function* () {
    const asker = yield* Asker
    const waiter = newWaiter()
    yield* Effect.acquireRelease(
      Effect.suspend(() => {
        line.enter(asker, waiter)
        return waitTurn(waiter)
      }).pipe(
        Effect.onExit((exit) =>
          Effect.sync(() => {
            line.leave(asker, waiter, waiter.hasPlace)
            if (exit._tag === "Failure" && waiter.hasPlace) release(waiter)
            else wakeHead()
          })
        )
      ),
      () => Effect.sync(() => release(waiter)),
      { interruptible: true }
    )
    return passOf(waiter)
  })

  const release = (waiter: Waiter) => {
    settle(waiter)
    inFlight -= 1
    wakeHead()
  }

  const settle = (waiter: Waiter) => {
    if (waiter.isAnswered) return
    waiter.isAnswered = true
    unanswered -= 1
  }

  const passOf = (waiter: Waiter): Pass => {
    const sent = pace
    const change = (next: (pace: Pace, now: number) => Pace) =>
      Effect.map(elapsed, (now) => {
        settle(waiter)
        pace = next(pace, now)
        wakeHead()
      })
    const failed = (reason: ModelErrorReason, retryAfterMs: number | null): Effect.Effect<void> => {
      const isTooLong = retryAfterMs !== null && retryAfterMs > longestHoldMs
      const refusal = (now: number): Refusal => ({ sent, now, retryAfterMs, inFlight })
      switch (reason._tag) {
        case "RateLimited":
          if (isTooLong) turnAway(reason)
          return change((pace, now) => refused(pace, refusal(now)))
        case "Unavailable":
          if (isTooLong || isOpen(pace)) turnAway(reason)
          return change((pace, now) => away(pace, refusal(now), overloaded.has(reason.status ?? 0)))
        default:
          return Effect.sync(() => settle(waiter))
      }
    }
    return {
      accepted: change(accepted),
      failed: (reason, retryAfterMs) => Effect.suspend(() => failed(reason, retryAfterMs))
    }
  }

  return { enter, pressure: () => ({ complaints: pace.complaints, heldUntil: pace.heldUntil }) }
}

// internal

/** Statuses of a provider that is there and has too much to do. */
const overloaded: ReadonlySet<number> = new Set([503, 529])

interface Waiter {
  wake: () => void
  /** It was woken before it slept. */
  isAwake: boolean
  refusal: ModelErrorReason | undefined
  hasPlace: boolean
  isAnswered: boolean
}

const newWaiter = (): Waiter => {
  const waiter: Waiter = { wake: () => {}, isAwake: false, refusal: undefined, hasPlace: false, isAnswered: false }
  waiter.wake = () => {
    waiter.isAwake = true
  }
  return waiter
}

const woken = (waiter: Waiter): Effect.Effect<void> =>
  Effect.callback<void>((resume) => {
    const sleepOn = () => {
      waiter.isAwake = true
    }
    const wakeUp = () => {
      waiter.wake = sleepOn
      waiter.isAwake = false
      // Not in the stack of the one that woke it: a line of a thousand would be a stack of a thousand.
      resume(Effect.yieldNow)
    }
    if (waiter.isAwake) return wakeUp()
    waiter.wake = wakeUp
    return Effect.sync(() => {
      waiter.wake = sleepOn
    })
  })
