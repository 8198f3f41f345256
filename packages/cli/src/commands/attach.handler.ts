import * as Effect from "effect/Effect"
import type { Handler } from "../command/Command.ts"
import { attach } from "../run/Attach.ts"
import { workspaceOf } from "../values/Workspace.ts"

export const handler: Handler = Effect.fn("attach")(function* (invocation) {
  const { root } = yield* workspaceOf(invocation)
  return yield* attach(invocation, root)
})
