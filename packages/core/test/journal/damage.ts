/**
 * A journal as a crash or a bad disk may leave it: copies of a database and its write-ahead file with bytes cut off or
 * flipped, and what the journal makes of each.
 */
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import * as Effect from "effect/Effect"
import type { RunId } from "../../src/domain/Ids.ts"
import type { JournalService } from "../../src/journal/Journal.ts"
import { note, runId, withJournal } from "./fixture.ts"

export interface Recording {
  readonly folder: string
  readonly database: Buffer
  readonly wal: Buffer
  readonly heads: ReadonlyMap<RunId, string>
  /** What a reader sees: the list of runs and each run's events. */
  readonly list: string
  /** The lease of the open run, and what was ordered of its holder. */
  readonly held: string
  readonly events: ReadonlyMap<RunId, string>
}

/**
 * - `refused`: the journal did not open, or would not read.
 * - `corrupt`: a run's verification failed.
 * - `same`: everything verified and is what was recorded.
 * - `different`: something verified and is not what was recorded. Must never be.
 */
export type Outcome = "refused" | "corrupt" | "same" | "different"

/** Two closed runs and one held, `appends` events each, and their files as they are while the journal is in use. */
export const record = Effect.fnUntraced(function* (folder: string, appends: number) {
  const file = `${folder}/recorded.db`
  const runs = [1, 2, 3].map(runId)
  return yield* withJournal({ file }, (journal) =>
    Effect.gen(function* () {
      const heads = new Map<RunId, string>()
      const events = new Map<RunId, string>()
      for (const [index, run] of runs.entries()) {
        yield* index === 2 ? journal.hold(run) : journal.open(run)
        if (index === 2) yield* journal.post(run, { _tag: "Say", to: null, text: "hello" })
        if (index === 2) yield* journal.post(run, { _tag: "Stop" })
        for (let n = 0; n < appends; n++) yield* journal.append(run, [note(`${n} ${"é".repeat((n * 7) % 90)}`)])
        heads.set(run, index === 2 ? (yield* journal.verify(run)).head : yield* journal.close(run))
      }
      for (const run of runs) events.set(run, yield* seen(journal, run))
      const list = JSON.stringify(yield* journal.list)
      const held = yield* holding(journal)
      // Copied while the journal is open: closing it would move the write-ahead file into the database.
      copyFileSync(file, `${file}.copy`)
      const recording: Recording = {
        folder,
        database: readFileSync(`${file}.copy`),
        wal: readFileSync(`${file}-wal`),
        heads,
        list,
        held,
        events
      }
      return recording
    }).pipe(Effect.scoped)
  )
})

/** The same with everything in the database and no write-ahead file. */
export const checkpointed = Effect.fnUntraced(function* (recording: Recording) {
  const file = `${recording.folder}/checkpointed.db`
  writeFileSync(file, recording.database)
  writeFileSync(`${file}-wal`, recording.wal)
  yield* withJournal({ file }, (journal) => journal.list)
  return { ...recording, database: readFileSync(file), wal: Buffer.alloc(0) }
})

/** What the journal makes of these files in place of the recorded ones. */
export const outcome = Effect.fnUntraced(function* (recording: Recording, database: Buffer, wal: Buffer) {
  const folder = `${recording.folder}/damaged`
  mkdirSync(folder)
  writeFileSync(`${folder}/journal.db`, database)
  if (wal.length > 0) writeFileSync(`${folder}/journal.db-wal`, wal)
  const examined = withJournal({ file: `${folder}/journal.db` }, (journal) => examine(recording, journal))
  const found = yield* Effect.catch(examined, () => Effect.succeed<Outcome>("refused"))
  rmSync(folder, { recursive: true })
  return found
})

/** How often each outcome came up over all damages, and where it was `different`. */
export const tally = Effect.fnUntraced(function* (
  recording: Recording,
  damages: Iterable<{ readonly at: number; readonly database: Buffer; readonly wal: Buffer }>
) {
  const counts = { refused: 0, corrupt: 0, same: 0, different: 0 }
  const different: Array<number> = []
  for (const { at, database, wal } of damages) {
    const found = yield* outcome(recording, database, wal)
    counts[found] += 1
    if (found === "different") different.push(at)
  }
  return { counts, different }
})

/** The write-ahead file cut off at each of its last `bytes` bytes. */
export function* cuts(recording: Recording, bytes: number) {
  const { database, wal } = recording
  for (let at = wal.length - 1; at >= Math.max(0, wal.length - bytes); at--) {
    yield { at, database, wal: wal.subarray(0, at) }
  }
}

/** One bit of the write-ahead file flipped at each of these places. */
export function* walFlips(recording: Recording, places: Iterable<number>) {
  for (const at of places) yield { at, database: recording.database, wal: flipped(recording.wal, at) }
}

/** One bit of the database flipped at each of these places. */
export function* databaseFlips(recording: Recording, places: Iterable<number>) {
  for (const at of places) yield { at, database: flipped(recording.database, at), wal: recording.wal }
}

/** Every `step`-th place from `from` to before `to`. */
export function* places(from: number, to: number, step = 1) {
  for (let at = from; at < to; at += step) yield at
}

// internal

const seen = (journal: JournalService, run: RunId) => Effect.map(journal.read(run), (events) => JSON.stringify(events))

const holding = (journal: JournalService) =>
  Effect.map(Effect.all([journal.holders, journal.orders(runId(3))]), (held) => JSON.stringify(held))

const examine = Effect.fnUntraced(function* (recording: Recording, journal: JournalService) {
  let outcome: Outcome = "same"
  for (const [run, head] of recording.heads) {
    const verified = yield* Effect.option(journal.verify(run, head))
    if (verified._tag === "None") outcome = "corrupt"
    else if ((yield* seen(journal, run)) !== recording.events.get(run)) return "different"
  }
  if (outcome === "same" && JSON.stringify(yield* journal.list) !== recording.list) return "different"
  if (outcome === "same" && (yield* holding(journal)) !== recording.held) return "different"
  return outcome
})

const flipped = (bytes: Buffer, at: number): Buffer => {
  const copy = Buffer.from(bytes)
  copy[at] = (copy[at] ?? 0) ^ (1 << (at % 8))
  return copy
}
