import * as Effect from "effect/Effect"
import type { Handler } from "../command/Command.ts"
import { readAdded } from "../run/Added.ts"
import { detach, isDetaching } from "../run/Detach.ts"
import { takeUp } from "../run/TakeUp.ts"
import { workspaceOf } from "../values/Workspace.ts"

export const handler: Handler = Effect.fn("resume")(function* (invocation) {
  const { root } = yield* workspaceOf(invocation)
  if (isDetaching(invocation)) return yield* detach(invocation, root)
  return yield* takeUp(invocation, root, { wanted: invocation.arguments[0], added: yield* readAdded(invocation) })
})
