import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/testing/TestClock"
import { DeadlineExceeded, within } from "../../src/budget/Deadline.ts"
import { childPath, rootPath } from "../../src/domain/Ids.ts"

const path = childPath(rootPath, "reviewer")

describe("a deadline", () => {
  it.effect("stops the work when its time is up, after the work has put its things in order", () =>
    Effect.gen(function* () {
      const seen: Array<string> = []
      const work = Effect.never.pipe(Effect.onInterrupt(() => Effect.sync(() => seen.push("put in order"))))
      const fiber = yield* Effect.forkChild(Effect.flip(within(path, 90_000)(work)))
      yield* TestClock.adjust("89 seconds")
      expect(fiber.pollUnsafe()).toBeUndefined()
      yield* TestClock.adjust("1 second")
      const error = yield* Fiber.join(fiber)
      expect(error).toStrictEqual(new DeadlineExceeded({ path, limitMs: 90_000 }))
      expect(error.message).toBe("/root/reviewer was stopped after its 90 s of time")
      expect(seen).toStrictEqual(["put in order"])
    })
  )

  it.effect("does not begin work that has no time", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(within(path, 0)(Effect.die("it began")))
      expect(error).toStrictEqual(new DeadlineExceeded({ path, limitMs: 0 }))
      expect(error.message).toBe("/root/reviewer had no time left when its turn came")
    })
  )

  it.effect("leaves work alone that ends in time, by a value or by its own failure", () =>
    Effect.gen(function* () {
      const value = yield* Effect.forkChild(within(path, 1000)(Effect.as(Effect.sleep(999), "done")))
      const failure = yield* Effect.forkChild(
        Effect.flip(within(path, 1000)(Effect.andThen(Effect.sleep(10), Effect.fail("own"))))
      )
      yield* TestClock.adjust("999 millis")
      expect([yield* Fiber.join(value), yield* Fiber.join(failure)]).toStrictEqual(["done", "own"])
    })
  )
})
