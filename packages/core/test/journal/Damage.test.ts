import { spawnSync } from "node:child_process"
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { Journal, type JournalService } from "../../src/journal/Journal.ts"
import { SqliteReader } from "../../src/journal/SqliteReader.ts"
import { checkpointed, cuts, databaseFlips, outcome, places, record, tally, walFlips } from "./damage.ts"
import { folder, runId, withJournal } from "./fixture.ts"
import { startOwner } from "./owners.ts"

const listed = (journal: JournalService) => journal.list

const reading = (file: string) =>
  Journal.use(listed).pipe(Effect.provide(SqliteReader.layer({ file }), { local: true }))

describe("a damaged journal", () => {
  it.live("is the same when nothing is damaged, before a checkpoint and after", () =>
    Effect.gen(function* () {
      const recording = yield* record(yield* folder, 12)
      const after = yield* checkpointed(recording)
      expect(yield* outcome(recording, recording.database, recording.wal)).toBe("same")
      expect(yield* outcome(after, after.database, after.wal)).toBe("same")
    })
  )

  // At every byte, and at more bits than below: node packages/core/test/journal/damageAll.ts
  it.live("is never silently different when its write-ahead file is cut in its last 4,096 bytes", () =>
    Effect.gen(function* () {
      const recording = yield* record(yield* folder, 12)
      const damages = [...cuts(recording, 64), ...cuts(recording, 4096).filter(({ at }) => at % 16 === 0)]
      const { counts, different } = yield* tally(recording, damages)
      expect(different).toStrictEqual([])
      // Every cut loses the last append, and the head of its run tells.
      expect(counts).toStrictEqual({ refused: 0, corrupt: damages.length, same: 0, different: 0 })
    })
  )

  it.live("is never silently different when its write-ahead file is cut between any two appends", () =>
    Effect.gen(function* () {
      const recording = yield* record(yield* folder, 12)
      const frames = [...places(0, recording.wal.length, 8)].filter((at) => at < 32 || (at - 32) % (4096 + 24) === 0)
      const damages = frames.map((at) => ({ at, database: recording.database, wal: recording.wal.subarray(0, at) }))
      const { counts, different } = yield* tally(recording, damages)
      expect(different).toStrictEqual([])
      expect(counts.corrupt).toBe(frames.length)
    })
  )

  it.live("is never silently different when a bit of its write-ahead file is flipped", () =>
    Effect.gen(function* () {
      const recording = yield* record(yield* folder, 12)
      const end = recording.wal.length
      const { counts, different } = yield* tally(recording, [
        ...walFlips(recording, places(0, 32 + 24)),
        ...walFlips(recording, places(end - 24 - 4096, end - 4096 + 512, 5)),
        ...walFlips(recording, places(32 + 24, end, 2003))
      ])
      expect(different).toStrictEqual([])
      expect(counts.corrupt).toBeGreaterThan(200)
    })
  )

  it.live("is never silently different when a bit of its database is flipped", () =>
    Effect.gen(function* () {
      const after = yield* checkpointed(yield* record(yield* folder, 12))
      const { counts, different } = yield* tally(after, [
        ...databaseFlips(after, places(0, 108)),
        ...databaseFlips(after, places(108, after.database.length, 127))
      ])
      expect(different).toStrictEqual([])
      expect(counts.corrupt).toBeGreaterThan(30)
      expect(counts.refused).toBeGreaterThan(10)
    })
  )
})

