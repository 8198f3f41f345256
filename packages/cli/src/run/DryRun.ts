/**
 * `--dry-run`: the forecast of an assignment instead of its run.
 */

import type { RunRequest } from "@deputize/core/runtime/RunRequest"
import { Runtime } from "@deputize/core/runtime/Runtime"
import * as Effect from "effect/Effect"
import type { Invocation } from "../command/Invocation.ts"
import { ExitCode } from "../ExitCode.ts"
import { forecastJson, forecastText } from "../render/Forecast.ts"
import { jsonText } from "../render/Json.ts"
import { Output } from "../render/Output.ts"
import { teamWords } from "./Nesting.ts"

export const dryRun = Effect.fn("dryRun")(function* (invocation: Invocation, request: RunRequest) {
  const { data } = yield* Output
  const forecast = yield* (yield* Runtime).forecast(request)
  const text = () => forecastText(forecast, teamWords(request), data.style)
  yield* data.write(invocation.json ? jsonText(forecastJson(forecast)) : text())
  return ExitCode.ok
})
