import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Scope from "effect/Scope"
import { TestClock } from "effect/testing"
import type { ModelErrorReason } from "../../src/model/ModelError.ts"
import * as RateGate from "../../src/model/RateGate.ts"

const away: ModelErrorReason = { _tag: "Unavailable", status: 503, detail: "away" }
const limited = (retryAfterMs: number | null): ModelErrorReason => ({ _tag: "RateLimited", retryAfterMs })

interface Request {
  readonly run: string
  readonly pass: RateGate.Pass
  readonly leave: Effect.Effect<void>
}

/** A gate, and the requests that have come through it, in their order. */
const rig = (parallelism: number) => {
  const gate = RateGate.make(parallelism)
  const through: Array<Request> = []
  const turnedAway: Array<ModelErrorReason> = []
  const arrive = (count: number, run = "") =>
    Effect.forEach(Array.from({ length: count }), () =>
      Effect.gen(function* () {
        const scope = yield* Scope.make()
        const pass = yield* gate.enter.pipe(Scope.provide(scope))
        through.push({ run, pass, leave: Scope.close(scope, Exit.void) })
      }).pipe(
        Effect.provideService(RateGate.Asker, run),
        Effect.catch((reason) => Effect.sync(() => turnedAway.push(reason))),
        Effect.forkChild({ startImmediately: true })
      )
    )
  const take = (): Request => {
    const next = through.shift()
    if (next === undefined) throw new Error("nobody came through")
    return next
  }
  return { arrive, gate, through, turnedAway, take }
}

const settled = TestClock.adjust(0)

