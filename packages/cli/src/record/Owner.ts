/**
 * The process that owns a run, and whether it is still there. Numbers of processes are used again, so the time when it
 * started is compared as well, where the system tells it (Linux).
 */
import { readFileSync } from "node:fs"
import { numberAt } from "../render/Body.ts"
import type { Event } from "../render/Progress.ts"

export interface Owner {
  readonly pid: number
  /** Milliseconds since 1970; null where the record does not say. */
  readonly startedAt: number | null
}

/** The owner that an event of a run names. Pure. */
export const ownerIn = ({ body, namespace }: Event): Owner | undefined => {
  const pid = namespace === "run" ? numberAt(body, "pid") : null
  return pid === null ? undefined : { pid, startedAt: numberAt(body, "processStartedAt") }
}

export const isAlive = ({ pid, startedAt }: Owner): boolean => {
  if (!Number.isSafeInteger(pid) || pid <= 0 || !exists(pid)) return false
  const found = processAt(pid)
  if (found === undefined) return true
  if (found.state === "Z" || found.state === "X") return false
  return startedAt === null || found.startedAt === null || isSame(startedAt, found.startedAt)
}

/** `state` and start in clock ticks after boot, from the text of /proc/PID/stat; undefined for any other text. Pure. */
export const parseStat = (text: string): { readonly state: string; readonly ticks: number } | undefined => {
  // The name of the program stands in parentheses and may hold anything, parentheses and spaces too.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ")
  const [state = "", ticks] = [fields[0], Number(fields[19])]
  return /^[A-Za-z]$/.test(state) && Number.isSafeInteger(ticks) ? { state, ticks } : undefined
}

// internal

const exists = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (cause) {
    // It is there, and somebody else's.
    return cause instanceof Error && "code" in cause && cause.code === "EPERM"
  }
}

/** Undefined where the system does not tell. */
const processAt = (pid: number): { readonly state: string; readonly startedAt: number | null } | undefined => {
  try {
    const uptimeMs = Number.parseFloat(readFileSync("/proc/uptime", "utf8")) * 1000
    const startOf = (ticks: number) => Date.now() - uptimeMs + ticks * msPerTick
    const found = parseStat(readFileSync(`/proc/${pid}/stat`, "utf8"))
    const own = parseStat(readFileSync("/proc/self/stat", "utf8"))
    if (found === undefined || own === undefined) return undefined
    // In some containers the two count from different boots: then this process, too, would not have started yet.
    const isOneClock = startOf(own.ticks) <= performance.timeOrigin + toleranceMs
    return { state: found.state, startedAt: isOneClock ? startOf(found.ticks) : null }
  } catch {
    return undefined
  }
}

/** The unit of /proc, whatever the kernel counts in itself. */
const msPerTick = 10

/** Between a process's start and the moment that it takes for it, and between two readings of the clock. */
const toleranceMs = 5_000

/** Who takes a number over starts later. Earlier is the same one: a shell may have become it. */
const isSame = (recorded: number, found: number): boolean => found <= recorded + toleranceMs
