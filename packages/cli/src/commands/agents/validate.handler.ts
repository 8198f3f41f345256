import * as Effect from "effect/Effect"
import type { Handler } from "../../command/Command.ts"
import { ExitCode } from "../../ExitCode.ts"
import { agentsLayer } from "../../layers.ts"
import { findingsJson, findingsText, passes } from "../../render/Findings.ts"
import { jsonText } from "../../render/Json.ts"
import { Output } from "../../render/Output.ts"
import { validateAgents } from "../../run/ValidateAgents.ts"
import { workspaceOf } from "../../values/Workspace.ts"

export const handler: Handler = Effect.fn("agents validate")(function* (invocation) {
  const { data } = yield* Output
  const workspace = yield* workspaceOf(invocation)
  const isStrict = invocation.has("strict")
  const examined = yield* validateAgents(workspace, invocation.arguments).pipe(
    Effect.provide(agentsLayer(workspace.root, invocation.value("agent-file")))
  )
  yield* data.write(
    invocation.json ? jsonText(findingsJson(examined, isStrict)) : findingsText(examined, isStrict, data.style)
  )
  return passes(examined, isStrict) ? ExitCode.ok : ExitCode.usage
})
