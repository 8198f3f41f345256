/**
 * The workload as a process of its own, to be killed: what it has said until then, and what is left of it.
 */
import { type ChildProcess, spawn } from "node:child_process"
import { readdirSync, readFileSync, readlinkSync } from "node:fs"
import { dirname } from "node:path"
import process from "node:process"
import { setTimeout as wait } from "node:timers/promises"
import { keepGroup, mostMs, signalGroup, signalTo } from "./runGroups.ts"
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
  /** The torture has killed it itself, and no tracer. */
  readonly wasKilled: boolean
  /** It was killed because it took too long. */
  readonly wasLate: boolean
  readonly ms: number
}

/** How Node is started. */
export interface NodeStart {
  readonly flags?: ReadonlyArray<string>
  /** Beside what every worker gets. */
  readonly env?: Readonly<Record<string, string>>
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

/** `wrapper` stands before the program, a tracer. One that hangs is killed. */
export const startWorker = (
  program: string,
  orders: Orders,
  wrapper: ReadonlyArray<string> = [],
  { env = {}, flags = [] }: NodeStart = {}
): Worker => {
  const [command = "", ...words] = [...wrapper, process.execPath, ...flags, program, JSON.stringify(orders)]
  const startedAt = performance.now()
  const child = spawn(command, words, {
    cwd: orders.workspace,
    env: { PATH: `${dirname(process.execPath)}:${process.env.PATH ?? ""}`, TORTURE: orders.workspace, ...env },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true
  })
  const exited = endOf(child)
  const { pid } = child
  if (pid === undefined) {
    // Said below; nobody else waits for it.
    exited.catch(() => {})
    throw new Error(`${command} was not started: is it there?`)
  }
  keepGroup(pid, orders.workspace, exited)
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
  let wasKilled = false
  let wasLate = false
  const signal: Worker["signal"] = (signal) => {
    if (isEnded) return
    // The group: a tracer's child is in it as well.
    if (signal === "SIGKILL") wasKilled = signalGroup(pid, signal) || wasKilled
    else signalTo(pid, signal)
  }
  const hangs = () => {
    wasLate = true
    signal("SIGKILL")
  }
  const isLong = orders.soakMs !== undefined || orders.batches !== undefined
  const late = isLong ? undefined : setTimeout(hangs, mostMs)
  const ended = exited
    .then((code) => {
      isEnded = true
      const ms = performance.now() - startedAt
      return { code, run, acks, end, samples, refused, stderr, wasKilled, wasLate, ms }
    })
    .finally(() => clearTimeout(late))
  return {
    pid,
    acks: () => acks.length,
    run: () => run,
    ended,
    hasEnded: () => isEnded,
    firstAckMs: () => firstAckMs,
    signal
  }
}

/** Processes of a place that are there two seconds later, on a slow machine more. */
export const orphansIn = ({ base }: RunPlace): Promise<ReadonlyArray<string>> => stillThere(() => processesIn(base))

/** The same of those alone that are there at this moment, whatever is started after them. */
export const outliving = ({ base }: RunPlace): Promise<ReadonlyArray<string>> => {
  const first = new Set(processesIn(base).map(({ id }) => id))
  return stillThere(() => (first.size === 0 ? [] : processesIn(base).filter(({ id }) => first.has(id))))
}

// internal

interface Found {
  /** No other process of this machine has the same. */
  readonly id: string
  readonly words: string
}

/** Milliseconds that a process may outlive the one that started it. */
const allowedMs = 2_000

const stillThere = async (look: () => ReadonlyArray<Found>): Promise<ReadonlyArray<string>> => {
  const startedAt = performance.now()
  let limitMs: number | null = null
  for (;;) {
    const found = look()
    const sinceMs = performance.now() - startedAt
    if (sinceMs > allowedMs && found.length > 0) limitMs ??= allowedMs * slowness()
    if (found.length === 0 || (limitMs !== null && sinceMs > limitMs)) return found.map(({ words }) => words)
    await wait(25)
  }
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

/** They name the place in their words or environment, or work in it: those that tools start have none of the former. */
const processesIn = (base: string): ReadonlyArray<Found> =>
  readdirSync("/proc").flatMap((pid) => {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid) return []
    const words = read(`/proc/${pid}/cmdline`)
    const isOurs = words.includes(base) || folderOf(pid).startsWith(base) || read(`/proc/${pid}/environ`).includes(base)
    if (!isOurs) return []
    const [state, ...figures] = read(`/proc/${pid}/stat`).split(") ").at(-1)?.split(" ") ?? []
    // Ended, though nobody has asked how.
    if (state === "Z" || state === "") return []
    return [{ id: `${pid} ${figures[18]}`, words: `${pid} ${words.replaceAll(/[\0\n]/g, " ").slice(0, 80)}` }]
  })

const folderOf = (pid: string): string => {
  try {
    return readlinkSync(`/proc/${pid}/cwd`)
  } catch {
    return ""
  }
}

const read = (file: string): string => {
  try {
    return readFileSync(file, "utf8")
  } catch {
    return ""
  }
}
