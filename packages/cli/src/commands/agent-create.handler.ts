import * as Effect from "effect/Effect"
import type { Handler } from "../command/Command.ts"
import { create } from "../run/Create.ts"
import { createRequest } from "../run/CreateRequest.ts"
import { workspaceOf } from "../values/Workspace.ts"

export const handler: Handler = Effect.fn("agent-create")(function* (invocation) {
  const workspace = yield* workspaceOf(invocation)
  return yield* create(invocation, workspace, yield* createRequest(invocation, workspace))
})
