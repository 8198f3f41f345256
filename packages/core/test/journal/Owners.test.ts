import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { TestClock } from "effect/testing"
import { canSee } from "../../src/process/ProcessTable.ts"
import { folder, note, runId, withJournal } from "./fixture.ts"
import { startOwner } from "./owners.ts"

const run = runId(1)

describe("processes that want the same run", () => {
  it.live("race for it a hundred times, and exactly one has it each time", () =>
    Effect.gen(function* () {
      const file = `${yield* folder}/journal.db`
      const [one, other] = [yield* startOwner(file), yield* startOwner(file)]
      for (let n = 0; n < 100; n++) {
        const answers = yield* Effect.all([one.ask(`hold ${runId(n)}`), other.ask(`hold ${runId(n)}`)], {
          concurrency: "unbounded"
        })
        const expected = [
          ["ok", `Held ${one.pid}`],
          [`Held ${other.pid}`, "ok"]
        ]
        expect(expected).toContainEqual(answers)
      }
    })
  )

  it.live("have it in turn when it is given back", () =>
    Effect.gen(function* () {
      const file = `${yield* folder}/journal.db`
      const [one, other] = [yield* startOwner(file), yield* startOwner(file)]
      expect(yield* one.ask(`hold ${run}`)).toBe("ok")
      expect(yield* one.ask(`append ${run}`)).toBe("ok")
      expect(yield* other.ask(`append ${run}`)).toBe(`Held ${one.pid}`)
      expect(yield* one.ask(`release ${run}`)).toBe("ok")
      expect(yield* other.ask(`hold ${run}`)).toBe("ok")
      expect(yield* other.ask(`append ${run}`)).toBe("ok")
      expect(yield* one.ask(`append ${run}`)).toBe(`Held ${other.pid}`)
    })
  )

  it.live("get it at once from one that was killed, between any two of its steps", () =>
    Effect.gen(function* () {
      const file = `${yield* folder}/journal.db`
      for (const steps of [[], ["append"], ["append", "close"]]) {
        const owner = yield* startOwner(file)
        expect(yield* owner.ask(`hold ${run}`)).toBe("ok")
        for (const step of steps) expect(yield* owner.ask(`${step} ${run}`)).toBe("ok")
        yield* owner.kill
      }
      const { events } = yield* withJournal({ file }, (journal) =>
        Effect.gen(function* () {
          yield* journal.hold(run)
          yield* journal.append(run, [note("taken over")])
          return yield* journal.verify(run)
        }).pipe(Effect.scoped)
      )
      expect(events).toBe(3)
    })
  )

  it.live.runIf(canSee)("do not get it from one that was stopped, and it goes on", () =>
    Effect.gen(function* () {
      const file = `${yield* folder}/journal.db`
      const owner = yield* startOwner(file)
      expect(yield* owner.ask(`hold ${run}`)).toBe("ok")
      yield* owner.signal("SIGSTOP")
      const refused = yield* withJournal({ file }, (journal) => Effect.flip(Effect.scoped(journal.hold(run))))
      expect(refused.reason).toMatchObject({ _tag: "Held", run, pid: owner.pid })
      yield* owner.signal("SIGCONT")
      expect(yield* owner.ask(`append ${run}`)).toBe("ok")
    })
  )

  it.effect("leave nothing in the record of one that was taken for dead when it wakes up", () =>
    Effect.gen(function* () {
      const file = `${yield* folder}/journal.db`
      const owner = yield* startOwner(file, "another-container pid:[7]")
      expect([yield* owner.ask(`hold ${run}`), yield* owner.ask(`append ${run}`)]).toStrictEqual(["ok", "ok"])
      yield* owner.signal("SIGSTOP")
      yield* TestClock.setTime(Date.now() + 3_600_000)
      yield* withJournal({ file }, (journal) =>
        Effect.gen(function* () {
          const taking = yield* Effect.forkChild(journal.hold(run), { startImmediately: true })
          yield* TestClock.adjust("15 seconds")
          yield* Fiber.join(taking)
          yield* journal.append(run, [note("taken over")])
          yield* owner.signal("SIGCONT")
          for (const command of ["append", "close"]) {
            expect(yield* owner.ask(`${command} ${run}`)).toBe(`LeaseLost ${process.pid}`)
          }
          expect((yield* journal.read(run)).map(({ body }) => body)).toStrictEqual(
            ["by another process", "taken over"].map((text) => ({ _tag: "Note", text }))
          )
          expect(yield* journal.verify(run)).toMatchObject({ events: 2 })
        }).pipe(Effect.scoped)
      )
    })
  )

  it.live("post orders to the one that has it, which takes them in order", () =>
    Effect.gen(function* () {
      const file = `${yield* folder}/journal.db`
      yield* withJournal({ file }, (journal) =>
        Effect.gen(function* () {
          yield* journal.hold(run)
          const others = [yield* startOwner(file), yield* startOwner(file)]
          const waiting = yield* Effect.forkChild(journal.ordered(run), { startImmediately: true })
          for (const [index, other] of others.entries()) {
            expect(yield* other.ask(`say ${run} hello ${index}`)).toBe("ok")
          }
          yield* Fiber.join(waiting)
          const texts = (yield* journal.orders(run)).map(({ order }) => (order._tag === "Say" ? order.text : ""))
          expect(texts).toStrictEqual(["hello 0", "hello 1"])
        }).pipe(Effect.scoped)
      )
    })
  )
})
