import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs"
import { createInterface } from "node:readline"
import { DatabaseSync } from "node:sqlite"
import { fileURLToPath } from "node:url"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Stream from "effect/Stream"
import type { RunId } from "../../src/domain/Ids.ts"
import type { JournalErrorReason } from "../../src/journal/JournalError.ts"
import { folder, note, runId, withJournal } from "./fixture.ts"

const run = runId(1)

/** The reason that the journal on `file` cannot be opened for, and its message. */
const refusal = (file: string) =>
  Effect.map(
    Effect.flip(withJournal({ file }, () => Effect.void)),
    ({ message, reason }): { readonly message: string; readonly reason: JournalErrorReason } => ({ message, reason })
  )

const mode = (path: string): string => (statSync(path).mode & 0o777).toString(8)

const startWriter = (file: string, run: RunId, count: number) =>
  Effect.acquireRelease(
    Effect.sync(() =>
      spawn(process.execPath, [fileURLToPath(new URL("writer.ts", import.meta.url)), file, run, String(count)], {
        stdio: ["ignore", "pipe", "inherit"]
      })
    ),
    (child) => Effect.sync(() => child.kill("SIGKILL"))
  )

/** The lines that the child writes; it is killed after `killAfter` of them. Ends when the child has. */
const linesOf = (child: ChildProcess, killAfter = Number.POSITIVE_INFINITY): Effect.Effect<ReadonlyArray<string>> =>
  Effect.promise(async () => {
    const ended = once(child, "close")
    const lines: Array<string> = []
    if (child.stdout === null) return lines
    for await (const line of createInterface({ input: child.stdout })) {
      if (lines.push(line) >= killAfter) child.kill("SIGKILL")
    }
    await ended
    return lines
  })

describe("the journal's file", () => {
  it.effect("is made for its owner only, with its folders", () =>
    Effect.gen(function* () {
      const root = yield* folder
      const file = `${root}/state/deputize/journal.db`
      yield* withJournal({ file }, (journal) =>
        Effect.gen(function* () {
          yield* journal.open(run)
          expect([file, `${file}-wal`, `${file}-shm`].map(mode)).toStrictEqual(["600", "600", "600"])
          expect([`${root}/state`, `${root}/state/deputize`].map(mode)).toStrictEqual(["700", "700"])
        })
      )
      chmodSync(file, 0o644)
      yield* withJournal({ file }, () => Effect.void)
      expect(mode(file)).toBe("600")
    })
  )

  it.effect("keeps its events for the next process that opens it, also through a link", () =>
    Effect.gen(function* () {
      const root = yield* folder
      mkdirSync(`${root}/real`)
      symlinkSync(`${root}/real/journal.db`, `${root}/link.db`)
      writeFileSync(`${root}/real/journal.db`, "")
      const head = yield* withJournal({ file: `${root}/link.db` }, (journal) =>
        Effect.gen(function* () {
          yield* journal.open(run)
          yield* journal.append(run, [note("a")])
          yield* journal.barrier
          return yield* journal.close(run)
        })
      )
      const verified = yield* withJournal({ file: `${root}/real/journal.db` }, (journal) => journal.verify(run, head))
      expect(verified).toStrictEqual({ events: 1, head })
    })
  )

  it.effect("is refused when a newer version wrote it, and stays as it is", () =>
    Effect.gen(function* () {
      const file = `${yield* folder}/journal.db`
      yield* withJournal({ file }, () => Effect.void)
      const db = new DatabaseSync(file)
      db.exec("PRAGMA user_version = 3")
      db.close()
      const before = readFileSync(file)
      expect(yield* refusal(file)).toStrictEqual({
        message: `journal ${file}: the file has version 3, this deputize knows versions up to 2`,
        reason: { _tag: "NewerVersion", version: 3, known: 2 }
      })
      expect(readFileSync(file).equals(before)).toBe(true)
    })
  )

  it.effect("is refused when it is no database or another program's, and stays as it is", () =>
    Effect.gen(function* () {
      const root = yield* folder
      const [text, foreign] = [`${root}/notes.txt`, `${root}/foreign.db`]
      writeFileSync(text, "These are notes, not a database.\n".repeat(100))
      const db = new DatabaseSync(foreign)
      db.exec("CREATE TABLE bookmarks (url TEXT)")
      db.close()
      const before = [text, foreign].map((file) => readFileSync(file))
      expect((yield* refusal(text)).reason).toStrictEqual({ _tag: "NotAJournal", detail: "file is not a database" })
      expect((yield* refusal(foreign)).reason).toStrictEqual({
        _tag: "NotAJournal",
        detail: "it is a database of another program"
      })
      expect([text, foreign].map((file) => readFileSync(file))).toStrictEqual(before)
      expect([text, foreign].map((file) => existsSync(`${file}-wal`))).toStrictEqual([false, false])
    })
  )

  it.effect("is named when its folder cannot be made or it cannot be opened", () =>
    Effect.gen(function* () {
      const root = yield* folder
      writeFileSync(`${root}/plain`, "")
      const below = yield* refusal(`${root}/plain/journal.db`)
      expect(below.reason._tag).toBe("Unavailable")
      expect(below.message).toContain(`journal ${root}/plain/journal.db: `)
      mkdirSync(`${root}/journal.db`)
      expect((yield* refusal(`${root}/journal.db`)).reason).toStrictEqual({
        _tag: "Unavailable",
        detail: "unable to open database file"
      })
    })
  )

  it.live("is busy when another connection holds the lock for longer than writers wait", () =>
    Effect.gen(function* () {
      const file = `${yield* folder}/journal.db`
      yield* withJournal({ file, busyTimeoutMs: 50 }, (journal) =>
        Effect.gen(function* () {
          yield* journal.open(run)
          const other = new DatabaseSync(file)
          other.exec("BEGIN IMMEDIATE")
          const error = yield* Effect.flip(journal.append(run, [note("a")]))
          expect(error.reason).toStrictEqual({ _tag: "Busy", waitedMs: 50 })
          other.exec("ROLLBACK")
          other.close()
          expect(yield* journal.append(run, [note("a")])).toBe(1)
        })
      )
    })
  )
})

