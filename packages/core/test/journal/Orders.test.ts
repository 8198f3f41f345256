import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { TestClock } from "effect/testing"
import { Journal, type JournalError } from "../../src/journal/Journal.ts"
import { Order, orderIn, orderText } from "../../src/journal/Order.ts"
import { SqliteJournal } from "../../src/journal/SqliteJournal.ts"
import { folder, runId, withJournal } from "./fixture.ts"

const layers = {
  memory: Journal.layerMemory,
  SQLite: Layer.unwrap(Effect.map(folder, (path) => SqliteJournal.layer({ file: `${path}/journal.db` })))
}

const [run, other] = [runId(1), runId(2)]
const say = (text: string): Order => ({ _tag: "Say", to: null, text })

const reasonOf = <A, R>(call: Effect.Effect<A, JournalError, R>) =>
  Effect.map(Effect.flip(Effect.asVoid(call)), ({ reason }) => reason)

describe.each(Object.entries(layers))("orders in %s", (_name, layer) => {
  const claim = <E>(sentence: string, body: Effect.Effect<void, E, Journal>) =>
    it.effect(sentence, () => body.pipe(Effect.provide(layer, { local: true })))

  claim(
    "are kept in order, apart from those of other runs, until each is taken",
    Effect.gen(function* () {
      const journal = yield* Journal
      for (const each of [run, other]) yield* journal.open(each)
      yield* journal.post(run, say("a"))
      yield* journal.post(other, say("for another"))
      yield* journal.post(run, { _tag: "Stop" })
      yield* journal.post(run, say("b"))
      const orders = yield* journal.orders(run)
      expect(orders.map(({ order }) => order)).toStrictEqual([say("a"), { _tag: "Stop" }, say("b")])
      for (const { id } of orders.slice(0, 2)) yield* journal.taken(run, id)
      yield* journal.taken(other, orders[2]?.id ?? 0)
      expect((yield* journal.orders(run)).map(({ order }) => order)).toStrictEqual([say("b")])
      expect((yield* journal.orders(other)).map(({ order }) => order)).toStrictEqual([say("for another")])
    })
  )

  claim(
    "never have a number that was given out before, also when all were taken",
    Effect.gen(function* () {
      const journal = yield* Journal
      yield* journal.open(run)
      const ids: Array<number> = []
      for (let n = 0; n < 5; n++) {
        yield* journal.post(run, say(String(n)))
        for (const { id } of yield* journal.orders(run)) {
          ids.push(id)
          yield* journal.taken(run, id)
        }
      }
      expect(ids).toStrictEqual([...new Set(ids)].toSorted((a, b) => a - b))
      expect(ids.length).toBe(5)
    })
  )

  claim(
    "are refused for a run that is not there, was closed or was removed",
    Effect.gen(function* () {
      const journal = yield* Journal
      expect(yield* reasonOf(journal.post(run, say("a")))).toStrictEqual({ _tag: "UnknownRun", run })
      expect(yield* reasonOf(journal.orders(run))).toStrictEqual({ _tag: "UnknownRun", run })
      yield* journal.open(run)
      yield* journal.close(run)
      expect(yield* reasonOf(journal.post(run, say("a")))).toStrictEqual({ _tag: "RunClosed", run })
      yield* journal.remove(run)
      for (const call of [journal.post(run, say("a")), journal.orders(run), journal.ordered(run)]) {
        expect((yield* reasonOf(call))._tag).toBe("Removed")
      }
    })
  )

  claim(
    "to stop are void for the next owner, and what the user says is not",
    Effect.gen(function* () {
      const journal = yield* Journal
      yield* journal.open(run)
      for (const order of [{ _tag: "Stop" } as const, say("a"), { _tag: "Stop" } as const]) {
        yield* journal.post(run, order)
      }
      yield* Effect.scoped(journal.hold(run))
      expect((yield* journal.orders(run)).map(({ order }) => order)).toStrictEqual([say("a")])
    })
  )

  claim(
    "are waited for until there is one that was not looked at, and none is missed in between",
    Effect.gen(function* () {
      const journal = yield* Journal
      yield* journal.open(run)
      yield* journal.post(run, say("a"))
      yield* journal.ordered(run)
      expect((yield* journal.orders(run)).length).toBe(1)
      // Not taken yet, but known: no reason to end at once.
      const waiting = yield* Effect.forkChild(journal.ordered(run), { startImmediately: true })
      yield* TestClock.adjust("1 minute")
      expect(waiting.pollUnsafe()).toBeUndefined()
      yield* journal.post(run, say("b"))
      yield* Fiber.join(waiting)
      yield* journal.ordered(run)
      expect((yield* journal.orders(run)).length).toBe(2)
    })
  )
})

describe("orders of another connection", () => {
  it.effect("are noticed after a quarter of a second", () =>
    Effect.gen(function* () {
      const file = `${yield* folder}/journal.db`
      yield* withJournal({ file }, (owner) =>
        Effect.gen(function* () {
          yield* owner.hold(run)
          const waiting = yield* Effect.forkChild(owner.ordered(run), { startImmediately: true })
          yield* withJournal({ file }, (poster) => poster.post(run, say("a")))
          expect(waiting.pollUnsafe()).toBeUndefined()
          yield* TestClock.adjust("250 millis")
          yield* Fiber.join(waiting)
        }).pipe(Effect.scoped)
      )
    })
  )
})

describe("an order", () => {
  it.effect.prop("is the same after it was stored", [Order], ([order]) =>
    Effect.sync(() => {
      const found = Option.map(orderIn(orderText(order)), (found) => ({ ...found }))
      expect(found).toStrictEqual(Option.some({ ...order }))
    })
  )

  it("is nothing that is not one", () => {
    const texts = ["", "{}", '{"_tag":"Explode"}', '{"_tag":"Say","to":"/elsewhere","text":""}']
    expect(texts.map((text) => Option.isSome(orderIn(text)))).toStrictEqual(texts.map(() => false))
    expect(Schema.is(Order)({ _tag: "Stop" })).toBe(true)
  })
})
