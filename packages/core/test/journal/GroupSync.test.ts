import { describe, expect, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as GroupSync from "../../src/journal/GroupSync.ts"

/** A sync that is let through by hand: `started` counts, `finish` ends the one that runs. */
const gated = Effect.gen(function* () {
  const state = { started: 0, gate: yield* Deferred.make<void, string>() }
  const sync = Effect.suspend(() => {
    state.started += 1
    return Deferred.await(state.gate)
  })
  const finish = (exit: Exit.Exit<void, string>) =>
    Effect.gen(function* () {
      const { gate } = state
      state.gate = yield* Deferred.make<void, string>()
      yield* Deferred.done(gate, exit)
      yield* Effect.yieldNow
    })
  return { state, sync, finish }
})

const fork = <A, E>(effect: Effect.Effect<A, E>) => Effect.forkChild(effect, { startImmediately: true })

const ended = (fibers: ReadonlyArray<Fiber.Fiber<void, string>>) =>
  fibers.filter((fiber) => fiber.pollUnsafe() !== undefined).length

describe("GroupSync", () => {
  it.effect("serves those who come while a sync runs with one further sync, and not with the running one", () =>
    Effect.gen(function* () {
      const { finish, state, sync } = yield* gated
      const barrier = yield* GroupSync.make(sync)
      const first = yield* fork(barrier)
      const others = yield* Effect.forEach(Array.from({ length: 49 }), () => fork(barrier))
      expect(state.started).toBe(1)
      yield* finish(Exit.void)
      expect({ started: state.started, first: ended([first]), others: ended(others) }).toStrictEqual({
        started: 2,
        first: 1,
        others: 0
      })
      yield* finish(Exit.void)
      yield* Effect.forEach(others, Fiber.join)
      expect(state.started).toBe(2)
    })
  )

  it.effect("syncs anew for one who comes after the last sync", () =>
    Effect.gen(function* () {
      let started = 0
      const barrier = yield* GroupSync.make(Effect.sync(() => void started++))
      yield* barrier
      yield* barrier
      expect(started).toBe(2)
    })
  )

  it.effect("finishes the sync for the others when the one who started it gives up", () =>
    Effect.gen(function* () {
      const { finish, state, sync } = yield* gated
      const barrier = yield* GroupSync.make(sync)
      const first = yield* fork(barrier)
      const second = yield* fork(barrier)
      yield* Fiber.interrupt(first)
      yield* finish(Exit.void)
      yield* finish(Exit.void)
      expect(yield* Fiber.await(second)).toStrictEqual(Exit.void)
      expect(state.started).toBe(2)
    })
  )

  it.effect("fails for everyone from the first failed sync on, without trying again", () =>
    Effect.gen(function* () {
      const { finish, state, sync } = yield* gated
      const barrier = yield* GroupSync.make(sync)
      const fibers = yield* Effect.forEach(Array.from({ length: 3 }), () => fork(barrier))
      yield* finish(Exit.fail("lost"))
      const exits = yield* Effect.forEach(fibers, Fiber.await)
      expect(exits).toStrictEqual([Exit.fail("lost"), Exit.fail("lost"), Exit.fail("lost")])
      expect(yield* Effect.exit(barrier)).toStrictEqual(Exit.fail("lost"))
      expect(state.started).toBe(1)
    })
  )
})
