/**
 * The workload as a process of its own, to be killed: what it has said until then, and what is left of it.
 */
import { type ChildProcess, spawn } from "node:child_process"
import { readdirSync, readFileSync } from "node:fs"
import { dirname } from "node:path"
import process from "node:process"
import { setTimeout as wait } from "node:timers/promises"
import { slowness } from "./runPace.ts"
import type { RunPlace } from "./runPlace.ts"
import type { Sample } from "./runSample.ts"
import type { End, Orders } from "./runWorkload.ts"

/** An event that was said to be on the disk. */
export interface Ack {
  readonly seq: number
  readonly hash: string
}

export interface WorkerEnd {
  /** As a shell tells it: 128 and the signal's number where a signal ended it. */
  readonly code: number
  /** Null where it was not told. */
  readonly run: string | null
  readonly acks: ReadonlyArray<Ack>
  readonly end: End | null
  /** Of a soak. */
  readonly samples: ReadonlyArray<Sample>
  /** Why there was no run to be had; null where there was one. */
  readonly refused: string | null
  /** The last of what it wrote to standard error. */
  readonly stderr: string
  readonly ms: number
}

export interface Worker {
  readonly pid: number
  /** Acknowledged events so far. */
  readonly acks: () => number
  /** The run that it is at work on, once it has said so. */
  readonly run: () => string | null
  readonly ended: Promise<WorkerEnd>
  readonly hasEnded: () => boolean
  /** Milliseconds from its start to the first event that it has acknowledged; null until then. */
  readonly firstAckMs: () => number | null
  readonly signal: (signal: NodeJS.Signals) => void
}

/** `wrapper` stands before the program, a tracer; `flags` are Node's. */
export const startWorker = (
  program: string,
  orders: Orders,
  wrapper: ReadonlyArray<string> = [],
  flags: ReadonlyArray<string> = []
): Worker => {
  const [command = "", ...words] = [...wrapper, process.execPath, ...flags, program, JSON.stringify(orders)]
  const startedAt = performance.now()
  const child = spawn(command, words, {
    cwd: orders.workspace,
    env: { PATH: `${dirname(process.execPath)}:${process.env.PATH ?? ""}`, TORTURE: orders.workspace, ...heaps() },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true
  })
  const { pid } = child
  if (pid === undefined) throw new Error(`${command} was not started`)
  const acks: Array<Ack> = []
  const samples: Array<Sample> = []
  let rest = ""
  let stderr = ""
  let run: string | null = null
  let end: End | null = null
  let refused: string | null = null
  let firstAckMs: number | null = null
  const hear = (line: string) => {
    const [word, first = "", second = ""] = line.split(" ", 3)
    if (word === "ack") {
      firstAckMs ??= performance.now() - startedAt
      acks.push({ seq: Number(first), hash: second })
    }
    if (word === "run") run = first
    else if (word === "sample") samples.push(JSON.parse(line.slice(7)))
    else if (word === "end") end = JSON.parse(line.slice(4))
    else if (word === "refused") refused = line.slice(8)
  }
  child.stdout.on("data", (chunk: Buffer) => {
    const lines = `${rest}${chunk}`.split("\n")
    rest = lines.pop() ?? ""
    lines.forEach(hear)
  })
  child.stderr.on("data", (chunk: Buffer) => {
    stderr = `${stderr}${chunk}`.slice(-4_096)
  })
  let isEnded = false
  const ended = endOf(child).then((code) => {
    isEnded = true
    return { code, run, acks, end, samples, refused, stderr, ms: performance.now() - startedAt }
  })
  return {
    pid,
    acks: () => acks.length,
    run: () => run,
    ended,
    hasEnded: () => isEnded,
    firstAckMs: () => firstAckMs,
    signal: (signal) => {
      if (isEnded) return
      try {
        // The group: a tracer's child is in it as well.
        process.kill(signal === "SIGKILL" ? -pid : pid, signal)
      } catch {
        // It ended in this moment.
      }
    }
  }
}

/** Processes that name the place in their words or environment and are there two seconds later, on a slow machine more. */
export const orphansIn = async ({ base }: RunPlace): Promise<ReadonlyArray<string>> => {
  const startedAt = performance.now()
  let mostMs: number | null = null
  for (;;) {
    const found = processesOf(base)
    const sinceMs = performance.now() - startedAt
    if (found.length === 0) return found
    if (sinceMs > 2_000) mostMs ??= 2_000 * slowness()
    if (mostMs !== null && sinceMs > mostMs) return found
    await wait(25)
  }
}

// internal

/** How many heaps glibc may use, as whoever starts the torture has said (decision 0037). */
const heaps = (): NodeJS.ProcessEnv => {
  const { MALLOC_ARENA_MAX } = process.env
  return MALLOC_ARENA_MAX === undefined ? {} : { MALLOC_ARENA_MAX }
}

const endOf = (child: ChildProcess): Promise<number> =>
  new Promise((resolve, reject) => {
    child.once("error", reject)
    // Both: an orphan may hold its streams, and what it said last may come after its death.
    child.once("exit", (code, signal) => {
      const shown = code ?? 128 + numberOf(signal)
      const late = setTimeout(() => resolve(shown), 1_000)
      child.once("close", () => {
        clearTimeout(late)
        resolve(shown)
      })
    })
  })

const numberOf = (signal: NodeJS.Signals | null): number =>
  signal === "SIGKILL" ? 9 : signal === "SIGINT" ? 2 : signal === "SIGTERM" ? 15 : 0

const processesOf = (base: string): ReadonlyArray<string> =>
  readdirSync("/proc").flatMap((pid) => {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid) return []
    const words = read(`/proc/${pid}/cmdline`)
    const isOurs = words.includes(base) || read(`/proc/${pid}/environ`).includes(base)
    if (!isOurs || /\) Z /.test(read(`/proc/${pid}/stat`))) return []
    return [`${pid} ${words.replaceAll(/[\0\n]/g, " ").slice(0, 80)}`]
  })

const read = (file: string): string => {
  try {
    return readFileSync(file, "utf8")
  } catch {
    return ""
  }
}
