/**
 * Losses of power: the process dies, and what it had written but not synced goes with it, as strace has seen it. What was
 * acknowledged is kept, no effect has happened of which nothing is on record, and the run goes on from there.
 */
import { existsSync, readFileSync, truncateSync } from "node:fs"
import { join } from "node:path"
import type { Seen } from "./buildTruth.ts"
import { type Bench, usual } from "./runBench.ts"
import { knownOf, recordOf } from "./runRecord.ts"
import { type Plan, withSession } from "./runSession.ts"
import type { RunTorture } from "./runTorture.ts"
import { killAfter } from "./runWays.ts"

export const powerLosses: ReadonlyArray<RunTorture> = [
  { name: "power is lost: unsynced parts of the record go", run: unsynced, isSeeded: true }
]

// internal

function unsynced(bench: Bench, random: () => number): Promise<Seen> {
  return withSession(bench, usual, async (session) => {
    const { place, story, witness } = session
    const log = join(place.base, "calls")
    const count = 60 + Math.floor(random() * 500)
    const calls = "trace=pwrite64,fdatasync,fsync"
    const plan: Plan = {
      ...killAfter(count),
      text: `power lost after ${count} acks`,
      wrapper: ["strace", "-f", "--seccomp-bpf", "-qq", "-y", "-o", log, "-e", calls, "-e", "signal=none"]
    }
    const worker = session.start(plan)
    await plan.kill?.(worker)
    const end = await worker.ended
    const wal = join(place.state, "journal.db-wal")
    if (!existsSync(wal)) throw new Error("there is no -wal file")
    const [whole, durable] = [readFileSync(wal).length, durableSize(readFileSync(log, "utf8"), wal)]
    truncateSync(wal, Math.min(whole, durable))
    story.loss = "unsynced"
    await session.taken(plan, end)
    const known = knownOf((await recordOf(place, story.run)).events)
    const unrecorded = witness.effects.filter((id) => !known.begun.has(`post_effect:${id}`))
    return {
      seen: `${whole - durable} of ${whole} bytes lost after ${end.acks.length} acks, ${witness.effects.length} effects`,
      problems: [
        ...unrecorded.map((id) => `effect ${id} has happened, and nothing of it is on record`),
        ...(await session.finish())
      ]
    }
  })
}

/** How much of the file's beginning was on the disk for certain; it only grows. */
const durableSize = (log: string, file: string): number => {
  let written = 0
  let durable = 0
  const syncing = new Map<string, number>()
  for (const line of log.split("\n")) {
    const [pid = ""] = line.split(" ", 1)
    const write = /pwrite64\(\d+<([^>]+)>.*, (\d+), (\d+)(?:\)| <unfinished)/.exec(line)
    if (write?.[1] === file) written = Math.max(written, Number(write[2]) + Number(write[3]))
    const sync = /fdatasync\(\d+<([^>]+)>/.exec(line)
    if (sync?.[1] === file) syncing.set(pid, written)
    if (/fdatasync.*\) += 0$/.test(line)) durable = Math.max(durable, syncing.get(pid) ?? 0)
    if (/fdatasync.*\) += /.test(line)) syncing.delete(pid)
  }
  return durable
}
