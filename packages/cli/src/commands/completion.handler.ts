import * as Effect from "effect/Effect"
import type { Handler } from "../command/Command.ts"
import { completionScript } from "../command/completion/Script.ts"
import { shells } from "../command/completion/Shell.ts"
import { Output } from "../render/Output.ts"

/** Only where the file that npm links does not answer by itself: from source, or with flags. */
export const handler: Handler = Effect.fn("completion")(function* (invocation, table) {
  const { data } = yield* Output
  const shell = shells.find((each) => each === invocation.arguments[0])
  if (shell !== undefined) yield* data.write(completionScript(table, shell))
  return 0
})