describe("the barrier of a journal in SQLite", () => {
  it.live("needs at most two syncs for fifty waiters at once", () =>
    Effect.gen(function* () {
      const file = `${yield* folder}/journal.db`
      let syncs = 0
      const sync = () => new Promise<void>((resolve) => setImmediate(() => resolve(void syncs++)))
      yield* withJournal({ file, sync }, (journal) =>
        Effect.gen(function* () {
          yield* journal.open(run)
          const append = Effect.andThen(journal.append(run, [note("a")]), journal.barrier)
          yield* Effect.all(
            Array.from({ length: 50 }, () => append),
            { concurrency: "unbounded" }
          )
        })
      )
      expect(syncs).toBeGreaterThan(0)
      expect(syncs).toBeLessThanOrEqual(2)
    })
  )

  it.live("syncs the write-ahead file itself", () =>
    Effect.gen(function* () {
      const file = `${yield* folder}/journal.db`
      const synced: Array<boolean> = []
      const sync = async (descriptor: number) => {
        synced.push(readFileSync(descriptor).equals(readFileSync(`${file}-wal`)))
      }
      yield* withJournal({ file, sync }, (journal) => Effect.andThen(journal.open(run), journal.barrier))
      expect(synced).toStrictEqual([true])
    })
  )

  it.live("fails, now and later, when the disk does", () =>
    Effect.gen(function* () {
      const file = `${yield* folder}/journal.db`
      let syncs = 0
      const sync = () => Promise.reject(new Error(`EIO ${++syncs}`))
      yield* withJournal({ file, sync }, (journal) =>
        Effect.gen(function* () {
          const first = yield* Effect.flip(journal.barrier)
          expect(first.reason).toStrictEqual({ _tag: "Unavailable", detail: "it could not be synced (Error: EIO 1)" })
          expect(yield* Effect.flip(journal.barrier)).toStrictEqual(first)
        })
      )
    })
  )
})

