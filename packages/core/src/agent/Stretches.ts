/**
 * How long an agent has been at work by its record: in stretches, each from its beginning, or from where it went on, to
 * the last that is on record of it. The record has the time of day, which may be set back: that is no time. Pure.
 */
import type { Record } from "./Records.ts"

/** In milliseconds; `waitedMs` is the part of `workedMs` in which it waited for others. */
export interface Stretches {
  readonly workedMs: number
  readonly waitedMs: number
}

export const ofRecords = (records: ReadonlyArray<Record>): Stretches => {
  let [workedMs, waitedMs] = [0, 0]
  /** `waitMs`: for how long it waits by now. */
  let stretch: { at: number; waitMs: number | null } | null = null
  const end = () => {
    waitedMs += stretch?.waitMs ?? 0
    stretch = null
  }
  for (const { fact, time } of records) {
    if (fact._tag === "Started" || fact._tag === "Continued") {
      end()
      stretch = { at: time, waitMs: null }
      continue
    }
    // That it waits for its turn again, or that somebody asks for it, is no work of its own.
    if (stretch === null || fact._tag === "Queued" || fact._tag === "Spawned") continue
    const step = Math.max(0, time - stretch.at)
    workedMs += step
    stretch.at = time
    if (stretch.waitMs !== null) stretch.waitMs += step
    if (fact._tag === "Waiting") stretch.waitMs = 0
    if (fact._tag === "Resumed") {
      waitedMs += fact.ms
      stretch.waitMs = null
    }
    if (fact._tag === "Ended") end()
  }
  end()
  return { workedMs, waitedMs: Math.min(waitedMs, workedMs) }
}
