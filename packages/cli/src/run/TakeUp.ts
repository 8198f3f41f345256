/**
 * Takes a run of the workspace up again in front of the user: which one, with what more to use, and with what it was
 * begun with.
 */
import { type ListedRun, latestRuns, readRun } from "@deputize/core/history/Runs"
import { type ResumeOptions, Runtime } from "@deputize/core/runtime/Runtime"
import * as Effect from "effect/Effect"
import type { Invocation } from "../command/Invocation.ts"
import { usageError } from "../command/UsageError.ts"
import { readConfiguration } from "../config/Configuration.ts"
import { checkEnvironment, environment } from "../config/Environment.ts"
import { chooseProvider, keyVariables } from "../config/Provider.ts"
import { runtimeLayer } from "../layers.ts"
import { findRun, latestLookedAt, recordOf } from "../record/Runs.ts"
import { count } from "../render/Figures.ts"
import { parseCount } from "../values/Amount.ts"
import { prepareOutFile } from "../values/OutFile.ts"
import { prepareRecord } from "../values/Record.ts"
import { defined, type Limit, limitsOf, limitWords, readDeadline } from "./Assignment.ts"
import { presentAll, presentOne } from "./Deliver.ts"
import { inFront } from "./InFront.ts"
import { readSupervision } from "./Supervision.ts"

interface Wish {
  /** The beginning of its id; the last that can go on without one. */
  readonly wanted?: string | undefined
  /** What it may use beyond what it had. */
  readonly added?: Limit
  readonly say?: NonNullable<ResumeOptions["say"]>
}

export const takeUp = Effect.fn("takeUp")(function* (
  invocation: Invocation,
  workspace: string,
  { added = {}, say = [], wanted }: Wish
) {
  const name = invocation.value("out")
  const out = name === undefined ? undefined : yield* prepareOutFile(name)
  const more = yield* readMore(invocation, added)
  const asked = { hasMore: Object.keys(more).length > 0 }
  const found = yield* Effect.provide(continuable(workspace, wanted, asked), recordOf(workspace))
  const configuration = yield* readConfiguration
  const { variables } = environment()
  const { agents, limits, model, provider: begunWith, run, tally } = found
  const named = agents.filter(({ depth }) => depth === 1)
  const begun = { run, provider: begunWith, model }
  const provider = yield* Effect.fromResult(
    chooseProvider({ variables, configuration, parallelism: Math.max(named.length, 4), begun })
  )
  const record = yield* prepareRecord(workspace)
  const options: ResumeOptions = {
    more,
    say,
    onUnknown: onUnknownOf(invocation),
    ...(yield* readSupervision(invocation)),
    environment: checkEnvironment(keyVariables(configuration))
  }
  const limit = limits.tokens === null ? "no limit" : `${count(limits.tokens)} tokens`
  const plus = limitWords(added).map((words) => `, ${words} more`)
  const header = {
    workspace,
    provider: provider.lines,
    budget: `${limit}, ${count(tally.charged)} used${plus.join("")}`,
    team: null,
    record
  }
  const isSingle = named.length === 1
  return yield* Effect.flatMap(Runtime, (runtime) =>
    inFront(
      invocation,
      runtime.resume(run, options),
      { header, warnings: configuration.warnings },
      { present: isSingle ? presentOne : presentAll, out, streamsAnswer: isSingle, since: found.events }
    )
  ).pipe(Effect.provide(runtimeLayer(workspace, record, provider, invocation.value("agent-file"))))
}, Effect.scoped)

/** It is not running and not complete, and more of it is on record than that it was opened. */
export const isContinuable = ({ agents, state }: Pick<ListedRun, "state" | "agents">): boolean =>
  state !== "running" && state !== "completed" && agents.length > 0

export const underWay = ({ owner, run }: Pick<ListedRun, "owner" | "run">) =>
  usageError(
    `run ${run} is running in process ${owner?.pid ?? "?"}`,
    `\`deputize attach ${run}\` shows it, \`deputize stop ${run}\` ends it.`
  )

// internal

/**
 * The run that is named, or the last that can go on: one that is paused at a limit only where there is more for it, or no
 * other. Whether one that is completed has something to read that was said to it is seen when it is taken up.
 */
const continuable = Effect.fnUntraced(function* (
  workspace: string,
  wanted: string | undefined,
  { hasMore }: { readonly hasMore: boolean }
) {
  if (wanted === undefined) {
    const left = (yield* latestRuns(latestLookedAt)).filter(isContinuable)
    const found = left.find(({ state }) => hasMore || state !== "paused") ?? left[0]
    if (found !== undefined) return found
    return yield* usageError(
      `there is no run in ${workspace} that can go on`,
      "`deputize ps` shows the runs: those that are completed have nothing left to do."
    )
  }
  const found = yield* readRun(yield* findRun(wanted))
  if (found.state === "running") return yield* underWay(found)
  if (found.agents.length === 0) {
    return yield* usageError(
      `run ${found.run} ended before anything of it was on record`,
      `Begin it anew; \`deputize rm ${found.run}\` removes it from the list.`
    )
  }
  return found
})

const onUnknownOf = (invocation: Invocation): NonNullable<ResumeOptions["onUnknown"]> => {
  const way = invocation.value("on-unknown")
  return way === "retry" || way === "skip" ? way : "ask"
}

/** A deadline that is configured is for runs that begin: one that goes on has its own. */
const readMore = Effect.fnUntraced(function* (invocation: Invocation, { ms, ...added }: Limit) {
  const deadlineMs = invocation.has("deadline") ? yield* readDeadline(invocation) : undefined
  const turns = invocation.value("max-turns")
  const maxTurns = turns === undefined ? undefined : yield* Effect.fromResult(parseCount("--max-turns", turns))
  const more: NonNullable<ResumeOptions["more"]> = {
    ...limitsOf(added),
    ...defined({ wallMs: deadlineMs, moreMs: ms, turns: maxTurns })
  }
  return more
})
