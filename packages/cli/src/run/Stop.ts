/**
 * Ends runs that other processes have: by an order, and where nobody listens, and the user says so, by a signal.
 */
import { follow } from "@deputize/core/history/Follow"
import { isAlive } from "@deputize/core/history/Owner"
import { type ListedRun, latestRuns, readRun } from "@deputize/core/history/Runs"
import { Journal } from "@deputize/core/journal/Journal"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import type { Invocation } from "../command/Invocation.ts"
import { usageError } from "../command/UsageError.ts"
import { ExitCode } from "../ExitCode.ts"
import { journalLayer } from "../layers.ts"
import { findRun, recordOf } from "../record/Runs.ts"
import type { StoppedJson } from "../render/Acts.ts"
import { jsonText } from "../render/Json.ts"
import { Output } from "../render/Output.ts"
import { prepareRecord } from "../values/Record.ts"

export const stop = Effect.fn("stop")(function* (invocation: Invocation, workspace: string) {
  const { data, notes } = yield* Output
  const runs = yield* Effect.provide(wantedRuns(invocation), recordOf(workspace))
  const running = runs.filter(({ state }) => state === "running").map(({ run }) => run)
  const begins =
    running.length > 0 ? `asking ${running.join(", ")} to end\n` : runs.length === 0 ? "nothing is running\n" : ""
  if (!invocation.quiet) yield* notes.write(begins)
  const record = yield* prepareRecord(workspace)
  const ended = yield* Effect.forEach(
    runs,
    Effect.fnUntraced(function* (found) {
      const { run, state } = found
      if (state !== "running") {
        if (!invocation.quiet) yield* notes.write(`run ${run} is not running: it is ${state.replace("_", " ")}\n`)
        return true
      }
      const isEnded = yield* end(found, invocation.has("force"))
      if (isEnded && !invocation.json) yield* data.write(`${run}\n`)
      if (!isEnded) {
        const hint = `deputize stop ${run} --force ends it with all that it started`
        yield* notes.write(`run ${run}: process ${found.owner?.pid ?? "?"} does not listen; ${hint}\n`)
      }
      return isEnded
    }),
    { concurrency: "unbounded" }
  ).pipe(Effect.provide(journalLayer(record)))
  if (invocation.json) {
    const told: typeof StoppedJson.Type = {
      schema_version: 1,
      ended: runs.filter((_, at) => ended[at]).map(({ run }) => run)
    }
    yield* data.write(jsonText(told))
  }
  return ended.every(Boolean) ? ExitCode.ok : ExitCode.taskFailed
})

// internal

/** As long as an agent may take to end the programs that it has started. */
const patience = "10 seconds"
const grace = "5 seconds"

const wantedRuns = Effect.fnUntraced(function* (invocation: Invocation) {
  const wanted = invocation.arguments
  if (wanted.length > 0) {
    if (invocation.has("all")) return yield* usageError("--all and runs are both given", "Leave one of them out.")
    return yield* Effect.forEach(wanted, (each) => Effect.flatMap(findRun(each), readRun))
  }
  const running = (yield* latestRuns(1)).filter(({ state }) => state === "running")
  if (invocation.has("all") || running.length === 1) return running
  if (running.length === 0)
    return yield* usageError("no run of this workspace is running", "`deputize ps` shows the runs.")
  return yield* usageError(
    `${running.length} runs are running: ${running.map(({ run }) => run).join(", ")}`,
    "Name those that are to end, or --all."
  )
})

/** Whether it has ended. */
const end = Effect.fnUntraced(function* ({ owner, run }: Pick<ListedRun, "owner" | "run">, isForced: boolean) {
  const journal = yield* Journal
  // It, or another who stops it, may have been quicker.
  const isClosed = yield* journal.post(run, { _tag: "Stop" }).pipe(
    Effect.as(false),
    Effect.catch((error) => (error.reason._tag === "RunClosed" ? Effect.succeed(true) : Effect.fail(error)))
  )
  if (isClosed) return true
  const over = Stream.runDrain(follow(run))
  const isOver = (within: "10 seconds" | "5 seconds") => Effect.map(Effect.timeoutOption(over, within), Option.isSome)
  if (yield* isOver(patience)) return true
  if (!isForced || owner === null) return false
  yield* signal(owner, "SIGTERM")
  if (yield* isOver(grace)) return true
  yield* signal(owner, "SIGKILL")
  return yield* isOver(grace)
})

/** Only to the very process that is on record: its number may be another's by now. */
const signal = (owner: NonNullable<ListedRun["owner"]>, name: NodeJS.Signals) =>
  Effect.sync(() => {
    if (isAlive(owner)) process.kill(owner.pid, name)
  })
