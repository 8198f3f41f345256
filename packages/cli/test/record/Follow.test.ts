import { Journal } from "@deputize/core/journal/Journal"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import { follow } from "../../src/record/Follow.ts"
import { alive, append, begin, dead, finish, runId } from "./Journals.ts"

const run = runId(1)

const followed = Stream.runCollect(follow(run)).pipe(
  Effect.map((events) => events.map(({ seq, type }) => `${seq} ${type}`)),
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
      expect(yield* Fiber.join(fiber)).toStrictEqual(["1 Started", "2 Started", "3 Ended"])
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
      expect(yield* Fiber.join(fiber)).toStrictEqual(["1 Started", "2 Ended", "3 Resumed", "4 Ended"])
    }).pipe(inMemory)
  )

  it.effect("ends with the process that owned the run, and loses nothing of it", () =>
    Effect.gen(function* () {
      yield* begin(run, dead)
      const fiber = yield* followed
      yield* append(run, "agent.Started", {})
      yield* TestClock.adjust("1 second")
      expect(yield* Fiber.join(fiber)).toStrictEqual(["1 Started", "2 Started"])
    }).pipe(inMemory)
  )

  it.effect("ends at once for a run that has ended", () =>
    Effect.gen(function* () {
      yield* begin(run, dead)
      yield* finish(run)
      expect(yield* Fiber.join(yield* followed)).toStrictEqual(["1 Started", "2 Ended"])
    }).pipe(inMemory)
  )
})
