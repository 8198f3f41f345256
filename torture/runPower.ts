/**
 * Losses of power: the process dies, and what it had written but not synced goes with it, as strace has seen it. What was
 * acknowledged is kept, no effect has happened of which nothing is on record, and the run goes on from there.
 */
import { readFileSync, statSync, truncateSync } from "node:fs"
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

/** As often as it takes until something has not been synced yet. */
const mostLosses = 5

function unsynced(bench: Bench, random: () => number): Promise<Seen> {
  return withSession(bench, usual, async (session) => {
    const { place, story, witness } = session
    const wal = join(place.state, "journal.db-wal")
    story.loss = "unsynced"
    let lost = 0
    let losses = 0
    for (; lost === 0 && losses < mostLosses; losses += 1) {
      const log = join(place.base, `calls-${losses}`)
      const count = (losses === 0 ? 60 : 1) + Math.floor(random() * (losses === 0 ? 500 : 60))
      const calls = "trace=pwrite64,fdatasync,fsync"
      const plan: Plan = {
        ...killAfter(count),
        text: `power lost after ${count} acks`,
        wrapper: ["strace", "-f", "--seccomp-bpf", "-qq", "-y", "-o", log, "-e", calls, "-e", "signal=none"]
      }
      const before = sizeOf(wal)
      const worker = session.start(plan)
      await plan.kill?.(worker)
      const end = await worker.ended
      if (end.code !== 137) throw new Error(`it ended with ${end.code}: ${end.refused ?? end.stderr.slice(-300)}`)
      const whole = sizeOf(wal)
      // What a power loss before has left was all synced.
      const durable = Math.max(before, durableSize(readFileSync(log, "utf8"), wal))
      if (whole === 0 || durable === 0) throw new Error("there is no -wal file, or it was never synced")
      lost = Math.max(0, whole - durable)
      truncateSync(wal, whole - lost)
      await session.taken(plan, end)
    }
    const known = knownOf((await recordOf(place, story.run)).events)
    const unrecorded = witness.effects.filter((id) => !known.begun.has(`post_effect:${id}`))
    return {
      seen: `${lost} bytes lost after ${story.acks.length} acks, ${witness.effects.length} effects${losses > 1 ? `, at loss ${losses}` : ""}`,
      problems: [
        ...(lost === 0 ? [`nothing was unsynced in ${losses} losses of power`] : []),
        ...unrecorded.map((id) => `effect ${id} has happened, and nothing of it is on record`),
        ...(await session.finish())
      ]
    }
  })
}

const sizeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0

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
