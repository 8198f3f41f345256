/**
 * What a build came to, as text or data, and as exit code.
 */
import type { BuildResult } from "@deputize/build-tools/runner/BuildResult"
import * as Effect from "effect/Effect"
import type { Invocation } from "../command/Invocation.ts"
import { exitCodeOfBuild } from "../ExitCode.ts"
import { buildText } from "../render/BuildSummary.ts"
import { snakeJsonText } from "../render/Json.ts"
import { Output } from "../render/Output.ts"

export const showResult = Effect.fnUntraced(function* (invocation: Invocation, result: BuildResult) {
  const { data } = yield* Output
  yield* data.write(invocation.json ? snakeJsonText(result) : buildText(result, data.style))
  return exitCodeOfBuild(result)
})
