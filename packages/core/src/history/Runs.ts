/**
 * The runs of a journal, each folded to what its record tells of it.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { Journal, type JournalError, type RunSummary } from "../journal/Journal.ts"
import { recorded } from "./Fact.ts"
import { isAlive } from "./Owner.ts"
import { type RunRecord, type RunState, runRecord, stateOf } from "./RunRecord.ts"

export interface ReadRun extends RunRecord {
  readonly state: RunState
  /** Milliseconds since 1970. */
  readonly readAt: number
}

export const readRun = Effect.fnUntraced(function* ({
  run,
  startedAt
}: RunSummary): Effect.fn.Return<ReadRun, JournalError, Journal> {
  const events = yield* (yield* Journal).read(run)
  const record = runRecord(run, startedAt, events.map(recorded))
  return { ...record, state: stateOf(record, isAlive), readAt: yield* Clock.currentTimeMillis }
})

/** Newest first: the last `count` runs, and those before them that are still running. */
export const latestRuns = Effect.fnUntraced(function* (count: number) {
  const journal = yield* Journal
  const listed = yield* journal.list
  const last = yield* Effect.forEach(listed.slice(0, count), readRun)
  const older = yield* Effect.filter(listed.slice(count), ({ events, run }) =>
    // The end of a run is its last event: the others need not be read to know that it has ended.
    Effect.map(journal.read(run, Math.max(1, events)), (tail) => {
      const end = tail.at(-1)
      return end?.namespace !== "run" || end.type !== "Ended"
    })
  )
  const open = yield* Effect.forEach(older, readRun)
  return [...last, ...open.filter(({ state }) => state === "running")]
})

export const allRuns = latestRuns(Number.POSITIVE_INFINITY)
