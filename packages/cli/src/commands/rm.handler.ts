import * as Effect from "effect/Effect"
import type { Handler } from "../command/Command.ts"
import { remove } from "../run/Remove.ts"
import { workspaceOf } from "../values/Workspace.ts"

export const handler: Handler = Effect.fn("rm")(function* (invocation) {
  const { root } = yield* workspaceOf(invocation)
  return yield* remove(invocation, root)
})