describe("several processes on one journal", () => {
  it.live("lose nothing that was acknowledged when one is killed", () =>
    Effect.gen(function* () {
      const file = `${yield* folder}/journal.db`
      for (const [index, killAfter] of [1, 7, 60, 400].entries()) {
        const run = runId(index)
        const lines = yield* linesOf(yield* startWriter(file, run, 0), killAfter)
        const acknowledged = Number(lines.at(-1))
        expect(acknowledged).toBeGreaterThanOrEqual(killAfter * 3)
        const { events, verified } = yield* withJournal({ file }, (journal) =>
          Effect.all({ events: journal.read(run), verified: journal.verify(run) })
        )
        expect(events.length).toBeGreaterThanOrEqual(acknowledged)
        // An append is kept whole or not at all.
        expect(events.length % 3).toBe(0)
        expect(verified).toStrictEqual({ events: events.length, head: events.at(-1)?.hash })
      }
    })
  )

  it.live("create it at the same time and write their runs side by side", () =>
    Effect.gen(function* () {
      const file = `${yield* folder}/new/journal.db`
      const runs = [1, 2, 3].map(runId)
      const outputs = yield* Effect.forEach(
        runs,
        (run) => Effect.flatMap(startWriter(file, run, 150), (child) => linesOf(child)),
        { concurrency: "unbounded" }
      )
      const heads = outputs.map((lines) => lines.at(-1)?.replace("head ", ""))
      const verified = yield* withJournal({ file }, (journal) =>
        Effect.forEach(runs, (run, index) => journal.verify(run, heads[index]))
      )
      expect(verified).toStrictEqual(heads.map((head) => ({ events: 450, head })))
    })
  )

  it.live("give no number out twice when they write to one run", () =>
    Effect.gen(function* () {
      const file = `${yield* folder}/journal.db`
      yield* withJournal({ file }, (journal) =>
        Effect.gen(function* () {
          yield* journal.open(run)
          const child = yield* startWriter(file, run, 0)
          const writing = yield* Effect.forkChild(linesOf(child), { startImmediately: true })
          yield* Effect.repeat(journal.read(run), { until: (events) => events.length > 0 })
          const ours: Array<number> = []
          for (let n = 0; n < 200; n++) ours.push(yield* journal.append(run, [note("ours")]))
          child.kill("SIGKILL")
          const lines = yield* Fiber.join(writing)
          const theirLast = lines.map(Number)
          const numbers = [...ours, ...theirLast.flatMap((last) => [last - 2, last - 1, last])]
          expect(new Set(numbers).size).toBe(numbers.length)
          expect((yield* journal.verify(run)).events).toBeGreaterThanOrEqual(numbers.length)
        })
      )
    })
  )

  it.live("go on where the other one is, and stop when the other one closes the run", () =>
    Effect.gen(function* () {
      const file = `${yield* folder}/journal.db`
      yield* withJournal({ file }, (mine) =>
        withJournal({ file }, (theirs) =>
          Effect.gen(function* () {
            yield* mine.open(run)
            const numbers: Array<number> = []
            for (const journal of [mine, mine, theirs, mine, theirs, theirs, mine]) {
              numbers.push(yield* journal.append(run, [note("mine or theirs")]))
            }
            expect(numbers).toStrictEqual([1, 2, 3, 4, 5, 6, 7])
            const head = yield* theirs.close(run)
            expect((yield* Effect.flip(mine.append(run, [note("late")]))).reason).toStrictEqual({
              _tag: "RunClosed",
              run
            })
            expect(yield* mine.verify(run, head)).toStrictEqual({ events: 7, head })
          })
        )
      )
    }).pipe(Effect.scoped)
  )

  it.live("are followed by a tail in another process until they close the run", () =>
    Effect.gen(function* () {
      const file = `${yield* folder}/journal.db`
      yield* withJournal({ file }, (journal) =>
        Effect.gen(function* () {
          const child = yield* startWriter(file, run, 20)
          const writing = yield* Effect.forkChild(linesOf(child), { startImmediately: true })
          yield* Effect.repeat(journal.list, { until: (runs) => runs.length > 0 })
          const seqs = yield* Stream.runCollect(Stream.map(journal.tail(run), ({ seq }) => seq))
          expect(seqs).toStrictEqual(Array.from({ length: 60 }, (_, index) => index + 1))
          yield* Fiber.join(writing)
        })
      )
    })
  )
})
