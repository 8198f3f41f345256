/**
 * Says something to an agent: by an order to the process that has its run, or, where none has, by taking the run up again
 * with it.
 */
import { AgentPath, rootPath } from "@deputize/core/domain/Ids"
import { readRun } from "@deputize/core/history/Runs"
import { Journal } from "@deputize/core/journal/Journal"
import * as Effect from "effect/Effect"
import type { Invocation } from "../command/Invocation.ts"
import { usageError } from "../command/UsageError.ts"
import { journalLayer } from "../layers.ts"
import { findRun, recordOf } from "../record/Runs.ts"
import { Output } from "../render/Output.ts"
import { nameOf } from "../render/PlainLines.ts"
import { readGoal } from "../values/Goal.ts"
import { prepareRecord } from "../values/Record.ts"
import { readAdded } from "./Added.ts"
import { takeUp } from "./TakeUp.ts"

export const say = Effect.fn("say")(function* (invocation: Invocation, workspace: string) {
  const { notes } = yield* Output
  const [address = "", said = ""] = invocation.arguments
  const text = yield* readGoal("the text", said)
  const { agents, run, state } = yield* Effect.provide(addressed(address), recordOf(workspace))
  const slash = address.indexOf("/")
  const to = slash < 0 ? null : yield* pathOf(address.slice(slash + 1), run, agents)
  if (state !== "running") {
    return yield* takeUp(invocation, workspace, {
      wanted: run,
      added: yield* readAdded(invocation),
      say: [{ to, text }]
    })
  }
  const record = yield* prepareRecord(workspace)
  yield* Effect.flatMap(Journal, (journal) => journal.post(run, { _tag: "Say", to, text })).pipe(
    Effect.provide(journalLayer(record))
  )
  const receiver = to ?? agents[0]?.path ?? rootPath
  if (!invocation.quiet) yield* notes.write(`said to ${nameOf(receiver)} of run ${run}\n`)
  return 0
})

// internal

const addressed = Effect.fnUntraced(function* (address: string) {
  return yield* readRun(yield* findRun(address.split("/")[0] ?? ""))
})

/** By the path below the run, or the last part of it where only one agent has it. */
const pathOf = Effect.fnUntraced(function* (
  wanted: string,
  run: string,
  agents: ReadonlyArray<{ readonly path: string }>
) {
  const name = wanted.replace(/\/+$/, "")
  const paths = agents.map(({ path }) => path)
  const exact = paths.find((path) => path === `/root/${name}`)
  const meant = exact === undefined ? paths.filter((path) => path.endsWith(`/${name}`)) : [exact]
  const [only] = meant
  if (only !== undefined && meant.length === 1) return AgentPath.make(only)
  return yield* usageError(
    meant.length === 0 ? `run ${run} has no agent ${name}` : `${name} may be ${meant.map(nameOf).join(" or ")}`,
    `It has ${paths.slice(0, 8).map(nameOf).join(", ")}.`
  )
})
