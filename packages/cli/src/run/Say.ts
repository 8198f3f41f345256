/**
 * Says something to an agent: by an order to the process that has its run, or, where none has, by taking the run up again
 * with it.
 */
import { AgentPath, type RunId, rootPath } from "@deputize/core/domain/Ids"
import { readRun } from "@deputize/core/history/Runs"
import { Journal } from "@deputize/core/journal/Journal"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
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
  const found = { wanted: run, added: yield* readAdded(invocation) }
  const order = Effect.flatMap(prepareRecord(workspace), (record) =>
    Effect.provide(post(run, to, text), journalLayer(record))
  )
  const posted = state === "running" ? yield* order : "refused"
  if (posted === "refused") return yield* takeUp(invocation, workspace, { ...found, say: [{ to, text }] })
  // It waits there.
  if (posted === "left") return yield* takeUp(invocation, workspace, found)
  const receiver = to ?? agents[0]?.path ?? rootPath
  if (!invocation.quiet) yield* notes.write(`said to ${nameOf(receiver)} of run ${run}\n`)
  return 0
})

// internal

/**
 * What became of an order: on record; not taken yet by the owner of the run, who will; left where whoever takes the run
 * up next finds it; or refused, because the run had ended before.
 */
type Posted = "taken" | "waiting" | "left" | "refused"

const post = Effect.fnUntraced(function* (run: RunId, to: AgentPath | null, text: string) {
  const journal = yield* Journal
  const refused = yield* journal.post(run, { _tag: "Say", to, text }).pipe(
    Effect.as(false),
    Effect.catch((error) => (error.reason._tag === "RunClosed" ? Effect.succeed(true) : Effect.fail(error)))
  )
  if (refused) return "refused"
  const isOpen = Effect.map(journal.orders(run), (orders) =>
    orders.some(({ order }) => order._tag === "Say" && order.to === to && order.text === text)
  )
  const settled = Effect.gen(function* () {
    for (;;) {
      // In this order: what was taken before the end is on record.
      const standing = yield* journal.standing(run)
      if (!(yield* isOpen)) return "taken" satisfies Posted
      if (standing !== "held") return "left" satisfies Posted
      yield* Effect.sleep("100 millis")
    }
  })
  const seen = yield* Effect.timeoutOption(settled, "10 seconds")
  return Option.getOrElse(seen, (): Posted => "waiting")
})

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
