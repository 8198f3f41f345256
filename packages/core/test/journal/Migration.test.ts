import { spawnSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { DatabaseSync } from "node:sqlite"
import { fileURLToPath } from "node:url"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { Journal, type JournalService } from "../../src/journal/Journal.ts"
import { SqliteReader } from "../../src/journal/SqliteReader.ts"
import { nobodyHolds, statements } from "../../src/journal/SqliteStore.ts"
import * as StoredJournal from "../../src/journal/StoredJournal.ts"
import { folder, note, runId, withJournal } from "./fixture.ts"
import { startOwner } from "./owners.ts"
import { asVersionOne, versionOf } from "./versionOne.ts"

const [closed, lost, fresh] = [runId(1), runId(2), runId(3)]

/** A file of version 1 with a run that was closed and one that was not, and what a reader sees of it. */
const versionOne = Effect.gen(function* () {
  const place = yield* folder
  const file = `${place}/journal.db`
  const seen = yield* withJournal({ file: `${place}/new.db` }, (journal) =>
    Effect.gen(function* () {
      for (const run of [closed, lost]) {
        yield* journal.open(run)
        yield* journal.append(run, [note("a"), note("b")])
      }
      yield* journal.close(closed)
      return yield* seenIn(journal)
    })
  )
  asVersionOne(`${place}/new.db`, file)
  return { file, seen }
})

const seenIn = (journal: JournalService) =>
  Effect.all({
    list: journal.list,
    events: Effect.forEach([closed, lost], (run) => journal.read(run)),
    verified: Effect.forEach([closed, lost], (run) => journal.verify(run))
  })

const ownerOf = (file: string) =>
  withJournal({ file }, (journal) =>
    Effect.gen(function* () {
      yield* journal.hold(lost)
      yield* journal.post(lost, { _tag: "Say", to: null, text: "hello" })
      const last = yield* journal.append(lost, [note("c")])
      return [last, (yield* journal.orders(lost)).length, (yield* journal.verify(lost)).events]
    }).pipe(Effect.scoped)
  )

describe("a journal of version 1", () => {
  it.effect("is the same when it is opened for writing, and its runs can be held from then on", () =>
    Effect.gen(function* () {
      const { file, seen } = yield* versionOne
      expect(yield* withJournal({ file }, seenIn)).toStrictEqual(seen)
      expect(versionOf(file)).toBe(2)
      expect(yield* ownerOf(file)).toStrictEqual([3, 1, 3])
    })
  )

  it.effect("is read as it is, and stays so", () =>
    Effect.gen(function* () {
      const { file, seen } = yield* versionOne
      const before = readFileSync(file)
      yield* Effect.gen(function* () {
        const journal = yield* Journal
        expect(yield* seenIn(journal)).toStrictEqual(seen)
        expect(yield* journal.standing(lost)).toBe("open")
        expect(yield* journal.holders).toStrictEqual([])
        expect(yield* journal.orders(lost)).toStrictEqual([])
        const writes = [
          journal.post(lost, { _tag: "Stop" }),
          journal.taken(lost, 1),
          journal.remove(lost),
          Effect.scoped(journal.hold(lost))
        ]
        for (const write of writes) expect((yield* Effect.flip(write)).reason._tag).toBe("Unavailable")
      }).pipe(Effect.provide(SqliteReader.layer({ file }), { local: true }))
      expect(readFileSync(file).equals(before)).toBe(true)
    })
  )

  it.live("is brought to the new version once when two processes open it at once", () =>
    Effect.gen(function* () {
      for (let round = 0; round < 2; round++) {
        const { file, seen } = yield* versionOne
        const owners = yield* Effect.all([startOwner(file), startOwner(file)], { concurrency: "unbounded" })
        const answers = yield* Effect.forEach(owners, (owner, index) => owner.ask(`hold ${runId(index + 4)}`), {
          concurrency: "unbounded"
        })
        expect(answers).toStrictEqual(["ok", "ok"])
        const { events, verified } = yield* withJournal({ file }, seenIn)
        expect({ events, verified }).toStrictEqual({ events: seen.events, verified: seen.verified })
      }
    })
  )

  it.live("is whole, of the one or the other version, wherever the process that opens it is killed", () =>
    Effect.gen(function* () {
      const script = fileURLToPath(new URL("dyingOpener.ts", import.meta.url))
      const versions: Array<unknown> = []
      for (let step = 0, isDone = false; !isDone; step++) {
        const { file, seen } = yield* versionOne
        const child = spawnSync(process.execPath, [script, file, String(step)], { encoding: "utf8" })
        isDone = child.stdout === "open\n"
        expect(isDone ? child.status : child.signal).toBe(isDone ? 0 : "SIGKILL")
        versions.push(versionOf(file))
        expect(yield* withJournal({ file }, seenIn)).toStrictEqual(seen)
        expect(yield* ownerOf(file)).toStrictEqual([3, 1, 3])
      }
      expect([versions[0], versions.at(-1)]).toStrictEqual([1, 2])
      expect(versions).toStrictEqual(versions.toSorted())
    })
  )

  it.effect("goes on for the process of version 1 that has it open, beside those of the new one", () =>
    Effect.gen(function* () {
      const { file } = yield* versionOne
      const db = yield* Effect.acquireRelease(
        Effect.sync(() => new DatabaseSync(file)),
        (db) => Effect.sync(() => db.close())
      )
      const unknown = () => expect.unreachable()
      const older = yield* StoredJournal.make(
        {
          ...statements(db),
          ...nobodyHolds,
          putLease: unknown,
          removeLease: unknown,
          addOrder: unknown,
          removeOrder: unknown,
          path: file,
          isShared: true,
          explain: () => undefined
        },
        Effect.void
      )
      expect(yield* older.append(lost, [note("before")])).toBe(3)
      yield* withJournal({ file }, (newer) =>
        Effect.gen(function* () {
          yield* newer.hold(fresh)
          expect(yield* older.append(lost, [note("after")])).toBe(4)
          yield* newer.append(fresh, [note("beside it")])
          yield* older.close(lost)
          expect((yield* newer.verify(lost)).events).toBe(4)
          expect((yield* newer.verify(fresh)).events).toBe(1)
        }).pipe(Effect.scoped)
      )
    })
  )
})
