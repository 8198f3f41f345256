import * as Effect from "effect/Effect"
import type { Handler } from "../command/Command.ts"
import { detach, isDetaching } from "../run/Detach.ts"
import { say } from "../run/Say.ts"
import { workspaceOf } from "../values/Workspace.ts"

export const handler: Handler = Effect.fn("send")(function* (invocation) {
  const { root } = yield* workspaceOf(invocation)
  if (isDetaching(invocation)) return yield* detach(invocation, root)
  return yield* say(invocation, root)
})
