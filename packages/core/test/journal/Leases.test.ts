import { DatabaseSync } from "node:sqlite"
import { describe, expect, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Scope from "effect/Scope"
import { TestClock } from "effect/testing"
import { Journal, type JournalError, type JournalService } from "../../src/journal/Journal.ts"
import { type Here, here } from "../../src/journal/Lease.ts"
import * as SqliteStore from "../../src/journal/SqliteStore.ts"
import * as StoredJournal from "../../src/journal/StoredJournal.ts"
import { folder, note, runId } from "./fixture.ts"

const run = runId(1)
const start = 1_800_000_000_000

/** A journal on `file` as another process has it open, which is `facts` different from this one. */
const journalAt = (file: string, facts: Partial<Here> = {}, Database = DatabaseSync) =>
  Effect.gen(function* () {
    const store = yield* Effect.acquireRelease(
      Effect.sync(() => SqliteStore.open(Database, file, 50)),
      (store) => Effect.sync(store.close)
    )
    return yield* StoredJournal.make(store, Effect.void, { ...here(), ...facts })
  })

const elsewhere = { place: "another-container pid:[7]", pid: 7 }

/** Holds the run as a process that stands still from then on: it renews nothing, and gives nothing back. */
const heldByStopped = Effect.fnUntraced(function* (journal: JournalService) {
  const clock = yield* Clock.Clock
  const now = clock.currentTimeMillisUnsafe()
  const stopped: Clock.Clock = {
    ...clock,
    currentTimeMillisUnsafe: () => now,
    currentTimeMillis: Effect.succeed(now),
    sleep: () => Effect.never
  }
  const scope = yield* Scope.make()
  yield* Effect.provideService(Scope.provide(journal.hold(run), scope), Clock.Clock, stopped)
  return scope
})

/** The file by another road. */
const opened = (file: string) =>
  Effect.acquireRelease(
    Effect.sync(() => new DatabaseSync(file)),
    (db) => Effect.sync(() => db.close())
  )

const reasonOf = <A, R>(call: Effect.Effect<A, JournalError, R>) =>
  Effect.map(Effect.flip(Effect.asVoid(call)), ({ reason }) => reason)

const tested = <A, E>(body: (file: string) => Effect.Effect<A, E, Scope.Scope>) =>
  Effect.gen(function* () {
    yield* TestClock.setTime(start)
    return yield* body(`${yield* folder}/journal.db`)
  })

const { pid } = process
const held = { _tag: "Held" as const, run, pid, since: start }

describe("a run in memory", () => {
  it.effect("is opened and held by one at a time, until the scope closes", () =>
    Effect.gen(function* () {
      const journal = yield* Journal
      yield* TestClock.setTime(start)
      yield* Effect.scoped(
        Effect.gen(function* () {
          yield* journal.hold(run)
          yield* journal.append(run, [note("a")])
          expect(yield* journal.standing(run)).toBe("held")
          expect(yield* reasonOf(journal.hold(run))).toStrictEqual(held)
        })
      )
      expect(yield* journal.standing(run)).toBe("free")
      yield* Effect.scoped(journal.hold(run))
      expect((yield* journal.verify(run)).events).toBe(1)
    }).pipe(Effect.scoped, Effect.provide(Journal.layerMemory, { local: true }))
  )
})

describe("a run in SQLite", () => {
  it.effect("is held by one journal, and the other takes no part in it until it is given back", () =>
    tested((file) =>
      Effect.gen(function* () {
        const [mine, theirs] = [yield* journalAt(file), yield* journalAt(file)]
        const scope = yield* Scope.make()
        yield* Scope.provide(mine.hold(run), scope)
        yield* mine.append(run, [note("mine")])
        const refused = [
          theirs.hold(run),
          theirs.append(run, [note("theirs")]),
          theirs.close(run),
          theirs.remove(run),
          theirs.taken(run, 1)
        ]
        for (const call of refused) expect(yield* reasonOf(call)).toStrictEqual(held)
        yield* Scope.close(scope, Exit.void)
        yield* theirs.hold(run)
        expect(yield* theirs.append(run, [note("theirs")])).toBe(2)
        expect(yield* reasonOf(mine.append(run, [note("late")]))).toStrictEqual(held)
        expect((yield* theirs.verify(run)).events).toBe(2)
      })
    )
  )

  it.effect("is held again by the same process only after it was given back", () =>
    tested((file) =>
      Effect.gen(function* () {
        const journal = yield* journalAt(file)
        for (const _ of [1, 2]) {
          yield* Effect.scoped(
            Effect.gen(function* () {
              yield* journal.hold(run)
              expect(yield* reasonOf(journal.hold(run))).toStrictEqual(held)
            })
          )
        }
        expect(yield* journal.standing(run)).toBe("free")
      })
    )
  )

  it.effect("is opened again by who holds it after it was closed", () =>
    tested((file) =>
      Effect.gen(function* () {
        const journal = yield* journalAt(file)
        yield* journal.open(run)
        yield* journal.append(run, [note("a")])
        yield* journal.close(run)
        expect(yield* journal.standing(run)).toBe("closed")
        yield* journal.hold(run)
        expect(yield* journal.append(run, [note("b")])).toBe(2)
        expect(yield* journal.verify(run, yield* journal.close(run))).toMatchObject({ events: 2 })
      })
    )
  )

  it.effect("is taken over at once from a process that is gone, and from one that only has its number", () =>
    tested((file) =>
      Effect.gen(function* () {
        const gone = [{ pid: 2 ** 30 }, { start: "another-boot:7" }]
        for (const facts of gone) yield* heldByStopped(yield* journalAt(file, facts))
        const journal = yield* journalAt(file)
        expect(yield* journal.standing(run)).toBe("free")
        expect(yield* journal.holders).toStrictEqual([])
        yield* journal.hold(run)
        expect((yield* journal.holders).map(({ pid, run, since }) => ({ pid, run, since }))).toStrictEqual([
          { pid, run, since: start }
        ])
      })
    )
  )

  it.effect("stays refused while its process is there, whatever the clocks say", () =>
    tested((file) =>
      Effect.gen(function* () {
        yield* heldByStopped(yield* journalAt(file))
        const journal = yield* journalAt(file)
        for (const time of [start + 10 * 365 * 86_400_000, 0, start]) {
          yield* TestClock.setTime(time)
          expect(yield* reasonOf(journal.hold(run))).toStrictEqual(held)
        }
      })
    )
  )

  it.effect(
    "is taken over from another place once it was not renewed for a minute, and stays so while it is watched",
    () =>
      tested((file) =>
        Effect.gen(function* () {
          yield* heldByStopped(yield* journalAt(file, elsewhere))
          const journal = yield* journalAt(file)
          yield* TestClock.adjust("60 seconds")
          expect(yield* reasonOf(journal.hold(run))).toStrictEqual({ ...held, pid: 7 })
          yield* TestClock.adjust("1 second")
          const taking = yield* Effect.forkChild(journal.hold(run), { startImmediately: true })
          yield* TestClock.adjust("14 seconds")
          expect(taking.pollUnsafe()).toBeUndefined()
          yield* TestClock.adjust("1 second")
          yield* Fiber.join(taking)
          expect(yield* journal.append(run, [note("a")])).toBe(1)
        })
      )
  )

  it.effect("is never taken over from another place where it is renewed, however the clock jumps", () =>
    tested((file) =>
      Effect.gen(function* () {
        yield* (yield* journalAt(file, elsewhere)).hold(run)
        const journal = yield* journalAt(file)
        yield* TestClock.adjust("10 minutes")
        expect(yield* reasonOf(journal.hold(run))).toStrictEqual({ ...held, pid: 7 })
        for (const jumpMs of [3_600_000, -7_200_000]) {
          const clock = yield* Clock.Clock
          const jumped: Clock.Clock = {
            ...clock,
            currentTimeMillisUnsafe: () => clock.currentTimeMillisUnsafe() + jumpMs,
            currentTimeMillis: Effect.map(clock.currentTimeMillis, (now) => now + jumpMs)
          }
          const taking = yield* reasonOf(journal.hold(run)).pipe(
            Effect.provideService(Clock.Clock, jumped),
            Effect.forkChild({ startImmediately: true })
          )
          yield* TestClock.adjust("15 seconds")
          expect(yield* Fiber.join(taking)).toStrictEqual({ ...held, pid: 7 })
        }
      })
    )
  )

  it.effect("takes nothing more from an owner that was taken for dead, and gives it back to nobody", () =>
    tested((file) =>
      Effect.gen(function* () {
        const first = yield* journalAt(file, elsewhere)
        const scope = yield* heldByStopped(first)
        yield* first.append(run, [note("a")])
        yield* first.post(run, { _tag: "Say", to: null, text: "hello" })
        const [{ id } = { id: 0 }] = yield* first.orders(run)
        yield* TestClock.adjust("61 seconds")
        const second = yield* journalAt(file)
        const taking = yield* Effect.forkChild(second.hold(run), { startImmediately: true })
        yield* TestClock.adjust("15 seconds")
        yield* Fiber.join(taking)
        yield* second.append(run, [note("b")])
        const lost = { _tag: "LeaseLost" as const, run, pid }
        for (const call of [first.append(run, [note("late")]), first.close(run), first.taken(run, id)]) {
          expect(yield* reasonOf(call)).toStrictEqual(lost)
        }
        yield* Scope.close(scope, Exit.void)
        expect(yield* second.append(run, [note("c")])).toBe(3)
        expect((yield* second.orders(run)).length).toBe(1)
        expect(yield* second.verify(run)).toMatchObject({ events: 3 })
      })
    )
  )

  it.effect("is known to be lost also when the new owner has given it back", () =>
    tested((file) =>
      Effect.gen(function* () {
        const first = yield* journalAt(file, { pid: 2 ** 30 })
        yield* heldByStopped(first)
        yield* first.append(run, [note("a")])
        yield* Effect.scoped((yield* journalAt(file)).hold(run))
        expect(yield* reasonOf(first.append(run, [note("late")]))).toStrictEqual({ _tag: "LeaseLost", run, pid: null })
      })
    )
  )

  it.effect("is taken over again when the one that took it over died before its first event", () =>
    tested((file) =>
      Effect.gen(function* () {
        yield* heldByStopped(yield* journalAt(file, { pid: 2 ** 30 }))
        yield* heldByStopped(yield* journalAt(file, { pid: 2 ** 30 + 1 }))
        const journal = yield* journalAt(file)
        yield* journal.hold(run)
        expect(yield* journal.append(run, [note("a")])).toBe(1)
        const found = (yield* opened(file)).prepare("SELECT epoch, pid FROM leases").get()
        expect({ ...found }).toStrictEqual({ epoch: 3, pid })
      })
    )
  )

  it.effect("can be held again by this process when the disk did not let it be given back", () =>
    tested((file) =>
      Effect.gen(function* () {
        const [journal, other] = [yield* journalAt(file), yield* journalAt(file)]
        const scope = yield* Scope.make()
        yield* Scope.provide(journal.hold(run), scope)
        const db = yield* opened(file)
        db.exec("BEGIN IMMEDIATE")
        yield* Scope.close(scope, Exit.void)
        db.exec("ROLLBACK")
        expect(yield* reasonOf(other.hold(run))).toStrictEqual(held)
        yield* journal.hold(run)
        expect(yield* journal.append(run, [note("a")])).toBe(1)
      })
    )
  )

  it.effect("is not held, nor opened, when the disk is full; orders neither; and all is well with room again", () =>
    tested((file) =>
      Effect.gen(function* () {
        const databases: Array<DatabaseSync> = []
        class Captured extends DatabaseSync {
          constructor(...args: ConstructorParameters<typeof DatabaseSync>) {
            super(...args)
            databases.push(this)
          }
        }
        // What does not fit in pages that there are.
        const long = "x".repeat(20_000)
        const journal = yield* journalAt(file, { place: long }, Captured)
        const setPages = (count: number) => databases[0]?.prepare(`PRAGMA max_page_count = ${count}`).get()
        setPages(1)
        expect(yield* reasonOf(Effect.scoped(journal.hold(run)))).toStrictEqual({ _tag: "DiskFull" })
        expect(yield* journal.list).toStrictEqual([])
        setPages(1_000_000)
        yield* journal.hold(run)
        yield* journal.post(run, { _tag: "Say", to: null, text: "short" })
        setPages(1)
        const post = journal.post(run, { _tag: "Say", to: null, text: long })
        expect(yield* reasonOf(post)).toStrictEqual({ _tag: "DiskFull" })
        expect((yield* journal.orders(run)).length).toBe(1)
        setPages(1_000_000)
        yield* post
        expect((yield* journal.orders(run)).map(({ id }) => id)).toStrictEqual([1, 2])
        expect(yield* journal.append(run, [note("a")])).toBe(1)
      })
    )
  )

  it.effect("may be waited for no longer by who gives up watching", () =>
    tested((file) =>
      Effect.gen(function* () {
        yield* heldByStopped(yield* journalAt(file, elsewhere))
        yield* TestClock.adjust("2 minutes")
        const journal = yield* journalAt(file)
        const taking = yield* Effect.forkChild(journal.hold(run), { startImmediately: true })
        yield* Fiber.interrupt(taking)
        expect((yield* journal.holders).map(({ pid }) => pid)).toStrictEqual([7])
        expect(yield* journal.standing(run)).toBe("free")
      })
    )
  )
})
