/**
 * A run that another process has, in front of the user: its progress, and its result when it ends.
 */
import { follow } from "@deputize/core/history/Follow"
import { recordedEnding, recordedResult } from "@deputize/core/history/RecordedResult"
import { type ListedRun, latestRuns, readRun } from "@deputize/core/history/Runs"
import * as Effect from "effect/Effect"
import type { Invocation } from "../command/Invocation.ts"
import { usageError } from "../command/UsageError.ts"
import { ExitCode, exitCodeOfRun } from "../ExitCode.ts"
import { findRun, recordOf } from "../record/Runs.ts"
import { plural } from "../render/Figures.ts"
import { Output } from "../render/Output.ts"
import { prepareOutFile } from "../values/OutFile.ts"
import { deliver, presentAll, presentOne } from "./Deliver.ts"
import { watch } from "./Watch.ts"

export const attach = (invocation: Invocation, workspace: string) =>
  Effect.provide(attached(invocation), recordOf(workspace))

// internal

const attached = Effect.fn("attach")(function* (invocation: Invocation) {
  const output = yield* Output
  const name = invocation.value("out")
  const out = name === undefined ? undefined : yield* prepareOutFile(name)
  const { agents, run } = yield* wantedRun(invocation.arguments[0])
  const isSingle = agents.filter(({ depth }) => depth === 1).length === 1
  if (!invocation.quiet) {
    const goesOn = `Ctrl-C ends the view; deputize stop ${run} ends the run`
    yield* output.notes.write(`run ${run}, ${plural(agents.length, "agent")}; ${goesOn}\n`)
  }
  const shown = yield* watch(follow(run), invocation, { streamsAnswer: isSingle })
  const result = yield* recordedResult(run)
  if (result === null) {
    const ending = yield* recordedEnding(run)
    yield* output.notes.write(
      ending === null
        ? `its process is gone, and it has no end on record: deputize resume ${run} goes on with it\n`
        : `it has ended (${ending}), and its record is of a version whose results this one cannot read: deputize logs ${run} shows what happened\n`
    )
    return ExitCode.taskFailed
  }
  yield* deliver(invocation, { out, present: isSingle ? presentOne : presentAll }, result, shown)
  return exitCodeOfRun(result)
})

const wantedRun = Effect.fnUntraced(function* (wanted: string | undefined) {
  if (wanted !== undefined) return yield* readRun(yield* findRun(wanted))
  const running = (yield* latestRuns(1)).filter(isRunning)
  const [newest] = running
  if (newest !== undefined) return newest
  return yield* usageError(
    "no run of this workspace is running",
    "`deputize ps` shows the runs; name one to see its result."
  )
})

const isRunning = ({ state }: Pick<ListedRun, "state">): boolean => state === "running"
