import { DatabaseSync } from "node:sqlite"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import { TestClock } from "effect/testing"
import { Journal, type JournalError, type JournalService } from "../../src/journal/Journal.ts"
import { SqliteJournal } from "../../src/journal/SqliteJournal.ts"
import { folder, note, runId, withJournal } from "./fixture.ts"

const layers = {
  memory: Journal.layerMemory,
  SQLite: Layer.unwrap(Effect.map(folder, (path) => SqliteJournal.layer({ file: `${path}/journal.db` })))
}

const [before, run, after] = [runId(1), runId(2), runId(3)]

const reasonOf = <A, R>(call: Effect.Effect<A, JournalError, R>) =>
  Effect.map(Effect.flip(Effect.asVoid(call)), ({ reason }) => reason)

/** Three closed runs with their heads; the second has `events` events. */
const three = Effect.fnUntraced(function* (journal: JournalService, events: number) {
  yield* TestClock.setTime(1_000)
  return yield* Effect.forEach([before, run, after], (each) =>
    Effect.gen(function* () {
      yield* journal.open(each)
      const count = each === run ? events : 3
      yield* journal.append(
        each,
        Array.from({ length: count }, (_, n) => note(`a secret of ${each} ${n}`))
      )
      return yield* journal.close(each)
    })
  )
})

describe.each(Object.entries(layers))("removing a run in %s", (_name, layer) => {
  const claim = <E>(sentence: string, body: Effect.Effect<void, E, Journal>) =>
    it.effect(sentence, () => body.pipe(Effect.provide(layer, { local: true })))

  claim(
    "takes its events and says so, and every other run still verifies",
    Effect.gen(function* () {
      const journal = yield* Journal
      const heads = yield* three(journal, 5_000)
      yield* journal.remove(run)
      const removed = { _tag: "Removed" as const, run, at: 1_000, events: 5_000 }
      const calls = [
        journal.read(run),
        Stream.runDrain(journal.stream(run)),
        Stream.runDrain(journal.tail(run)),
        journal.append(run, [note("late")]),
        journal.open(run),
        Effect.scoped(journal.hold(run)),
        journal.close(run),
        journal.standing(run),
        journal.verify(run),
        journal.verify(run, heads[1])
      ]
      for (const call of calls) expect(yield* reasonOf(call)).toStrictEqual(removed)
      expect((yield* journal.list).map(({ run }) => run)).toStrictEqual([after, before])
      expect((yield* journal.latest(5)).map(({ run }) => run)).toStrictEqual([after, before])
      for (const [index, each] of [before, after].entries()) {
        expect(yield* journal.verify(each, heads[index * 2])).toStrictEqual({ events: 3, head: heads[index * 2] })
      }
      const later = runId(4)
      yield* journal.open(later)
      expect((yield* journal.verify(later)).events).toBe(0)
    })
  )

  claim(
    "is found out when the head that it had is not the one expected",
    Effect.gen(function* () {
      const journal = yield* Journal
      const [, head] = yield* three(journal, 2)
      yield* journal.remove(run)
      const other = "f".repeat(64)
      expect(yield* reasonOf(journal.verify(run, other))).toStrictEqual({
        _tag: "Corrupt",
        run,
        seq: null,
        what: `the head was ${head} when the run was removed, not ${other} as expected`
      })
    })
  )

  claim(
    "vouches for each head that it was closed with, and for the one that it was removed with",
    Effect.gen(function* () {
      const journal = yield* Journal
      const [, first] = yield* three(journal, 2)
      yield* journal.open(run)
      yield* journal.append(run, [note("more")])
      const { head } = yield* journal.verify(run)
      yield* journal.remove(run)
      for (const expected of [first, head]) {
        expect((yield* reasonOf(journal.verify(run, expected)))._tag).toBe("Removed")
      }
    })
  )

  claim(
    "changes nothing for one that was removed, and is refused for one that is not there",
    Effect.gen(function* () {
      const journal = yield* Journal
      yield* three(journal, 2)
      yield* journal.remove(run)
      yield* TestClock.adjust("1 minute")
      yield* journal.remove(run)
      expect(yield* reasonOf(journal.verify(run))).toMatchObject({ _tag: "Removed", at: 1_000 })
      expect(yield* reasonOf(journal.remove(runId(9)))).toStrictEqual({ _tag: "UnknownRun", run: runId(9) })
    })
  )
})

