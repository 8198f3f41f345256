import * as Effect from "effect/Effect"
import type { Handler } from "../command/Command.ts"
import { begunText, nextText } from "../render/AgentFiles.ts"
import { jsonText } from "../render/Json.ts"
import { Output } from "../render/Output.ts"
import { initWorkspace } from "../run/InitWorkspace.ts"
import { workspaceOf } from "../values/Workspace.ts"

export const handler: Handler = Effect.fn("init")(function* (invocation) {
  const { data, notes } = yield* Output
  const { root } = yield* workspaceOf(invocation)
  const begun = yield* initWorkspace(root)
  yield* data.write(invocation.json ? jsonText({ workspace: root, ...begun }) : begunText(begun, data.style))
  if (!invocation.json && !invocation.quiet) yield* notes.write(nextText(begun, notes.style))
  return 0
})
