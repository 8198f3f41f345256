/**
 * What runtimes of this machine that are no more have left running. A runtime that is killed has its processes ended by
 * its guardian; this finds what the guardian could not end, because it was killed as well.
 *
 * 1. A process of a living owner is never touched.
 * 2. A process is taken for a recorded one only if its start is the recorded one, or if it carries the random marker in
 *    its environment. A group is taken for a recorded one only if its leader is.
 * 3. Records of another machine that shares the folder, or of another container, cannot be judged: they are left alone,
 *    and forgotten after a month.
 *
 * Only Linux lets us recognize processes. Elsewhere nothing is found, and records are forgotten when their owner is gone.
 */
import * as Effect from "effect/Effect"
import { endAll } from "./Ending.ts"
import { forgetFolder, type LedgerEntry, type RecordedRuntime, recordedRuntimes } from "./LedgerFolder.ts"
import { allEntries, canSee, holdersOf, isRunning, lives, numbering } from "./ProcessTable.ts"

/** A process whose runtime is no more, with all that lives of it: the process, its group, what it started. */
export interface Leftover {
  readonly label: string
  /** Milliseconds since 1970. */
  readonly since: number
  /** What the runtime called itself. */
  readonly owner: string
  readonly pids: ReadonlyArray<number>
}

export interface Swept {
  readonly ended: ReadonlyArray<Leftover>
  /** Those that could not be ended; they stay on record. */
  readonly left: ReadonlyArray<Leftover>
}

/** In the order in which they were started. Changes nothing. */
export const leftovers = (folder: string): Effect.Effect<ReadonlyArray<Leftover>> =>
  Effect.sync(() => livingOf(ownerless(folder)))

/** Ends all leftovers and forgets all records of dead runtimes. Takes no time when there are none. */
export const sweep = (folder: string): Effect.Effect<Swept> =>
  Effect.promise(async () => {
    const runtimes = ownerless(folder)
    const found = livingOf(runtimes)
    const find = () => livingOf(runtimes).flatMap(({ pids }) => pids)
    const areGone = found.length === 0 || (await endAll(find, graceMs))
    const left = areGone ? [] : livingOf(runtimes)
    const areLeft = new Set(left.flatMap(({ pids }) => pids))
    for (const runtime of runtimes) {
      if (livingOf([runtime]).length === 0) forgetFolder(runtime.folder)
    }
    return { ended: found.filter(({ pids }) => !pids.some((pid) => areLeft.has(pid))), left }
  })

// internal

const graceMs = 1_000
const monthMs = 30 * 24 * 3_600_000

/** Runtimes that are no more. Those of which nothing can live any more are forgotten on the way. */
const ownerless = (folder: string): ReadonlyArray<RecordedRuntime> =>
  recordedRuntimes(folder).filter((runtime) => {
    const fate = fateOf(runtime)
    if (fate === "forgotten") forgetFolder(runtime.folder)
    return fate === "dead"
  })

const fateOf = ({ changedAt, owner }: RecordedRuntime): "alive" | "dead" | "unknown" | "forgotten" => {
  const here = numbering()
  if (owner === undefined || owner.host !== here.host) return isOld(changedAt) ? "forgotten" : "unknown"
  if (owner.boot !== here.boot) return "forgotten"
  if (owner.namespace !== here.namespace) return isOld(changedAt) ? "forgotten" : "unknown"
  return isRunning(owner.pid, owner.startTime) ? "alive" : "dead"
}

const isOld = (changedAt: number): boolean => Date.now() - changedAt > monthMs

const livingOf = (runtimes: ReadonlyArray<RecordedRuntime>): ReadonlyArray<Leftover> => {
  const all = runtimes.flatMap(({ entries, owner }) => entries.map((entry) => ({ entry, owner: owner?.name ?? "" })))
  if (!canSee || all.length === 0) return []
  const holders = holdersOf(all.map(({ entry }) => entry.marker))
  const entries = allEntries()
  return all
    .map(({ entry, owner }) => {
      const group = groupOf(entry, entries)
      const pids = [...new Set([...group, ...(holders.get(entry.marker) ?? [])])]
      return { label: entry.label, since: entry.since, owner, pids }
    })
    .filter(({ pids }) => pids.length > 0)
    .sort((a, b) => a.since - b.since)
}

/** Who lives of the group of a recorded leader, as long as the leader's number is still its own. */
const groupOf = ({ leader }: LedgerEntry, entries: ReturnType<typeof allEntries>): ReadonlyArray<number> => {
  const isLeader = entries.some(({ pid, ticks }) => pid === leader?.pid && ticks === leader.ticks)
  return isLeader ? entries.filter((each) => each.group === leader?.pid && lives(each)).map(({ pid }) => pid) : []
}
