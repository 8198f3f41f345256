/**
 * Shows the events of a run, those on record or all until it ends.
 */
import { type Recorded, recorded } from "@deputize/core/history/Fact"
import { follow } from "@deputize/core/history/Follow"
import { readRun } from "@deputize/core/history/Runs"
import { Journal, type RunSummary } from "@deputize/core/journal/Journal"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { Invocation } from "../command/Invocation.ts"
import { usageError } from "../command/UsageError.ts"
import { logLine } from "../render/Log.ts"
import { Output } from "../render/Output.ts"
import { advance, emptyView } from "../render/Progress.ts"
import { linesOf } from "../render/StreamJson.ts"
import { localClock } from "../values/LocalClock.ts"

export const showLog = Effect.fn("showLog")(function* (invocation: Invocation, summary: RunSummary) {
  const { data, notes } = yield* Output
  const isWanted = filterOf(invocation.value("agent"))
  const linesFor = invocation.format === "text" ? textLines(invocation, data.style) : jsonLines()
  const isFollowed = invocation.has("follow")
  const events = isFollowed
    ? follow(summary.run)
    : Stream.unwrap(Effect.map((yield* Journal).read(summary.run), (all) => Stream.fromIterable(all.map(recorded))))
  const paths = new Set<string>()
  yield* Stream.runForEachArray(events, (batch) => {
    const lines = batch.flatMap((event) => {
      const made = linesFor(event)
      paths.add(event.path)
      return isWanted(event.path) ? made : []
    })
    return lines.length === 0 ? Effect.void : data.write(`${lines.join("\n")}\n`)
  })
  if (![...paths].some(isWanted) && paths.size > 0) return yield* unknownAgent(invocation, summary, [...paths])
  // The process that had it when its log began may be gone.
  const { state } = yield* readRun({ ...summary, standing: yield* (yield* Journal).standing(summary.run) })
  if (invocation.quiet) return
  if (state === "lost") yield* notes.write("the run has no end on record, and its process is gone\n")
  if (state === "running" && !isFollowed) yield* notes.write("the run goes on; -f follows it\n")
})

// internal

const textLines = (invocation: Invocation, style: Output["Service"]["data"]["style"]) => {
  const manner = { style, verbose: invocation.verbose, clock: localClock }
  return (event: Recorded): ReadonlyArray<string> => {
    const line = logLine(event, manner)
    return line === null ? [] : [line]
  }
}

const jsonLines = () => {
  let view = emptyView
  return (event: Recorded): ReadonlyArray<string> => {
    view = advance(view, event)
    return linesOf(view, event).map((line) => JSON.stringify(line))
  }
}

/** The agent and what is below it; all without one. */
const filterOf = (wanted: string | undefined) => {
  if (wanted === undefined) return () => true
  const path = wanted.startsWith("/") ? wanted.replace(/\/+$/, "") : `/root/${wanted.replace(/\/+$/, "")}`
  return (found: string) => found === path || found.startsWith(`${path}/`)
}

const unknownAgent = (invocation: Invocation, { run }: RunSummary, paths: ReadonlyArray<string>) => {
  const agents = paths.filter((path) => path !== "/root")
  return usageError(
    `run ${run} has no agent ${invocation.value("agent") ?? ""}`,
    agents.length === 0 ? "No agent has started in it." : `It has ${agents.slice(0, 8).join(", ")}.`
  )
}
