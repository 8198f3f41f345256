import * as Effect from "effect/Effect"
import type { Handler } from "../command/Command.ts"
import { environment } from "../config/Environment.ts"
import { examine } from "../doctor/Examine.ts"
import { ExitCode } from "../ExitCode.ts"
import { findingsJson, findingsText } from "../render/Doctor.ts"
import { jsonText } from "../render/Json.ts"
import { Output } from "../render/Output.ts"
import { workspaceOf } from "../values/Workspace.ts"

export const handler: Handler = Effect.fn("doctor")(function* (invocation) {
  const { data } = yield* Output
  const { root } = yield* workspaceOf(invocation)
  const findings = yield* examine(environment(), root, invocation.has("clear"))
  yield* data.write(invocation.json ? jsonText(findingsJson(findings)) : findingsText(findings, data.style))
  return findings.some(({ status }) => status === "problem") ? ExitCode.usage : ExitCode.ok
})
