/**
 * How long an agent has been at work by its record: in stretches, each from its beginning, or from where it went on, to
 * the last that is on record of it. Pure.
 */
import type { Record } from "./Records.ts"

/** In milliseconds; `waitedMs` is the part of `workedMs` in which it waited for others. */
export interface Stretches {
  readonly workedMs: number
  readonly waitedMs: number
}

export const ofRecords = (records: ReadonlyArray<Record>): Stretches => {
  let [workedMs, waitedMs] = [0, 0]
  let stretch: { readonly from: number; to: number; waitsSince: number | null } | null = null
  const end = () => {
    if (stretch === null) return
    workedMs += stretch.to - stretch.from
    if (stretch.waitsSince !== null) waitedMs += stretch.to - stretch.waitsSince
    stretch = null
  }
  for (const { fact, time } of records) {
    if (fact._tag === "Started" || fact._tag === "Continued") {
      end()
      stretch = { from: time, to: time, waitsSince: null }
      continue
    }
    // That it waits for its turn again, or that somebody asks for it, is no work of its own.
    if (stretch === null || fact._tag === "Queued" || fact._tag === "Spawned") continue
    stretch.to = time
    if (fact._tag === "Waiting") stretch.waitsSince = time
    if (fact._tag === "Resumed") {
      waitedMs += fact.ms
      stretch.waitsSince = null
    }
    if (fact._tag === "Ended") end()
  }
  end()
  return { workedMs, waitedMs }
}
