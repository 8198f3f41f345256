import * as Effect from "effect/Effect"
import type { Handler } from "../command/Command.ts"
import { showDiff } from "../record/ShowDiff.ts"
import { workspaceOf } from "../values/Workspace.ts"

export const handler: Handler = Effect.fn("diff")(function* (invocation) {
  const { root } = yield* workspaceOf(invocation)
  return yield* showDiff(invocation, root)
})