describe("RateGate", () => {
  it.effect("lets as many go at once as the run is parallel, and the next when one leaves", () =>
    Effect.gen(function* () {
      const { arrive, take, through } = rig(3)
      yield* arrive(5)
      expect(through.length).toBe(3)
      yield* take().leave
      yield* settled
      expect(through.length).toBe(3)
    })
  )

  it.effect("halves on a refusal, once for a whole burst of them, and grows again one by one", () =>
    Effect.gen(function* () {
      const { arrive, take, through } = rig(8)
      yield* arrive(8)
      for (const { leave, pass } of through.splice(0)) {
        yield* pass.failed(limited(null), null)
        yield* leave
      }
      yield* arrive(100)
      expect(through.length).toBe(1)
      const rounds: Array<number> = []
      for (let round = 0; round < 6; round++) {
        const inFlight: Array<Request> = []
        while (through.length > 0) {
          const next = take()
          yield* next.pass.accepted
          inFlight.push(next)
          yield* settled
        }
        rounds.push(inFlight.length)
        for (const { leave } of inFlight) yield* leave
        yield* settled
      }
      expect(rounds).toStrictEqual([4, 5, 6, 7, 8, 8])
    })
  )

  it.effect("holds everybody back for as long as the provider asks, and sends one when it is over", () =>
    Effect.gen(function* () {
      const { arrive, take, through } = rig(50)
      yield* arrive(1)
      const { leave, pass } = take()
      yield* pass.failed(limited(5_000), 5_000)
      yield* leave
      yield* arrive(40)
      yield* TestClock.adjust(4_999)
      expect(through.length).toBe(0)
      yield* TestClock.adjust(1)
      expect(through.length).toBe(1)
      yield* take().pass.accepted
      yield* settled
      expect(through.length).toBe(2)
    })
  )

  it.effect("does not hold for longer than a minute: all that wait are told", () =>
    Effect.gen(function* () {
      const { arrive, take, through, turnedAway } = rig(1)
      yield* arrive(4)
      const { leave, pass } = take()
      yield* pass.failed(limited(61_000), 61_000)
      yield* leave
      yield* settled
      expect(turnedAway).toStrictEqual([limited(61_000), limited(61_000), limited(61_000)])
      yield* arrive(1)
      expect(through.length).toBe(1)
    })
  )

  it.effect("sends one probe at a time to a provider that is away, and its failure answers the others", () =>
    Effect.gen(function* () {
      const { arrive, take, through, turnedAway } = rig(10)
      yield* arrive(5)
      for (const { leave, pass } of through.splice(0)) {
        yield* pass.failed(away, null)
        yield* leave
      }
      yield* arrive(6)
      expect(through.length).toBe(1)
      const probe = take()
      yield* probe.pass.failed(away, null)
      yield* probe.leave
      yield* settled
      expect([through.length, turnedAway]).toStrictEqual([0, [away, away, away, away, away]])
      yield* arrive(6)
      expect(through.length).toBe(1)
      yield* take().pass.accepted
      yield* settled
      // It is back, and is not run over.
      expect(through.length).toBe(2)
    })
  )

  it.effect("lets runs take turns: beside a run of a thousand, one that asks once waits for one request at most", () =>
    Effect.gen(function* () {
      const { arrive, take, through } = rig(1)
      yield* arrive(1_000, "many")
      const order: Array<string> = []
      for (let turn = 0; turn < 6; turn++) {
        if (turn % 2 === 0) yield* arrive(1, "one")
        const { leave, pass, run } = take()
        yield* pass.accepted
        yield* leave
        yield* settled
        order.push(run)
      }
      // The first of the thousand had gone before anybody else was there.
      expect([order, through.length]).toStrictEqual([["many", "many", "one", "many", "one", "many"], 1])
    })
  )

  it.effect("halves what was under way, and not a window that nobody has filled", () =>
    Effect.gen(function* () {
      const { arrive, take, through } = rig(64)
      yield* arrive(20)
      const { leave, pass } = take()
      yield* pass.failed(limited(null), null)
      yield* leave
      for (const request of through.splice(0)) {
        yield* request.pass.accepted
        yield* request.leave
      }
      yield* arrive(64)
      yield* settled
      // Ten, and what nineteen accepted requests have added.
      expect(through.length).toBe(11)
    })
  )

  it.effect("tells how often the provider was asked too much: a burst once, and an absence not", () =>
    Effect.gen(function* () {
      const { arrive, gate, through } = rig(8)
      const told: Array<number> = []
      const overloaded: ModelErrorReason = { _tag: "Unavailable", status: 503, detail: "overloaded" }
      const unreachable: ModelErrorReason = { _tag: "Unavailable", status: null, detail: "no connection" }
      for (const reason of [limited(null), unreachable, overloaded]) {
        yield* arrive(3)
        for (const { leave, pass } of through.splice(0)) {
          yield* pass.failed(reason, null)
          yield* leave
        }
        yield* settled
        for (const { leave, pass } of through.splice(0)) {
          yield* pass.accepted
          yield* leave
        }
        yield* settled
        told.push(gate.pressure().complaints)
      }
      expect(told).toStrictEqual([1, 1, 2])
    })
  )

  it.effect("tells until when the provider has asked everybody to wait", () =>
    Effect.gen(function* () {
      const { arrive, gate, take } = rig(8)
      yield* arrive(1)
      yield* take().pass.failed(limited(5_000), 5_000)
      expect(gate.pressure()).toStrictEqual({ complaints: 1, heldUntil: 5_000 })
    })
  )

  it.effect("holds nobody longer than the provider has asked for, also where the clock is set back meanwhile", () =>
    Effect.gen(function* () {
      yield* TestClock.adjust("1 hour")
      const { arrive, take, through } = rig(8)
      yield* arrive(1)
      const { leave, pass } = take()
      yield* pass.failed(limited(5_000), 5_000)
      yield* leave
      yield* TestClock.setTime(0)
      yield* arrive(1)
      yield* TestClock.adjust(4_999)
      const early = through.length
      yield* TestClock.adjust(1)
      expect([early, through.length]).toStrictEqual([0, 1])
    })
  )

  it.effect("gives the place of an interrupted request back, and forgets who was interrupted in the line", () =>
    Effect.gen(function* () {
      const gate = RateGate.make(1)
      const hold = Effect.scoped(Effect.andThen(gate.enter, Effect.never))
      const first = yield* Effect.forkChild(hold, { startImmediately: true })
      const second = yield* Effect.forkChild(hold, { startImmediately: true })
      const third = yield* Effect.forkChild(Effect.scoped(gate.enter), { startImmediately: true })
      yield* Fiber.interrupt(second)
      yield* Fiber.interrupt(first)
      expect(Exit.isSuccess(yield* Fiber.await(third))).toBe(true)
    })
  )

  it.effect("lets a thousand through in the order in which they came", () =>
    Effect.gen(function* () {
      const gate = RateGate.make(1)
      const order: Array<number> = []
      const fibers = yield* Effect.forEach(Array.from({ length: 1_000 }), (_, index) =>
        Effect.scoped(
          Effect.andThen(gate.enter, (pass) =>
            Effect.andThen(
              pass.accepted,
              Effect.sync(() => order.push(index))
            )
          )
        ).pipe(Effect.forkChild({ startImmediately: true }))
      )
      yield* Effect.forEach(fibers, Fiber.join, { discard: true })
      expect(order).toStrictEqual(Array.from({ length: 1_000 }, (_, index) => index))
    })
  )
})
