/**
 * Who may write to a run: its lease, and how another process judges whether the holder still lives. Pure but for `here`.
 *
 * Where numbers of processes mean the same, the process table says it and no clock does: a process that was stopped holds
 * on, one that was killed does not, and one that took its number over has another start. From anywhere else only the
 * clock is left: a holder renews its lease every 10 s, and has fallen silent after a minute. Clocks jump, so a silent one
 * counts as dead only when it stays silent while it is watched.
 */
import type { RunId } from "../domain/Ids.ts"
import { canSee, isRunning, numbering, startTimeOf } from "../process/ProcessTable.ts"

export interface Holder {
  /** Random; of this one lease only. */
  readonly token: string
  readonly pid: number
  /** As ProcessTable.startTimeOf gives it. */
  readonly start: string
  /** The host and its namespace of process numbers. */
  readonly place: string
  /** Milliseconds since 1970. */
  readonly since: number
  readonly renewedAt: number
}

export interface Lease {
  readonly run: RunId
  /** From 1: how often the run was taken since it was opened last. */
  readonly epoch: number
  /** Null when it was given back. */
  readonly holder: Holder | null
}

/** Where a journal is open, and what can be told from there of other processes. */
export interface Here {
  readonly pid: number
  readonly start: string
  readonly place: string
  readonly isRunning: (pid: number, start: string) => boolean
  /** Whether the start of a process is known, so that another one with its number is told apart. */
  readonly knowsStarts: boolean
}

export const renewEveryMs = 10_000
export const silentAfterMs = 60_000
/** How long a silent holder is watched: longer than one that lives takes to renew its lease. */
export const watchMs = 15_000

export const here = (): Here => {
  const { host, namespace } = numbering()
  own ??= { pid: process.pid, start: startTimeOf(process.pid) }
  return { ...own, place: `${host} ${namespace}`, isRunning, knowsStarts: canSee }
}

export const standingOf = (holder: Holder, from: Here, now: number): "alive" | "dead" | "silent" => {
  if (holder.place === from.place) {
    if (!from.isRunning(holder.pid, holder.start)) return "dead"
    if (from.knowsStarts) return "alive"
  }
  // A time to come is no sign of life either: a clock was set back.
  return Math.abs(now - holder.renewedAt) > silentAfterMs ? "silent" : "alive"
}

// internal

/** Asked for once: without a process table every answer would be another. */
let own: { readonly pid: number; readonly start: string } | undefined
