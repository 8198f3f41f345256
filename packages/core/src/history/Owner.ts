/**
 * The process that owns a run, and whether it is still there. Numbers of processes are used again, so the start of the
 * process is on record as well.
 */
import { canSee, entryOf, isRunning, lives, type ProcessEntry } from "../process/ProcessTable.ts"
import { numberAt, textAt } from "./Body.ts"

export interface Owner {
  readonly pid: number
  /** As ProcessTable.startTimeOf gives it; null in records from before it was kept. */
  readonly start: string | null
  /** A time by which it had started, in milliseconds since 1970; null where the record does not say. */
  readonly startedBy: number | null
}

/** The owner that an event of a run names. Pure. */
export const ownerAt = (body: unknown): Owner | null => {
  const pid = numberAt(body, "pid")
  if (pid === null) return null
  return { pid, start: textAt(body, "processStart") || null, startedBy: numberAt(body, "processStartedAt") }
}

export const isAlive = ({ pid, start, startedBy }: Owner): boolean => {
  if (start !== null || !canSee) return isRunning(pid, start ?? "")
  const [found, own] = [entryOf(pid), entryOf(process.pid)]
  if (found === undefined || own === undefined || !lives(found)) return false
  // Who takes a number over starts later. Earlier is the same one: a shell may have become it.
  return startedBy === null || startOf(found, own) <= startedBy + toleranceMs
}

// internal

/** In milliseconds since 1970: as long before or after this process as their ticks say. */
const startOf = (found: ProcessEntry, own: ProcessEntry): number =>
  performance.timeOrigin + (Number(found.ticks) - Number(own.ticks)) * msPerTick

/** The unit of /proc, whatever the kernel counts in itself. */
const msPerTick = 10

/** Between a process's start and the moment that it takes for it, and between two readings of the clock. */
const toleranceMs = 5_000
