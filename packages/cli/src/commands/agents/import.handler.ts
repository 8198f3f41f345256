import * as Effect from "effect/Effect"
import type { Handler } from "../../command/Command.ts"
import { agentsLayer } from "../../layers.ts"
import { importedText, lostText } from "../../render/AgentFiles.ts"
import { jsonText } from "../../render/Json.ts"
import { Output } from "../../render/Output.ts"
import { importAgent } from "../../run/ImportAgent.ts"
import { workspaceOf } from "../../values/Workspace.ts"

export const handler: Handler = Effect.fn("agents import")(function* (invocation) {
  const { data, notes } = yield* Output
  const workspace = yield* workspaceOf(invocation)
  const options = { as: invocation.value("as"), force: invocation.has("force") }
  const imported = yield* importAgent(workspace, invocation.arguments[0] ?? "", options).pipe(
    Effect.provide(agentsLayer(workspace.root))
  )
  yield* data.write(invocation.json ? jsonText(imported) : importedText(imported, data.style))
  if (!invocation.json && !invocation.quiet) yield* notes.write(lostText(imported, notes.style))
  return 0
})
