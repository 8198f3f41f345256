/**
 * spawn_agent: another agent gets to work on a part of the goal.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { teamFor } from "../TeamTool.ts"
import { type Tool, ToolContext } from "../Tool.ts"

const Parameters = Schema.Struct({
  agent: Schema.String,
  goal: Schema.NonEmptyString.annotate({ description: "Complete in itself: it has not seen what you have" }),
  inputs: Schema.optionalKey(Schema.Record(Schema.String, Schema.String)),
  budget: Schema.optionalKey(Schema.Int.pipe(Schema.check(Schema.isGreaterThan(0))).annotate({ description: "Tokens" }))
})

export const spawnAgent: Tool<typeof Parameters.Type> = {
  name: "spawn_agent",
  description: "Starts another agent on a part of the work. It works beside you; wait gives its result.",
  parameters: Parameters,
  timeLimitMs: 60_000,
  outputCap: 4096,
  // A call starts one agent, however often it runs.
  replay: "safe",
  narrower: "start one agent at a time",
  actions: Effect.fnUntraced(function* ({ agent }) {
    const team = yield* teamFor("spawn_agent")
    return [{ _tag: "Spawn", agent: yield* team.nameOf(agent) }]
  }),
  run: Effect.fnUntraced(function* ({ agent, budget, goal, inputs = {} }) {
    const team = yield* teamFor("spawn_agent")
    const { callId } = yield* ToolContext
    const asked = { agent, goal, inputs, ...(budget === undefined ? {} : { tokens: budget }) }
    const { error, path, state } = yield* team.spawn(asked, callId)
    if (state === "queued") return `${path} waits for its turn, and starts by itself`
    return error === null ? `started ${path}` : `${path} has ended already: ${error.message}`
  })
}
