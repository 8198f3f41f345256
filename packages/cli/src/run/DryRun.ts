/**
 * `--dry-run`: the forecast of an assignment instead of its run.
 */
import { Runtime } from "@deputize/core/runtime/Runtime"
import * as Effect from "effect/Effect"
import type { Invocation } from "../command/Invocation.ts"
import { ExitCode } from "../ExitCode.ts"
import { forecastJson, forecastText } from "../render/Forecast.ts"
import { jsonText } from "../render/Json.ts"
import { Output } from "../render/Output.ts"
import type { Assignment } from "./Assignment.ts"
import { teamWords } from "./Nesting.ts"
import { warn } from "./Warn.ts"

export const dryRun = Effect.fn("dryRun")(function* (
  invocation: Invocation,
  { request, warnings }: Pick<Assignment, "request" | "warnings">
) {
  const { data } = yield* Output
  yield* warn(invocation, warnings)
  const forecast = yield* (yield* Runtime).forecast(request)
  const text = () => forecastText(forecast, teamWords(request), data.style)
  yield* data.write(invocation.json ? jsonText(forecastJson(forecast)) : text())
  return ExitCode.ok
})
