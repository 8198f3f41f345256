/**
 * A build in front of the user: the question that it may need, progress, result, exit code.
 */
import type { Pipeline } from "@deputize/build-tools/pipeline/Pipeline"
import { build } from "@deputize/build-tools/runner/Build"
import type { BuildOptions } from "@deputize/build-tools/runner/BuildOptions"
import * as Effect from "effect/Effect"
import type { Invocation } from "../command/Invocation.ts"
import { confirmPublish, isPublish } from "./Publish.ts"
import { showResult } from "./ShowResult.ts"
import { watchBuild } from "./WatchBuild.ts"

export const runBuild = Effect.fn("runBuild")(function* (
  invocation: Invocation,
  pipeline: Pipeline,
  options: BuildOptions
) {
  if (pipeline.steps.some(isPublish)) {
    const { dryRun } = yield* Effect.promise(() => import("@deputize/build-tools/runner/DryRun"))
    yield* confirmPublish(invocation, yield* dryRun(pipeline, options))
  }
  const most = new Map(pipeline.steps.map(({ id, retry }) => [id, retry.retries + 1]))
  const result = yield* watchBuild(invocation, most, (onNotice) => build(pipeline, options, onNotice))
  return yield* showResult(invocation, result)
})
