/**
 * The ways in which the process of a run is killed: at a moment, after a line of its output, in the midst of the Nth such
 * call of a thread as a tracer sees it, while a conversation is summed up, while the record is moved out of its -wal file.
 */
import { spawn } from "node:child_process"
import { once } from "node:events"
import { existsSync } from "node:fs"
import { delimiter, join } from "node:path"
import process from "node:process"
import { setTimeout as wait } from "node:timers/promises"
import type { Worker } from "./runRunner.ts"
import type { Plan, Session } from "./runSession.ts"
import type { Base } from "./runTruth.ts"

export interface Way {
  readonly name: string
  readonly plan: (random: () => number, base: Base, session: Session) => Plan
}

export const inCheckpoint = "in a checkpoint"
/** Also where another way did not come to anything until so much had happened. */
export const byLines = "by line"

/** Without one it is killed by time, by line and at a summary alone. */
export const hasTracer = (process.env.PATH ?? "").split(delimiter).some((folder) => existsSync(join(folder, "strace")))

/** One of them; those that need a record only where there is one. */
export const wayFor = (random: () => number, session: Session): Way => {
  const ways = session.run() === null ? [...untraced, ...tracedAnywhere] : [...untraced, ...tracedAnywhere, ...aimed]
  return ways[Math.floor(random() * ways.length)] ?? byTime
}

/** Ends a process once something holds, unless it ends before: whether it did. */
export const killWhen = async (worker: Worker, holds: () => boolean): Promise<boolean> => {
  while (!holds() && !worker.hasEnded()) await wait(1)
  if (worker.hasEnded()) return false
  worker.signal("SIGKILL")
  return (await worker.ended).wasKilled
}

/** After so many lines, or when no more of them come: the run does not end before. */
export const killAfter = (acks: number): Plan => ({
  text: `by line, ${acks} acks`,
  isSure: true,
  kill: (worker) => {
    let last = { acks: 0, at: performance.now() }
    const isStill = () => {
      if (worker.acks() > last.acks) last = { acks: worker.acks(), at: performance.now() }
      return last.acks > 0 && performance.now() - last.at > 5_000
    }
    return killWhen(worker, () => worker.acks() >= acks || isStill())
  }
})

// internal

const tracer = (calls: string, when: number, ...more: ReadonlyArray<string>): ReadonlyArray<string> => [
  ...["strace", "-f", "-qq", "-o", "/dev/null", ...more],
  ...["-e", `trace=${calls}`, "-e", `inject=${calls}:signal=KILL:when=${when}`]
]

/** In the midst of the Nth of such calls of one thread; else when as much has happened as of others. */
const traced = (name: string, calls: string, most: number): Way => ({
  name,
  plan: (random, base) => {
    const when = 1 + Math.floor(random() * most)
    return {
      text: `${name}, N = ${when}`,
      wrapper: tracer(calls, when),
      kill: async (worker) => !(await killWhen(worker, () => worker.acks() >= partOf(base)))
    }
  }
})

const partOf = ({ acks }: Base): number => Math.floor(acks / 8)

const byTime: Way = {
  name: "by time",
  plan: (random, { ms }) => {
    const after = random() * ms * 0.4
    const kill = (worker: Worker) => {
      const at = performance.now() + after
      return killWhen(worker, () => performance.now() >= at)
    }
    return { text: `by time, ${Math.round(after)} ms`, kill }
  }
}

const byLine: Way = {
  name: byLines,
  plan: (random, { acks }) => {
    const count = 1 + Math.floor(random() * (acks / 8))
    return { text: `by line, ${count} acks`, kill: (worker) => killWhen(worker, () => worker.acks() >= count) }
  }
}

/** A while after one was asked for; where none is due any more, when as much has happened as of others. */
const inSummary: Way = {
  name: "at a summary",
  plan: (random, base, { story, witness }) => {
    const after = random() * 45
    const from = witness.requests.length
    const done = [...(story.deaths.at(-1)?.known.turns ?? [])].filter((name) => name.startsWith("summary")).length
    const isDue = done < base.summaries
    return {
      text: `at a summary, ${done} of ${base.summaries} done, ${Math.round(after)} ms`,
      kill: async (worker) => {
        const isAsked = () => witness.requests.slice(from).some(({ isSummary }) => isSummary)
        while (!isAsked() && !worker.hasEnded() && (isDue || worker.acks() < partOf(base))) await wait(1)
        const wasAsked = isAsked()
        const at = performance.now() + (wasAsked ? after : 0)
        return (await killWhen(worker, () => performance.now() >= at)) && wasAsked
      }
    }
  }
}

/** Pages that a -wal file has when SQLite begins to move them to the database. */
const manyPages = 4_000

/** Somebody writes so often to the record what it says already that the next commit moves it all to the database. */
const fillWal = async (file: string): Promise<void> => {
  const script = `
    const db = new (require("node:sqlite").DatabaseSync)(process.argv[1])
    db.exec("PRAGMA wal_autocheckpoint = 0; PRAGMA synchronous = OFF")
    const { user_version } = db.prepare("PRAGMA user_version").get()
    const again = "PRAGMA user_version = " + user_version
    for (let count = 0; count < ${manyPages}; count += 1) db.exec(again)
    // Whoever closes it moves it all as well.
    process.kill(process.pid, "SIGKILL")`
  const child = spawn(process.execPath, ["-e", script, file], { stdio: ["ignore", "ignore", "inherit"] })
  await once(child, "exit")
}

/** In the midst of the Nth page that is written to the database itself. */
const inMoving: Way = {
  name: inCheckpoint,
  plan: (random, _, { place }) => {
    const file = join(place.state, "journal.db")
    const when = 1 + Math.floor(random() * 12)
    return {
      text: `${inCheckpoint}, N = ${when}`,
      prepare: () => fillWal(file),
      wrapper: tracer("pwrite64", when, "-P", file)
    }
  }
}

const untraced: ReadonlyArray<Way> = [byTime, byLine]

const tracedAnywhere: ReadonlyArray<Way> = hasTracer
  ? [
      traced("in a sync", "fdatasync,fsync", 14),
      traced("in a commit", "pwrite64", 400),
      traced("in a write", "write", 90),
      traced("in a rename", "rename,link", 4),
      traced("in a removal", "unlink", 6)
    ]
  : []

/** Twice each: chance alone hits these seldom. */
const aimed: ReadonlyArray<Way> = hasTracer ? [inSummary, inSummary, inMoving, inMoving] : [inSummary, inSummary]