describe("a journal whose database is gone or empty, with events in its write-ahead file", () => {
  // SQLite takes one byte for none, and removes the write-ahead file of a database without pages.
  it.live.each([
    ["gone", null],
    ["empty", 0],
    ["cut to one byte", 1]
  ] as const)("is refused by readers and writers, which touch neither file: %s", ([, bytes]) =>
    Effect.gen(function* () {
      const place = yield* folder
      const recording = yield* record(place, 12)
      const file = `${place}/damaged/journal.db`
      mkdirSync(`${place}/damaged`)
      writeFileSync(`${file}-wal`, recording.wal)
      if (bytes !== null) writeFileSync(file, recording.database.subarray(0, bytes))
      const names = bytes === null ? ["journal.db-wal"] : ["journal.db", "journal.db-wal"]
      for (const open of [reading(file), withJournal({ file }, listed), reading(file)]) {
        const { hint, message, reason } = yield* Effect.flip(open)
        expect(reason).toStrictEqual({ _tag: "DatabaseLost", wal: `${file}-wal` })
        expect(message).toContain(`journal ${file}: the file is missing or has nothing in it`)
        expect(hint).toContain(`move ${file}-wal away`)
        expect(readdirSync(`${place}/damaged`).sort()).toStrictEqual(names)
        expect(readFileSync(`${file}-wal`).equals(recording.wal)).toBe(true)
        expect(existsSync(file) ? readFileSync(file).length : null).toBe(bytes)
      }
      // What the hint says: begun anew, or all there again.
      renameSync(`${file}-wal`, `${place}/kept`)
      expect(yield* withJournal({ file }, listed)).toStrictEqual([])
      writeFileSync(file, recording.database)
      renameSync(`${place}/kept`, `${file}-wal`)
      expect(JSON.stringify(yield* withJournal({ file }, listed))).toBe(recording.list)
    })
  )

  // SQLite believes nothing of it then, and a writer would begin it anew.
  it.live("is refused as well when the beginning of its write-ahead file is damaged", () =>
    Effect.gen(function* () {
      const place = yield* folder
      const recording = yield* record(place, 12)
      const file = `${place}/damaged.db`
      expect(recording.database.length).toBe(4096)
      for (const { at, wal } of walFlips(recording, [0, 8, 17, 31, 40, 300])) {
        writeFileSync(file, recording.database)
        writeFileSync(`${file}-wal`, wal)
        for (const open of [reading(file), withJournal({ file }, listed)]) {
          const { reason } = yield* Effect.flip(open)
          expect({ at, reason }).toStrictEqual({ at, reason: { _tag: "DatabaseLost", wal: `${file}-wal` } })
        }
        expect(readFileSync(`${file}-wal`).equals(wal)).toBe(true)
        expect(readFileSync(file).equals(recording.database)).toBe(true)
      }
    })
  )

  it.live("is refused through a link as well", () =>
    Effect.gen(function* () {
      const place = yield* folder
      const recording = yield* record(place, 1)
      mkdirSync(`${place}/real`)
      writeFileSync(`${place}/real/journal.db`, "")
      writeFileSync(`${place}/real/journal.db-wal`, recording.wal)
      symlinkSync(`${place}/real/journal.db`, `${place}/link.db`)
      for (const open of [reading(`${place}/link.db`), withJournal({ file: `${place}/link.db` }, listed)]) {
        const { reason } = yield* Effect.flip(open)
        expect(reason).toStrictEqual({ _tag: "DatabaseLost", wal: `${place}/real/journal.db-wal` })
      }
      expect(readFileSync(`${place}/real/journal.db-wal`).equals(recording.wal)).toBe(true)
    })
  )
})

describe("a journal that is being created", () => {
  it.live("is a journal without runs to whoever comes next, wherever the process that creates it is killed", () =>
    Effect.gen(function* () {
      const script = fileURLToPath(new URL("dyingOpener.ts", import.meta.url))
      for (let step = 0, isDone = false; !isDone; step++) {
        const file = `${yield* folder}/journal.db`
        const child = spawnSync(process.execPath, [script, file, String(step)], { encoding: "utf8" })
        isDone = child.stdout === "open\n"
        expect(isDone ? child.status : child.signal).toBe(isDone ? 0 : "SIGKILL")
        expect(yield* reading(file)).toStrictEqual([])
        expect(yield* withJournal({ file }, listed)).toStrictEqual([])
        expect(yield* reading(file)).toStrictEqual([])
      }
    })
  )

  it.live("is never taken for damaged by those who look meanwhile", () =>
    Effect.gen(function* () {
      for (let round = 0; round < 2; round++) {
        const file = `${yield* folder}/journal.db`
        const owner = yield* Effect.forkChild(
          Effect.flatMap(startOwner(file), (owner) => owner.ask(`hold ${runId(1)}`)),
          { startImmediately: true }
        )
        yield* Effect.repeat(Effect.tap(reading(file), Effect.yieldNow), { until: (runs) => runs.length > 0 })
        expect(yield* Fiber.join(owner)).toBe("ok")
      }
    })
  )
})
