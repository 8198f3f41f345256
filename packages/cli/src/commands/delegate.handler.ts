import * as Effect from "effect/Effect"
import type { Handler } from "../command/Command.ts"
import { agentsLayer } from "../layers.ts"
import { answerText, summaryText } from "../render/Text.ts"
import { conduct } from "../run/Conduct.ts"
import { singleRequest } from "../run/SingleRequest.ts"
import { workspaceOf } from "../values/Workspace.ts"

export const handler: Handler = Effect.fn("delegate")(function* (invocation) {
  const workspace = yield* workspaceOf(invocation)
  const assignment = yield* singleRequest(invocation, workspace).pipe(
    Effect.provide(agentsLayer(workspace.root, invocation.value("agent-file")))
  )
  return yield* conduct(
    invocation,
    assignment,
    (result, out, { notes }) => ({ data: answerText(result), notes: summaryText(result, out, notes.style) }),
    { streamsAnswer: true }
  )
})
