/**
 * Which run, and which agent of it, a command about changed files means.
 */
import { newestChanged } from "@deputize/core/changes/ReadChanges"
import type { RunChanges } from "@deputize/core/changes/RunChanges"
import { isBelow } from "@deputize/core/changes/Step"
import { AgentPath } from "@deputize/core/domain/Ids"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { Invocation } from "../command/Invocation.ts"
import { usageError } from "../command/UsageError.ts"
import { Output } from "../render/Output.ts"
import { visible } from "../render/Width.ts"
import { findRun, newestRun, noRuns } from "./Runs.ts"

/** The one named, else the newest that changed something; says so where there is none. */
export const changedRun = Effect.fnUntraced(function* (invocation: Invocation, workspace: string) {
  const [wanted] = invocation.arguments
  const run = yield* wanted === undefined ? newestChanged : Effect.map(findRun(wanted), Option.some)
  if (Option.isSome(run)) return run
  const { notes } = yield* Output
  if (Option.isNone(yield* newestRun)) yield* noRuns(invocation, workspace)
  else if (!invocation.quiet) yield* notes.write(`no run in ${visible(workspace)} has changed a file\n`)
  return run
})

/** The agent whose changes are meant; null for all. */
export const agentOf = (invocation: Invocation) => {
  const wanted = invocation.value("agent")?.replace(/(?<=.)\/+$/, "")
  if (wanted === undefined) return Effect.succeed(null)
  const path = wanted.startsWith("/") ? wanted : `/root/${wanted}`
  return Schema.is(AgentPath)(path)
    ? Effect.succeed(path)
    : Effect.fail(usageError(`--agent ${wanted} is no agent`, "Name it as `deputize logs` does, or as /root/NAME."))
}

/** Fails for an agent that the run does not have. */
export const requireAgent = ({ agents, run }: RunChanges, agent: AgentPath | null) => {
  if (agent === null || [...agents].some((path) => isBelow(agent, path))) return Effect.void
  const known = [...agents].filter((path) => path !== "/root").slice(0, 8)
  const hint = known.length === 0 ? "No agent has started in it." : `It has ${known.join(", ")}.`
  return Effect.fail(usageError(`run ${run} has no agent ${agent}`, hint))
}
