import { describe, expect, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Scope from "effect/Scope"
import * as TestClock from "effect/testing/TestClock"
import * as Actor from "../../src/actor/Actor.ts"
import { ActorStopped, AskTimedOut } from "../../src/actor/ActorRef.ts"

type Message =
  | { readonly _tag: "Note"; readonly text: string }
  | { readonly _tag: "Repeat"; readonly texts: ReadonlyArray<string> }
  | { readonly _tag: "Count"; readonly reply: Deferred.Deferred<number> }
  | { readonly _tag: "Ignore"; readonly reply: Deferred.Deferred<number> }
  | { readonly _tag: "Close"; readonly reply?: Deferred.Deferred<number> }
  | { readonly _tag: "Wait"; readonly gate: Deferred.Deferred<void> }
  | { readonly _tag: "Fail" }
  | { readonly _tag: "Crash" }

const note = (text: string): Message => ({ _tag: "Note", text })

/** Keeps the texts that it was told, in the order in which it received them. */
const receive = Effect.fnUntraced(function* (notes: ReadonlyArray<string>, message: Message) {
  switch (message._tag) {
    case "Note":
      return Actor.proceed([...notes, message.text])
    case "Repeat":
      return Actor.proceed(notes, ...message.texts.map(note))
    case "Count":
      yield* Deferred.succeed(message.reply, notes.length)
      return Actor.proceed(notes)
    case "Ignore":
      return Actor.proceed(notes)
    case "Close":
      if (message.reply !== undefined) yield* Deferred.succeed(message.reply, notes.length)
      return Actor.stop(notes)
    case "Wait":
      yield* Deferred.await(message.gate)
      return Actor.proceed(notes)
    case "Fail":
      return yield* Effect.fail("a failure")
    case "Crash":
      return yield* Effect.die(new Error("a defect"))
  }
})

const startNotes = (capacity = 16) =>
  Actor.start({ name: "notes", capacity, initial: [] as ReadonlyArray<string>, receive })

const fork = <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.forkChild(effect, { startImmediately: true })

const stopped = new ActorStopped({ actor: "notes" })
const count = (reply: Deferred.Deferred<number>): Message => ({ _tag: "Count", reply })
const ignore = (reply: Deferred.Deferred<number>): Message => ({ _tag: "Ignore", reply })

describe("an actor", () => {
  it.effect("receives messages one at a time in the order sent, and joins with the result it stopped with", () =>
    Effect.gen(function* () {
      const actor = yield* startNotes()
      for (const text of ["a", "b", "c"]) expect(yield* actor.tell(note(text))).toBe(true)
      yield* actor.tell({ _tag: "Close" })
      expect(yield* actor.join).toStrictEqual(["a", "b", "c"])
    }).pipe(Effect.scoped)
  )

  it.effect("receives what it sent itself before anything from outside that was there earlier", () =>
    Effect.gen(function* () {
      const actor = yield* startNotes()
      const gate = yield* Deferred.make<void>()
      yield* actor.tell({ _tag: "Wait", gate })
      yield* actor.tell({ _tag: "Repeat", texts: ["own 1", "own 2"] })
      yield* actor.tell(note("outside"))
      yield* actor.tell({ _tag: "Close" })
      yield* Deferred.succeed(gate, undefined)
      expect(yield* actor.join).toStrictEqual(["own 1", "own 2", "outside"])
    }).pipe(Effect.scoped)
  )

  it.effect("lets senders wait while its mailbox is full, itself never", () =>
    Effect.gen(function* () {
      const actor = yield* startNotes(2)
      const gate = yield* Deferred.make<void>()
      yield* actor.tell({ _tag: "Wait", gate })
      yield* Effect.yieldNow
      yield* actor.tell({ _tag: "Repeat", texts: ["1", "2", "3", "4", "5"] })
      yield* actor.tell(note("second"))
      const third = yield* fork(actor.tell(note("third")))
      yield* Effect.yieldNow
      expect(third.pollUnsafe()).toBeUndefined()
      yield* Deferred.succeed(gate, undefined)
      expect(yield* Fiber.join(third)).toBe(true)
      yield* actor.tell({ _tag: "Close" })
      expect(yield* actor.join).toStrictEqual(["1", "2", "3", "4", "5", "second", "third"])
    }).pipe(Effect.scoped)
  )

  it.effect("takes no message of a sender that gave up waiting", () =>
    Effect.gen(function* () {
      const actor = yield* startNotes(1)
      const gate = yield* Deferred.make<void>()
      yield* actor.tell({ _tag: "Wait", gate })
      yield* Effect.yieldNow
      yield* actor.tell(note("first"))
      const waiting = yield* fork(actor.tell(note("given up")))
      yield* Fiber.interrupt(waiting)
      yield* Deferred.succeed(gate, undefined)
      yield* actor.tell({ _tag: "Close" })
      expect(yield* actor.join).toStrictEqual(["first"])
    }).pipe(Effect.scoped)
  )

  it.effect("answers an ask", () =>
    Effect.gen(function* () {
      const actor = yield* startNotes()
      yield* actor.tell(note("a"))
      expect(yield* actor.ask(count, "1 second")).toBe(1)
    }).pipe(Effect.scoped)
  )

  it.effect("ends an ask at its deadline when no reply comes, and goes on", () =>
    Effect.gen(function* () {
      const actor = yield* startNotes()
      const asking = yield* fork(Effect.flip(actor.ask(ignore, "5 seconds")))
      yield* TestClock.adjust("4999 millis")
      expect(asking.pollUnsafe()).toBeUndefined()
      yield* TestClock.adjust("1 millis")
      expect(yield* Fiber.join(asking)).toStrictEqual(new AskTimedOut({ actor: "notes", withinMs: 5000 }))
      expect(yield* actor.ask(count, "1 second")).toBe(0)
    }).pipe(Effect.scoped)
  )

  it.effect("ends an ask at its deadline while the mailbox is full", () =>
    Effect.gen(function* () {
      const actor = yield* startNotes(1)
      const gate = yield* Deferred.make<void>()
      yield* actor.tell({ _tag: "Wait", gate })
      yield* Effect.yieldNow
      yield* actor.tell(note("fills it"))
      const asking = yield* fork(Effect.flip(actor.ask(count, "5 seconds")))
      yield* TestClock.adjust("5 seconds")
      expect(yield* Fiber.join(asking)).toStrictEqual(new AskTimedOut({ actor: "notes", withinMs: 5000 }))
    }).pipe(Effect.scoped)
  )

  it.effect("ends the asks that wait when it stops, is interrupted or crashes, and takes no more messages", () =>
    Effect.gen(function* () {
      const endings: ReadonlyArray<(actor: Effect.Success<ReturnType<typeof startNotes>>) => Effect.Effect<unknown>> = [
        (actor) => actor.tell({ _tag: "Close" }),
        (actor) => actor.interrupt,
        (actor) => actor.tell({ _tag: "Fail" }),
        (actor) => actor.tell({ _tag: "Crash" })
      ]
      for (const ending of endings) {
        const actor = yield* startNotes(1)
        const gate = yield* Deferred.make<void>()
        const received = yield* fork(Effect.flip(actor.ask(ignore, "1 hour")))
        yield* actor.tell({ _tag: "Wait", gate })
        yield* Effect.yieldNow
        const end = yield* fork(ending(actor))
        const queued = yield* fork(Effect.flip(actor.ask(count, "1 hour")))
        const blocked = yield* fork(actor.tell(note("too late")))
        yield* Deferred.succeed(gate, undefined)
        yield* Fiber.await(end)
        expect([yield* Fiber.join(received), yield* Fiber.join(queued)]).toStrictEqual([stopped, stopped])
        expect(yield* Fiber.join(blocked)).toBe(false)
        expect(yield* actor.tell(note("later"))).toBe(false)
        expect(yield* Effect.flip(actor.ask(count, "1 hour"))).toStrictEqual(stopped)
      }
    }).pipe(Effect.scoped)
  )

  it.effect("counts the reply that it gave with its last message", () =>
    Effect.gen(function* () {
      const actor = yield* startNotes()
      yield* actor.tell(note("a"))
      expect(yield* actor.ask<number>((reply) => ({ _tag: "Close", reply }), "1 second")).toBe(1)
      expect(yield* actor.join).toStrictEqual(["a"])
    }).pipe(Effect.scoped)
  )

  it.effect("fails its join as receive failed, with a defect as with an error, and nobody else with it", () =>
    Effect.gen(function* () {
      const failing = yield* startNotes()
      const crashing = yield* startNotes()
      const sibling = yield* startNotes()
      yield* failing.tell({ _tag: "Fail" })
      yield* crashing.tell({ _tag: "Crash" })
      const exits = [yield* Effect.exit(failing.join), yield* Effect.exit(crashing.join)]
      expect(exits.map((exit) => (Exit.isFailure(exit) ? Cause.squash(exit.cause) : exit))).toStrictEqual([
        "a failure",
        new Error("a defect")
      ])
      expect(yield* sibling.ask(count, "1 second")).toBe(0)
    }).pipe(Effect.scoped)
  )

  it.effect("is interrupted in the middle of a message, after its finalizers, when its scope closes", () =>
    Effect.gen(function* () {
      const scope = yield* Scope.make()
      const seen: Array<string> = []
      const actor = yield* Actor.start({
        name: "worker",
        capacity: 1,
        initial: 0,
        receive: (state: number, _: "work") =>
          Effect.never.pipe(
            Effect.onInterrupt(() => Effect.sync(() => seen.push("put in order"))),
            Effect.as(Actor.proceed(state))
          )
      }).pipe(Scope.provide(scope))
      yield* actor.tell("work")
      yield* Effect.yieldNow
      yield* Scope.close(scope, Exit.void)
      expect(seen).toStrictEqual(["put in order"])
      expect(Exit.hasInterrupts(yield* Effect.exit(actor.join))).toBe(true)
      expect(yield* actor.tell("work")).toBe(false)
    })
  )

  it.effect("holds what receive acquires until it ends, and then leaves nothing in the scope it was started in", () =>
    Effect.gen(function* () {
      const scope = yield* Scope.make()
      const seen: Array<string> = []
      const actor = yield* Actor.start({
        name: "keeper",
        capacity: 2,
        initial: 0,
        receive: (state: number, message: "open" | "close") =>
          message === "close"
            ? Effect.succeed(Actor.stop(seen.length))
            : Effect.acquireRelease(
                Effect.sync(() => seen.push("opened")),
                () => Effect.sync(() => seen.push("released"))
              ).pipe(Effect.as(Actor.proceed(state)))
      }).pipe(Scope.provide(scope))
      yield* actor.tell("open")
      yield* actor.tell("open")
      yield* actor.tell("close")
      expect(yield* actor.join).toBe(2)
      expect(seen).toStrictEqual(["opened", "opened", "released", "released"])
      expect(scope.state._tag === "Open" ? scope.state.finalizers?.size : 0).toBe(0)
      yield* Scope.close(scope, Exit.void)
      expect(seen.length).toBe(4)
    })
  )

  it.effect("takes undefined for a message like any other, also from itself, and has room for one at least", () =>
    Effect.gen(function* () {
      const actor = yield* Actor.start({
        name: "counter",
        capacity: 0,
        initial: 0,
        receive: (received: number, _: undefined) =>
          Effect.succeed(received === 0 ? Actor.proceed(1, undefined) : Actor.stop(received + 1))
      })
      expect(yield* actor.tell(undefined)).toBe(true)
      expect(yield* actor.join).toBe(2)
    }).pipe(Effect.scoped)
  )

  it.effect("says of its errors what happened and what to do", () =>
    Effect.sync(() => {
      const timedOut = new AskTimedOut({ actor: "notes", withinMs: 5000 })
      expect([stopped.message, timedOut.message]).toStrictEqual([
        "notes has stopped and will not answer",
        "notes did not answer within 5000 ms"
      ])
      expect([stopped.hint, timedOut.hint]).toStrictEqual([
        "Look at how it ended; start it again to ask it again.",
        "Ask again with more time; it may be busy with an earlier message."
      ])
    })
  )
})