const openDatabase = (file: string) =>
  Effect.acquireRelease(
    Effect.sync(() => new DatabaseSync(file)),
    (db) => Effect.sync(() => db.close())
  )

describe("a run that was removed from the file", () => {
  it.effect("leaves nothing of its text there", () =>
    Effect.gen(function* () {
      const file = `${yield* folder}/journal.db`
      yield* withJournal({ file }, (journal) => Effect.andThen(three(journal, 3_000), journal.remove(run)))
      const db = yield* openDatabase(file)
      const { pages } = db.prepare("SELECT count(*) AS pages FROM events WHERE run = ?").get(run) ?? {}
      expect(pages).toBe(0)
      const { readFileSync } = yield* Effect.promise(() => import("node:fs"))
      const bytes = readFileSync(file, "latin1")
      expect([bytes.includes(`a secret of ${run}`), bytes.includes(`a secret of ${after}`)]).toStrictEqual([
        false,
        true
      ])
    })
  )

  it.effect("is damage when the chain of heads does not say so", () =>
    Effect.gen(function* () {
      const file = `${yield* folder}/journal.db`
      yield* withJournal({ file }, (journal) =>
        Effect.gen(function* () {
          const heads = yield* three(journal, 2)
          const db = yield* openDatabase(file)
          db.prepare("DELETE FROM events WHERE run = ?").run(run)
          expect(yield* reasonOf(journal.verify(run))).toStrictEqual({
            _tag: "Corrupt",
            run,
            seq: 1,
            what: "the tail is missing: the run had 2 events"
          })
          db.prepare("DELETE FROM heads WHERE run = ?").run(run)
          expect((yield* reasonOf(journal.verify(run)))._tag).toBe("Corrupt")
          expect((yield* reasonOf(journal.verify(after, heads[2])))._tag).toBe("Corrupt")
        })
      )
    })
  )

  it.effect("is damage when the chain of heads says so with another head, or goes on with the run", () =>
    Effect.gen(function* () {
      const file = `${yield* folder}/journal.db`
      yield* withJournal({ file }, (journal) =>
        Effect.gen(function* () {
          yield* three(journal, 2)
          yield* journal.remove(run)
          const db = yield* openDatabase(file)
          db.exec("UPDATE heads SET events = 1 WHERE kind = 'Removed'")
          expect((yield* reasonOf(journal.verify(run)))._tag).toBe("Corrupt")
          db.exec("UPDATE heads SET events = 2 WHERE kind = 'Removed'")
          expect((yield* reasonOf(journal.verify(run)))._tag).toBe("Removed")
          db.exec("UPDATE heads SET kind = 'Closed' WHERE kind = 'Removed'")
          expect((yield* reasonOf(journal.verify(run)))._tag).toBe("Corrupt")
        })
      )
    })
  )

  it.effect("is removed to the end by the next removal when the first was cut short", () =>
    Effect.gen(function* () {
      const file = `${yield* folder}/journal.db`
      yield* withJournal({ file }, (journal) =>
        Effect.gen(function* () {
          const heads = yield* three(journal, 4_500)
          const db = yield* openDatabase(file)
          const left = () => db.prepare("SELECT count(*) AS left FROM events WHERE run = ?").get(run)?.left
          // A commit takes 2,000 events away; the third finds the disk full.
          db.exec(
            "CREATE TRIGGER cut BEFORE DELETE ON events WHEN old.seq <= 500 BEGIN SELECT RAISE(ABORT, 'cut'); END"
          )
          yield* Effect.exit(journal.remove(run))
          expect(left()).toBe(500)
          expect((yield* reasonOf(journal.read(run)))._tag).toBe("Removed")
          expect((yield* reasonOf(journal.verify(run)))._tag).toBe("Removed")
          expect((yield* journal.verify(after, heads[2])).events).toBe(3)
          db.exec("DROP TRIGGER cut")
          yield* journal.remove(before)
          expect(left()).toBe(0)
          expect((yield* reasonOf(journal.verify(run)))._tag).toBe("Removed")
        })
      )
    })
  )
})
