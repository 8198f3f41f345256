import * as Effect from "effect/Effect"
import type { Handler } from "../command/Command.ts"
import { stop } from "../run/Stop.ts"
import { workspaceOf } from "../values/Workspace.ts"

export const handler: Handler = Effect.fn("stop")(function* (invocation) {
  const { root } = yield* workspaceOf(invocation)
  return yield* stop(invocation, root)
})
