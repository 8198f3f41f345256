import { describe, expect, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/testing/TestClock"
import { schedule } from "../../src/runner/Scheduler.ts"
import { plain } from "../testing/steps.ts"

const diamond = [plain("a"), plain("b", "a"), plain("c", "a"), plain("d", "b", "c")]

describe("Scheduler", () => {
  it.effect("starts a step when all it needs have ended, and no more at once than allowed", () =>
    Effect.gen(function* () {
      const told: Array<string> = []
      const run = (atOnce: number) =>
        schedule(diamond, atOnce, ({ id }) =>
          Effect.gen(function* () {
            told.push(`+${id}`)
            yield* Effect.sleep("1 second")
            told.push(`-${id}`)
            return id
          })
        )
      const wide = yield* Effect.forkChild(run(2), { startImmediately: true })
      yield* TestClock.adjust("3 seconds")
      expect([...(yield* Fiber.join(wide))]).toStrictEqual([..."abcd"].map((id) => [id, id]))
      expect(told.splice(0)).toStrictEqual(["+a", "-a", "+b", "+c", "-b", "-c", "+d", "-d"])
      const narrow = yield* Effect.forkChild(run(1), { startImmediately: true })
      yield* TestClock.adjust("4 seconds")
      yield* Fiber.join(narrow)
      expect(told).toStrictEqual(["+a", "-a", "+b", "-b", "+c", "-c", "+d", "-d"])
    })
  )

  it.effect("shows a step the outcomes of those before it", () =>
    Effect.gen(function* () {
      const ended = yield* schedule(diamond, 2, ({ id, needs }, before) =>
        Effect.succeed(`${needs.map((need) => before.get(need)).join("+")}>${id}`)
      )
      expect(ended.get("d")).toBe(">a>b+>a>c>d")
    })
  )

  it.effect("ends everything when one breaks, and when it is interrupted", () =>
    Effect.gen(function* () {
      const ended: Array<string> = []
      const hang = (id: string, first: Effect.Effect<unknown> = Effect.void) =>
        Effect.onInterrupt(Effect.andThen(first, Effect.never), () => Effect.sync(() => ended.push(id)))
      const broken = yield* schedule([plain("a"), plain("b"), plain("c", "b")], 2, ({ id }) =>
        id === "b" ? Effect.fail("broken" as const) : hang(id)
      ).pipe(Effect.exit)
      expect(broken).toStrictEqual(Exit.fail("broken"))
      const started = yield* Deferred.make<void>()
      const fiber = yield* Effect.forkChild(
        schedule([plain("x")], 2, () => hang("x", Deferred.succeed(started, undefined)))
      )
      yield* Deferred.await(started)
      yield* Fiber.interrupt(fiber)
      expect(ended).toStrictEqual(["a", "x"])
    })
  )
})
