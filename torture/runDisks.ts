/**
 * Disks without room, that take nothing, or that fail: under the record, and under the files that agents write. A run may
 * end over it, with words that say so; with a sound disk it goes on to where it would have come.
 */
import { spawnSync } from "node:child_process"
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { mountSmall, remountReadOnly } from "./buildPlace.ts"
import { until } from "./buildRunner.ts"
import type { Seen } from "./buildTruth.ts"
import { type Bench, usual } from "./runBench.ts"
import { type Event, recordOf } from "./runRecord.ts"
import type { WorkerEnd } from "./runRunner.ts"
import { type Plan, type Session, toItsEnd, withSession } from "./runSession.ts"
import type { RunTorture } from "./runTorture.ts"

export const disks: ReadonlyArray<RunTorture> = [
  { name: "the record's disk fills up", run: full, isSeeded: true },
  { name: "the record's disk becomes read-only", run: readOnly, isSeeded: true },
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

/**
 * It ended and said why, or the agents that it cost said so. Of a fault that comes while the files are being made SQLite
 * says that they cannot be opened.
 */
const ownsUp = ({ code, end, refused, stderr }: WorkerEnd, words: RegExp): ReadonlyArray<string> =>
  words.test([refused, stderr, ...(end?.errors ?? [])].join(" "))
    ? []
    : [`it ended with ${code} (${end?.status}), and does not say why: ${refused ?? stderr.slice(-300)}`]

const afterwards = async (session: Session, before: WorkerEnd, problems: ReadonlyArray<string>): Promise<Seen> => {
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
    const seen = await afterwards(session, end, ownsUp(end, /disk is full/))
    return { ...seen, seen: `${kilobytes} KiB: ${seen.seen}` }
  })
}

/** As a file system does that has found itself damaged: under one process, and then for the next from its start. */
function readOnly(bench: Bench, random: () => number): Promise<Seen> {
  return withSession(bench, usual, async (session) => {
    const { state } = session.place
    inMemory(state, 65_536)
    const when = 1 + Math.floor(random() * 500)
    const files = ["journal.db", "journal.db-wal"].flatMap((name) => ["-P", join(state, name)])
    const fault = faulty(session, `pwrite64:error=EROFS:when=${when}+`, files)
    const end = await session.next(fault.plan)
    const problems = [...came(fault.hits()), ...ownsUp(end, /read-?only|disk I\/O error|unable to open/i)]
    if (!remountReadOnly(state)) return { seen: "", problems: ["the record's disk cannot be mounted read-only"] }
    const refused = await session.next(toItsEnd)
    if (refused.code === 0) problems.push("it worked on a disk that is read-only")
    problems.push(...ownsUp(refused, /read-?only|unable to open/i))
    remount(state, "rw")
    const seen = await afterwards(session, end, problems)
    return { ...seen, seen: `N = ${when}: ${seen.seen}` }
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
    const { place } = session
    const out = join(place.workspace, "out")
    mkdirSync(out)
    inMemory(out, 256)
    fill(out)
    const worker = session.start(toItsEnd)
    const hasFailed = () => worker.acks() > 0 && hasFailedWrite(join(place.state, "journal.db"))
    await until("a write that failed", () => hasFailed() || worker.hasEnded())
    rmSync(join(out, "filler"))
    const end = await worker.ended
    await session.taken(toItsEnd, end)
    const failed = (await recordOf(place, session.run())).events.filter(isFailedWrite)
    const problems = [
      ...(failed.length === 0 ? ["no write of an agent has failed for want of room"] : []),
      ...(end.end?.status === "completed" ? [] : ownsUp(end, /^$/))
    ]
    const seen = await afterwards(session, end, problems)
    return { ...seen, seen: `${failed.length} writes failed; ${seen.seen}` }
  })
}

const isFailedWrite = ({ body, type }: Event): boolean =>
  type === "tool.Done" && body.ok === false && JSON.stringify(body).includes("ENOSPC")

/** While it is being written. */
const hasFailedWrite = (file: string): boolean => {
  const db = new DatabaseSync(file, { readOnly: true, timeout: 5_000 })
  try {
    const found = db.prepare(
      "SELECT 1 FROM events WHERE namespace = 'tool' AND type = 'Done' AND body ->> 'ok' = 0 AND instr(body, 'ENOSPC')"
    )
    return found.get() !== undefined
  } finally {
    db.close()
  }
}

function failing(bench: Bench, random: () => number, calls: string, most: number): Promise<Seen> {
  return withSession(bench, usual, async (session) => {
    const when = 1 + Math.floor(random() * most)
    // From then on, or this once.
    const fault = faulty(session, `${calls}:error=EIO:when=${when}${random() < 0.5 ? "+" : ""}`)
    const end = await session.next(fault.plan)
    const hits = fault.hits()
    // A file of an agent that failed and was written again costs nobody anything; one of the record does.
    const isUnnoticed = end.end?.status === "completed" && !hits.some((line) => line.includes("/journal.db"))
    const problems = [...came(hits), ...(isUnnoticed ? [] : ownsUp(end, /EIO|I\/O|i\/o|disk|unable to open/))]
    const seen = await afterwards(session, end, problems)
    return { ...seen, seen: `N = ${when}: ${seen.seen}` }
  })
}

interface Fault {
  readonly plan: Plan
  /** The calls that it has come to, as the tracer tells them. */
  readonly hits: () => ReadonlyArray<string>
}

/** `inject` as strace takes it, `only` what else it is to look at. */
const faulty = ({ place }: Session, inject: string, only: ReadonlyArray<string> = []): Fault => {
  const log = join(place.base, "calls")
  const [calls] = inject.split(":", 1)
  const options = ["-e", `trace=${calls}`, "-e", `inject=${inject}`, ...only]
  return {
    plan: { text: `inject=${inject}`, wrapper: ["strace", "-f", "-qq", "-y", "-o", log, ...options] },
    hits: () =>
      readFileSync(log, "utf8")
        .split("\n")
        .filter((line) => line.includes("(INJECTED)"))
  }
}

const came = (hits: ReadonlyArray<string>): ReadonlyArray<string> => (hits.length > 0 ? [] : ["the fault never came"])
