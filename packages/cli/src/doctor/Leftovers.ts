/**
 * Processes whose run was killed, together with the guardian that would have ended them.
 */
import { type Leftover, leftovers, type Swept, sweep } from "@deputize/core/process/ProcessLedger"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { Environment } from "../config/Environment.ts"
import { processesFolder } from "../config/ProcessesFolder.ts"
import type { Finding } from "../render/Doctor.ts"
import { plural, seconds } from "../render/Figures.ts"
import { ok, warning } from "./Finding.ts"

/** A warning for each; with `clear` they are ended first, and it is told which were. */
export const leftoverFindings = Effect.fnUntraced(function* (
  surroundings: Environment,
  clear: boolean
): Effect.fn.Return<ReadonlyArray<Finding>> {
  const folder = processesFolder(surroundings)
  if (surroundings.platform !== "linux") return [ok(name, `are not looked for on ${surroundings.platform}`)]
  if (folder === undefined) return []
  const now = yield* Clock.currentTimeMillis
  return clear ? clearedFindings(yield* sweep(folder), now) : foundFindings(yield* leftovers(folder), now)
})

/** Pure. */
export const foundFindings = (found: ReadonlyArray<Leftover>, now: number): ReadonlyArray<Finding> =>
  found.length === 0
    ? [ok(name, "nothing is left of runs that were killed")]
    : found.map((leftover) => warning(name, stillRuns(leftover, now), "deputize doctor --clear ends it."))

/** Pure. */
export const clearedFindings = ({ ended, left }: Swept, now: number): ReadonlyArray<Finding> => {
  if (ended.length + left.length === 0) return foundFindings([], now)
  return [
    ...ended.map((leftover) => ok(name, `ended ${describe(leftover)}: ${numbers(leftover.pids)}`)),
    ...left.map((leftover) =>
      warning(
        name,
        `${stillRuns(leftover, now)}, and cannot be ended`,
        "End it as the user that it runs as; one that waits for a disk ends when the disk answers."
      )
    )
  ]
}

// internal

const name = "processes"
const mostNumbers = 5

const stillRuns = (leftover: Leftover, now: number): string =>
  `${describe(leftover)}, still runs after ${seconds(now - leftover.since)}: ${numbers(leftover.pids)}`

const describe = ({ label, owner }: Leftover): string => `${label}, left by ${owner}`

const numbers = (pids: ReadonlyArray<number>): string => {
  const shown = pids.slice(0, mostNumbers).join(", ")
  const more = pids.length - mostNumbers
  return `${pids.length === 1 ? "process" : "processes"} ${shown}${more > 0 ? ` and ${plural(more, "other")}` : ""}`
}
