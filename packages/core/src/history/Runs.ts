/**
 * The runs of a journal, each folded to what its record tells of it: all, or for a list only what a list tells.
 *
 * A list is made of few events. How a run has ended, and what it has used, stands in its end; who took part, in the
 * events of their beginnings and ends, which are looked for in the store. Only a run without an end is read whole.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { RunId } from "../domain/Ids.ts"
import { Journal, type JournalError, type RunSummary, type Standing } from "../journal/Journal.ts"
import { recorded } from "./Fact.ts"
import { isAlive } from "./Owner.ts"
import { type AgentRecord, type RunRecord, type RunState, runFold, runRecord, stateOf } from "./RunRecord.ts"
import type { Tally } from "./Tally.ts"

export interface ReadRun extends RunRecord {
  readonly run: RunId
  /** How many are on record. */
  readonly events: number
  readonly state: RunState
  /** Milliseconds since 1970. */
  readonly readAt: number
}

/** What a list tells of an agent, and of a run. */
export type ListedAgent = Omit<AgentRecord, "tally" | "byModel" | "inFlight">

export interface ListedRun extends Omit<ReadRun, "agents" | "tally" | "tools"> {
  readonly agents: ReadonlyArray<ListedAgent>
  /** What all agents were charged. */
  readonly tally: Pick<Tally, "charged" | "nanoUsd">
}

export const readRun = Effect.fnUntraced(function* ({
  events,
  run,
  standing,
  startedAt
}: RunSummary): Effect.fn.Return<ReadRun, JournalError, Journal> {
  const fold = runFold(run, startedAt)
  const journal = yield* Journal
  yield* Stream.runForEach(journal.stream(run), (event) => Effect.sync(() => fold.add(recorded(event))))
  const record = { ...fold.record(), run, events }
  return { ...record, state: stateNow(record, standing), readAt: yield* Clock.currentTimeMillis }
})

/** Newest first: the last `count` runs, and those before them that are still running. */
export const latestRuns = Effect.fnUntraced(function* (
  count: number
): Effect.fn.Return<ReadonlyArray<ListedRun>, JournalError, Journal> {
  const found = yield* (yield* Journal).latest(count)
  const newest = found.slice(0, count)
  // Those that were lost stay on record without an end: each would be read whole.
  const older = yield* Effect.filter(found.slice(count), mayRun)
  const listed = (yield* Effect.forEach([...newest, ...older], (summary) => unlessRemoved(listRun(summary)))).flat()
  const wanted = new Set(newest.map(({ run }) => run))
  return listed.filter(({ run, state }) => wanted.has(run) || state === "running")
})

/** Newest first, each with all that is told of it. */
export const allRuns: Effect.Effect<ReadonlyArray<ReadRun>, JournalError, Journal> = Effect.gen(function* () {
  const found = yield* (yield* Journal).list
  return (yield* Effect.forEach(found, (summary) => unlessRemoved(readRun(summary)))).flat()
})

// internal

const listRun = Effect.fnUntraced(function* (summary: RunSummary): Effect.fn.Return<ListedRun, JournalError, Journal> {
  const { events, run, standing, startedAt } = summary
  const found = yield* (yield* Journal).read(run, 1, listedTypes)
  // What was done to a run after its end is no part of it.
  const facts = found.map(recorded).filter(({ fact }) => fact._tag !== "Unknown")
  const end = facts.findLast(({ fact }) => fact._tag.startsWith("run."))?.fact
  if (end?._tag !== "run.Ended") return yield* readRun(summary)
  const record = runRecord(run, startedAt, facts)
  return {
    ...record,
    run,
    events,
    tally: { charged: end.usedTokens, nanoUsd: end.nanoUsd },
    state: stateNow(record, standing),
    readAt: yield* Clock.currentTimeMillis
  }
})

/** Of a run without an end, without reading more of it than who has had it. */
const mayRun = Effect.fnUntraced(function* ({ run, standing, startedAt }: RunSummary) {
  if (standing !== "open") return standing === "held"
  const found = yield* unlessRemoved(Effect.flatMap(Journal, (journal) => journal.read(run, 1, ["Started", "Resumed"])))
  return found.some((events) => stateNow(runRecord(run, startedAt, events.map(recorded)), standing) === "running")
})

/** Nothing for a run that another process removes in between. */
const unlessRemoved = <A>(read: Effect.Effect<A, JournalError, Journal>) =>
  Effect.catch(
    Effect.map(read, (found): ReadonlyArray<A> => [found]),
    (error) => (error.reason._tag === "Removed" ? Effect.succeed([]) : Effect.fail(error))
  )

/** Of runs and of agents: who took part, and how it ended. */
const listedTypes = ["Started", "Resumed", "Spawned", "Queued", "Ended"]

/** Records from before runs were held say only which process began them. */
const stateNow = (record: RunRecord, standing: Standing): RunState => {
  switch (standing) {
    case "held":
      return record.ending ?? "running"
    case "free":
      return record.ending ?? "lost"
    case "open":
    case "closed":
      return stateOf(record, isAlive)
  }
}
