/**
 * Disks without room, that take nothing, or that fail: under the record, and under the files that agents write. A run may
 * end over it, with words that say so; with a sound disk it goes on to where it would have come.
 */
import { spawnSync } from "node:child_process"
import { mkdirSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { mountSmall, remountReadOnly } from "./buildPlace.ts"
import { until } from "./buildRunner.ts"
import type { Seen } from "./buildTruth.ts"
import { type Bench, usual } from "./runBench.ts"
import type { WorkerEnd } from "./runRunner.ts"
import { type Session, toItsEnd, withSession } from "./runSession.ts"
import type { RunTorture } from "./runTorture.ts"

export const disks: ReadonlyArray<RunTorture> = [
  { name: "the record's disk fills up", run: full, isSeeded: true },
  { name: "the record's disk becomes read-only", run: readOnly },
  { name: "the workspace's disk has no room for a while", run: fullWorkspace },
  ...[
    ["syncs", "fdatasync", 12],
    ["writes of the record", "pwrite64", 500]
  ].map(
    ([what, calls, most]): RunTorture => ({
      name: `${what} fail with EIO`,
      run: (bench, random) => failing(bench, random, String(calls), Number(most)),
      isSeeded: true
    })
  )
]

// internal

const inMemory = (folder: string, kilobytes: number): void => {
  if (!mountSmall(folder, kilobytes)) throw new Error("this user may not mount")
}

const remount = (folder: string, options: string): void => {
  const { status, stderr } = spawnSync("mount", ["-o", `remount,${options}`, folder], { encoding: "utf8" })
  if (status !== 0) throw new Error(stderr)
}

/** Either it did not notice, or it ended and said why, or the agents that it cost said so. */
const ownsUp = ({ code, end, refused, stderr }: WorkerEnd, words: RegExp): ReadonlyArray<string> =>
  end?.status === "completed" || words.test([refused, stderr, ...(end?.errors ?? [])].join(" "))
    ? []
    : [`it ended with ${code} (${end?.status}), and does not say why: ${refused ?? stderr.slice(-300)}`]

const afterwards = async (session: Session, before: WorkerEnd, words: RegExp): Promise<Seen> => {
  const problems = ownsUp(before, words)
  const found = await session.finish()
  const processes = session.told.length
  return {
    seen: `exit ${before.code} after ${before.acks.length} acks; whole after ${processes} processes`,
    problems: [...problems, ...found]
  }
}

function full(bench: Bench, random: () => number): Promise<Seen> {
  return withSession(bench, usual, async (session) => {
    const kilobytes = 150 + Math.floor(random() * 1_200)
    inMemory(session.place.state, kilobytes)
    const end = await session.next(toItsEnd)
    remount(session.place.state, "size=64m")
    const seen = await afterwards(session, end, /disk is full/)
    return { ...seen, seen: `${kilobytes} KiB: ${seen.seen}` }
  })
}

function readOnly(bench: Bench): Promise<Seen> {
  return withSession(bench, usual, async (session) => {
    inMemory(session.place.state, 65_536)
    const worker = session.start(toItsEnd)
    await until("events", () => worker.acks() >= 150 || worker.hasEnded())
    // Refused while files are open for writing: then its disk fills up at once.
    const isReadOnly = remountReadOnly(session.place.state)
    if (!isReadOnly) fill(session.place.state)
    const end = await worker.ended
    await session.taken(toItsEnd, end)
    if (isReadOnly) remount(session.place.state, "rw")
    rmSync(join(session.place.state, "filler"), { force: true })
    return await afterwards(session, end, /read-?only|disk is full/)
  })
}

const fill = (folder: string): void => {
  for (const size of [1 << 20, 4_096]) {
    try {
      for (;;) writeFileSync(join(folder, "filler"), Buffer.alloc(size), { flag: "a" })
    } catch {
      // That is what it was for.
    }
  }
}

/** A file that cannot be written is a result for its agent, which tries again. */
function fullWorkspace(bench: Bench): Promise<Seen> {
  return withSession(bench, usual, async (session) => {
    const out = join(session.place.workspace, "out")
    mkdirSync(out)
    inMemory(out, 256)
    fill(out)
    const worker = session.start(toItsEnd)
    await until("a write that failed", () => worker.acks() >= 120 || worker.hasEnded())
    rmSync(join(out, "filler"))
    const end = await worker.ended
    await session.taken(toItsEnd, end)
    return await afterwards(session, end, /^$/)
  })
}

function failing(bench: Bench, random: () => number, calls: string, most: number): Promise<Seen> {
  return withSession(bench, usual, async (session) => {
    const when = 1 + Math.floor(random() * most)
    // From then on, or this once.
    const inject = `inject=${calls}:error=EIO:when=${when}${random() < 0.5 ? "+" : ""}`
    const wrapper = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", `trace=${calls}`, "-e", inject]
    const end = await session.next({ text: inject, wrapper })
    const seen = await afterwards(session, end, /EIO|I\/O|i\/o|disk/)
    return { ...seen, seen: `N = ${when}: ${seen.seen}` }
  })
}
