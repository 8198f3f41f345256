/**
 * Removes runs of the workspace from its record.
 */
import { dirname, join } from "node:path"
import type { RunId } from "@deputize/core/domain/Ids"
import { removeRunAfter } from "@deputize/core/history/Removal"
import { type ListedRun, latestRuns, readRun } from "@deputize/core/history/Runs"
import { hadTrees, removeTrees } from "@deputize/core/worktree/Leftovers"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { Invocation } from "../command/Invocation.ts"
import { usageError } from "../command/UsageError.ts"
import { undoLayer } from "../layers.ts"
import { findRun, recordOf } from "../record/Runs.ts"
import type { RemovedJson } from "../render/Acts.ts"
import { plural } from "../render/Figures.ts"
import { jsonText } from "../render/Json.ts"
import { Output } from "../render/Output.ts"
import { remainsText } from "../render/Remains.ts"
import { ask } from "../values/Ask.ts"
import { prepareRecord } from "../values/Record.ts"

export const remove = Effect.fn("remove")(function* (invocation: Invocation, workspace: string) {
  const { data, notes } = yield* Output
  const runs = yield* Effect.provide(wantedRuns(invocation), recordOf(workspace))
  const running = runs.find(({ state }) => state === "running")
  if (running !== undefined) {
    return yield* usageError(`run ${running.run} is running`, `\`deputize stop ${running.run}\` ends it first.`)
  }
  if (runs.length === 0) {
    if (!invocation.quiet) yield* notes.write("there is nothing to remove\n")
    if (invocation.json) yield* data.write(removedJson([]))
    return 0
  }
  if (!invocation.has("yes") && !(yield* isConfirmed(runs.length))) return 0
  const record = yield* prepareRecord(workspace)
  yield* Effect.forEach(
    runs,
    Effect.fnUntraced(function* ({ run }) {
      // Before the record, which tells whose they are.
      yield* removeRunAfter(run, removeTreesOf(run, workspace, join(dirname(record), "worktrees")))
      if (!invocation.json) yield* data.write(`${run}\n`)
    })
  ).pipe(Effect.provide(undoLayer(workspace, record)))
  if (invocation.json) yield* data.write(removedJson(runs.map(({ run }) => run)))
  return 0
})

// internal

const removedJson = (removed: ReadonlyArray<RunId>): string =>
  jsonText({ schema_version: 1, removed } satisfies typeof RemovedJson.Type)

const removeTreesOf = Effect.fnUntraced(function* (run: RunId, workspace: string, folder: string) {
  if (!(yield* hadTrees(folder, run))) return
  const remains = yield* removeTrees(workspace, folder, run)
  if (remains === null) return
  yield* (yield* Output).notes.write(`run ${run}: ${remainsText(remains)}\n`)
})

const isConfirmed = Effect.fnUntraced(function* (count: number) {
  const { notes } = yield* Output
  if (!process.stdin.isTTY) {
    return yield* usageError(
      `${plural(count, "run")} would be removed, and nobody can be asked`,
      "Add --yes to remove without being asked."
    )
  }
  yield* notes.write(`remove ${plural(count, "run")}, with what is kept to undo them? [y/N] `)
  const isMeant = /^y(es)?$/i.test((yield* ask).trim())
  if (!isMeant) yield* notes.write("nothing was removed\n")
  return isMeant
})

const wantedRuns = Effect.fnUntraced(function* (invocation: Invocation) {
  const age = invocation.value("older-than")
  const named = yield* Effect.forEach(invocation.arguments, (wanted) => Effect.flatMap(findRun(wanted), readRun))
  if (age === undefined) {
    if (named.length > 0) return distinct(named)
    return yield* usageError("no run is named", "Name runs, or --older-than 30d for all that ended before.")
  }
  const before = (yield* Clock.currentTimeMillis) - (yield* ageOf(age))
  const old = (yield* latestRuns(Number.POSITIVE_INFINITY)).filter(
    ({ lastAt, state }) => state !== "running" && lastAt < before
  )
  return distinct([...named, ...old])
})

const distinct = (runs: ReadonlyArray<Pick<ListedRun, "run" | "state">>) => [
  ...new Map(runs.map((each) => [each.run, each])).values()
]

const unitMs: Readonly<Record<string, number>> = { d: 86_400_000, h: 3_600_000, min: 60_000 }

const ageOf = (text: string) => {
  const [, digits = "", unit = ""] = /^(\d{1,7})(d|h|min)$/.exec(text.trim()) ?? []
  return digits === ""
    ? usageError(`--older-than ${text} is not an age`, "Write 30d for days, 12h for hours, 90min for minutes.")
    : Effect.succeed(Number(digits) * (unitMs[unit] ?? 1))
}
