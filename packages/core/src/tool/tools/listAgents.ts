/**
 * list_agents: who else is there, and how they stand.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { memberLine } from "../MemberText.ts"
import { teamFor } from "../TeamTool.ts"
import type { Tool } from "../Tool.ts"

const Parameters = Schema.Struct({})

export const listAgents: Tool<typeof Parameters.Type> = {
  name: "list_agents",
  description: "Lists your parent, siblings and agents, with what they do and how they stand.",
  parameters: Parameters,
  timeLimitMs: 20_000,
  outputCap: 32 * 1024,
  replay: "safe",
  narrower: "there is no way to list fewer",
  actions: () => Effect.succeed([]),
  run: Effect.fnUntraced(function* () {
    const members = yield* (yield* teamFor("list_agents")).list
    return members.length === 0 ? "there is no other agent" : members.map(memberLine).join("\n")
  })
}
