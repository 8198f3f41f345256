import { describe, expect, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Scope from "effect/Scope"
import * as TestClock from "effect/testing/TestClock"
import { make } from "../../src/actor/ChildSpec.ts"
import * as DynamicSupervisor from "../../src/actor/DynamicSupervisor.ts"
import { RestartLimitReached } from "../../src/actor/RestartLimitReached.ts"
import { children } from "./Children.ts"

const spec = { name: "pool", tolerance: { intensity: 3, periodMs: 5_000 } }

const start = DynamicSupervisor.start<string, string>(spec)

describe("a supervisor of children that come and go", () => {
  it.effect("starts them one for one, and forgets them when they are over", () =>
    Effect.gen(function* () {
      const hand = children()
      const pool = yield* start
      expect(yield* pool.children).toStrictEqual([])
      const [a] = [
        yield* pool.add(hand.child("a", { restart: "transient" })),
        yield* pool.add(hand.child("b")),
        yield* pool.add(hand.child("c", { restart: "temporary" }))
      ]
      yield* hand.seen
      yield* hand.crash("a")
      expect(yield* hand.seen).toStrictEqual(["start a"])
      yield* hand.complete("a")
      yield* hand.crash("c")
      expect(yield* a.join).toBe("a is done")
      expect(yield* pool.children).toStrictEqual([{ id: "b", state: "running", restarts: 0 }])
      // The name is free again.
      yield* pool.add(hand.child("a"))
      expect(yield* hand.seen).toStrictEqual(["start a"])
    }).pipe(Effect.scoped)
  )

  it.effect("stops all of them at the same time, each within its own", () =>
    Effect.gen(function* () {
      const scope = yield* Scope.make()
      const pool = yield* Scope.provide(DynamicSupervisor.start(spec), scope)
      const stubborn = Effect.succeed(Effect.uninterruptible(Effect.never))
      for (let index = 0; index < 100; index++) {
        yield* pool.add(make({ id: `${index}`, shutdown: Duration.seconds(3), start: () => stubborn }))
      }
      const closing = yield* Effect.forkChild(Scope.close(scope, Exit.void), { startImmediately: true })
      yield* TestClock.adjust("2999 millis")
      expect(closing.pollUnsafe()).toBeUndefined()
      yield* TestClock.adjust("1 millis")
      expect(closing.pollUnsafe()).toStrictEqual(Exit.void)
    })
  )

  it.effect("ends with its children when they crash too often together", () =>
    Effect.gen(function* () {
      const hand = children()
      const pool = yield* start
      for (const id of ["a", "b", "c", "d"]) yield* pool.add(hand.child(id))
      for (const id of ["a", "b", "c"]) yield* hand.crash(id)
      yield* hand.seen
      yield* hand.crash("d")
      expect((yield* hand.seen).toSorted()).toStrictEqual(["stop a", "stop b", "stop c"])
      expect(yield* Effect.flip(pool.join)).toStrictEqual(
        new RestartLimitReached({
          child: "d",
          intensity: 3,
          periodMs: 5_000,
          last: { tag: "Unknown", message: "d crashed" }
        })
      )
      expect(yield* pool.children).toStrictEqual([])
    }).pipe(Effect.scoped)
  )

  it.live("starts, crashes and stops ten thousand in a time that grows with their number and no faster", () =>
    Effect.gen(function* () {
      const small = yield* cycle(1_000)
      const large = yield* cycle(10_000)
      // Ten times as many; with a step in it that looks at all of them for each, it would be a hundred times as long.
      expect(large / Math.max(small, 5)).toBeLessThan(40)
    })
  )
})

// internal

/** Milliseconds for the whole life of so many children, each of which crashes once. */
const cycle = (count: number) =>
  Effect.gen(function* () {
    const began = performance.now()
    const scope = yield* Scope.make()
    const pool = yield* DynamicSupervisor.start<never, string>({
      name: "pool",
      tolerance: { intensity: 1, periodMs: 1 }
    }).pipe(Scope.provide(scope))
    let [running, stopped] = [0, 0]
    const life = Effect.suspend(() => {
      running += 1
      return Effect.onInterrupt(Effect.never, () =>
        Effect.sync(() => {
          stopped += 1
        })
      )
    })
    const own = { tolerance: { intensity: 1, periodMs: 60_000 } }
    for (let index = 0; index < count; index++) {
      const once = (restart: number) => (restart === 0 ? Effect.fail("once") : life)
      yield* pool.add(make({ id: `${index}`, ...own, start: (restart) => Effect.succeed(once(restart)) }))
    }
    while (running < count) yield* Effect.yieldNow
    yield* Scope.close(scope, Exit.void)
    expect(stopped).toBe(count)
    return performance.now() - began
  })
