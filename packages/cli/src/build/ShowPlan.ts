/**
 * `--dry-run` and `--explain`: what a build would do instead of the build.
 */
import type { Pipeline } from "@deputize/build-tools/pipeline/Pipeline"
import type { BuildOptions } from "@deputize/build-tools/runner/BuildOptions"
import { dryRun, explain } from "@deputize/build-tools/runner/DryRun"
import * as Effect from "effect/Effect"
import type { Invocation } from "../command/Invocation.ts"
import { ExitCode } from "../ExitCode.ts"
import { dryRunText, explainText } from "../render/BuildPlan.ts"
import { snakeJsonText } from "../render/Json.ts"
import { Output } from "../render/Output.ts"
import { localClock } from "../values/LocalClock.ts"

export const showPlan = Effect.fn("showPlan")(function* (
  invocation: Invocation,
  pipeline: Pipeline,
  options: BuildOptions
) {
  const { data } = yield* Output
  const steps = yield* dryRun(pipeline, options)
  const json = { schemaVersion: 1, pipeline: pipeline.name, steps }
  yield* data.write(invocation.json ? snakeJsonText(json) : dryRunText(steps, data.style))
  return ExitCode.ok
})

export const showExplanation = Effect.fn("showExplanation")(function* (
  invocation: Invocation,
  pipeline: Pipeline,
  options: BuildOptions
) {
  const { data } = yield* Output
  const step = yield* explain(pipeline, invocation.value("explain") ?? "", options)
  const last = step.last === null ? null : { ...step.last, finishedAt: new Date(step.last.finishedAt).toISOString() }
  const json = { schemaVersion: 1, pipeline: pipeline.name, ...step, last }
  yield* data.write(invocation.json ? snakeJsonText(json) : explainText(step, data.style, localClock))
  return ExitCode.ok
})
