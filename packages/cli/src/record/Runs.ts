/**
 * The runs in a workspace's record: the latest, all, one by its id.
 */
import { nearestNames } from "@deputize/core/domain/NearestNames"
import { allRuns, readRun } from "@deputize/core/history/Runs"
import { Journal } from "@deputize/core/journal/Journal"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { Invocation } from "../command/Invocation.ts"
import { usageError } from "../command/UsageError.ts"
import { environment } from "../config/Environment.ts"
import { recordFile } from "../config/RecordFile.ts"
import { recordLayer } from "../layers.ts"
import { Output } from "../render/Output.ts"
import { visible } from "../render/Width.ts"

/** The record of the workspace at this real path, opened for reading. */
export const recordOf = (workspace: string) => recordLayer(recordFile(environment(), workspace))

/** Where one that can go on is looked for: one that nobody has gone on with for so many runs has to be named. */
export const latestLookedAt = 200

/** Those that `cost` is asked about: all of them, one, or the newest. */
export const wantedRuns = Effect.fnUntraced(function* (invocation: Invocation) {
  const [wanted] = invocation.arguments
  if (!invocation.has("all")) {
    const run = yield* wantedOrNewest(wanted)
    return Option.isNone(run) ? [] : [yield* readRun(run.value)]
  }
  if (wanted === undefined) return yield* allRuns
  return yield* usageError(`--all and the run "${wanted}" are both given`, "Leave one of them out.")
})

/** Says that a record is empty: no error, and no data either. */
export const noRuns = Effect.fnUntraced(function* (invocation: Invocation, workspace: string) {
  const { notes } = yield* Output
  if (!invocation.quiet) yield* notes.write(`there are no runs in ${visible(workspace)} yet\n`)
})

/** None in an empty record. */
export const newestRun = Effect.gen(function* () {
  return Option.fromUndefinedOr((yield* (yield* Journal).latest(1))[0])
})

export const wantedOrNewest = (wanted: string | undefined) =>
  wanted === undefined ? newestRun : Effect.map(findRun(wanted), Option.some)

/** The run whose id begins with `wanted`. */
export const findRun = Effect.fnUntraced(function* (wanted: string) {
  const runs = yield* (yield* Journal).list
  const found = wanted === "" ? [] : runs.filter(({ run }) => run.startsWith(wanted))
  const [only] = found
  if (only !== undefined && found.length === 1) return only
  const ids = runs.map(({ run }) => run)
  if (runs.length === 0) {
    return yield* usageError(`there is no run "${wanted}": this workspace has no runs yet`, "Choose another with -C.")
  }
  if (found.length > 1) {
    const some = found.slice(0, 5).map(({ run }) => run)
    return yield* usageError(
      `${found.length} runs begin with "${wanted}": ${some.join(", ")}${found.length > some.length ? ", and others" : ""}`,
      "Write more of the id."
    )
  }
  const near = nearestNames(wanted, ids)
  return yield* usageError(
    `there is no run "${wanted}" in this workspace`,
    near.length > 0 ? `Did you mean ${near.join(" or ")}?` : `The latest are ${ids.slice(0, 3).join(", ")}.`
  )
})
