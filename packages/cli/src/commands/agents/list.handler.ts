import { AgentLoader } from "@deputize/core/definition/AgentLoader"
import * as Effect from "effect/Effect"
import type { Handler } from "../../command/Command.ts"
import { agentsLayer } from "../../layers.ts"
import { agentListJson, agentListText } from "../../render/AgentList.ts"
import { jsonText } from "../../render/Json.ts"
import { Output } from "../../render/Output.ts"
import { workspaceOf } from "../../values/Workspace.ts"

export const handler: Handler = Effect.fn("agents list")(function* (invocation) {
  const { data } = yield* Output
  const workspace = yield* workspaceOf(invocation)
  const listed = yield* Effect.flatMap(AgentLoader, (loader) => loader.list).pipe(
    Effect.provide(agentsLayer(workspace.root, invocation.value("agent-file")))
  )
  yield* data.write(invocation.json ? jsonText(agentListJson(listed)) : agentListText(listed, data.style))
  return 0
})
