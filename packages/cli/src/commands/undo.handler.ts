import * as Effect from "effect/Effect"
import type { Handler } from "../command/Command.ts"
import { undo } from "../run/Undo.ts"
import { workspaceOf } from "../values/Workspace.ts"

export const handler: Handler = Effect.fn("undo")(function* (invocation) {
  const { root } = yield* workspaceOf(invocation)
  return yield* undo(invocation, root)
})
