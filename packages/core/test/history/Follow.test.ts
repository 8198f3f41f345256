import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import { follow } from "../../src/history/Follow.ts"
import { Journal } from "../../src/journal/Journal.ts"
import { alive, append, begin, dead, finish, runId } from "./Journals.ts"

const run = runId(1)

const followed = Stream.runCollect(follow(run)).pipe(
  Effect.map((events) => events.map(({ fact, seq }) => `${seq} ${fact._tag}`)),
  Effect.forkChild({ startImmediately: true })
)

const inMemory = <A, E>(effect: Effect.Effect<A, E, Journal>) => effect.pipe(Effect.provide(Journal.layerMemory))

describe("following a run", () => {
  it.effect("gives what is on record, then what comes, until it ends", () =>
    Effect.gen(function* () {
      yield* begin(run, alive)
      const fiber = yield* followed
      yield* TestClock.adjust("5 seconds")
      yield* append(run, "agent.Started", {})
      yield* finish(run)
      expect(yield* Fiber.join(fiber)).toStrictEqual(["1 run.Started", "2 agent.Started", "3 run.Ended"])
    }).pipe(inMemory)
  )

  it.effect("goes on over the end of a run that is taken up again", () =>
    Effect.gen(function* () {
      yield* begin(run, dead)
      yield* finish(run)
      yield* (yield* Journal).open(run)
      yield* append(run, "run.Resumed", alive)
      const fiber = yield* followed
      yield* TestClock.adjust("5 seconds")
      yield* finish(run)
      expect(yield* Fiber.join(fiber)).toStrictEqual(["1 run.Started", "2 run.Ended", "3 run.Resumed", "4 run.Ended"])
    }).pipe(inMemory)
  )

  it.effect("ends with the process that owned the run, and loses nothing of it", () =>
    Effect.gen(function* () {
      yield* begin(run, dead)
      const fiber = yield* followed
      yield* append(run, "agent.Started", {})
      yield* TestClock.adjust("1 second")
      expect(yield* Fiber.join(fiber)).toStrictEqual(["1 run.Started", "2 agent.Started"])
    }).pipe(inMemory)
  )

  it.effect("goes on while the run is held, whatever process its record names, and ends once it is given back", () =>
    Effect.gen(function* () {
      yield* begin(run, dead)
      const fiber = yield* Effect.scoped(
        Effect.gen(function* () {
          yield* (yield* Journal).hold(run)
          const fiber = yield* followed
          yield* TestClock.adjust("1 minute")
          yield* append(run, "agent.Started", {})
          return fiber
        })
      )
      expect(fiber.pollUnsafe()).toBeUndefined()
      yield* TestClock.adjust("1 second")
      expect(yield* Fiber.join(fiber)).toStrictEqual(["1 run.Started", "2 agent.Started"])
    }).pipe(inMemory)
  )

  it.effect("ends at once for a run that has ended", () =>
    Effect.gen(function* () {
      yield* begin(run, dead)
      yield* finish(run)
      expect(yield* Fiber.join(yield* followed)).toStrictEqual(["1 run.Started", "2 run.Ended"])
    }).pipe(inMemory)
  )
})
