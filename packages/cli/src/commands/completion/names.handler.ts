import * as Effect from "effect/Effect"
import type { Handler } from "../../command/Command.ts"
import { Output } from "../../render/Output.ts"
import { workspaceOf } from "../../values/Workspace.ts"

export const handler: Handler = Effect.fn("completion names")(function* (invocation) {
  const { data } = yield* Output
  const { root } = yield* workspaceOf(invocation)
  // Somebody waits for a key to answer: nothing is loaded that is not needed for it.
  const { names } =
    invocation.arguments[0] === "runs"
      ? yield* Effect.promise(() => import("../../record/RunNames.ts"))
      : yield* Effect.promise(() => import("../../values/AgentNames.ts"))
  const found = yield* names(root)
  // A name with a line break in it cannot be typed either.
  yield* data.write(
    found
      .filter((name) => !/\s/.test(name))
      .map((name) => `${name}\n`)
      .join("")
  )
  return 0
})
