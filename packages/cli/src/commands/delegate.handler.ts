import * as Effect from "effect/Effect"
import type { Handler } from "../command/Command.ts"
import { agentsLayer } from "../layers.ts"
import { conduct } from "../run/Conduct.ts"
import { presentOne } from "../run/Deliver.ts"
import { detach, isDetaching } from "../run/Detach.ts"
import { singleRequest } from "../run/SingleRequest.ts"
import { workspaceOf } from "../values/Workspace.ts"

export const handler: Handler = Effect.fn("delegate")(function* (invocation) {
  const workspace = yield* workspaceOf(invocation)
  if (isDetaching(invocation)) return yield* detach(invocation, workspace.root)
  const assignment = yield* singleRequest(invocation, workspace).pipe(
    Effect.provide(agentsLayer(workspace.root, invocation.value("agent-file")))
  )
  return yield* conduct(invocation, assignment, presentOne, { streamsAnswer: true })
})
