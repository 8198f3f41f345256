import { join } from "node:path"
import { loadPipeline } from "@deputize/build-tools/pipeline/LoadPipeline"
import { answerNothingToDo } from "@deputize/build-tools/runner/NothingToDo"
import * as Effect from "effect/Effect"
import { buildPlace } from "../build/BuildPlace.ts"
import { buildRequest } from "../build/BuildRequest.ts"
import { showResult } from "../build/ShowResult.ts"
import type { Handler } from "../command/Command.ts"
import { buildLayer, fingerprintsLayer } from "../layers.ts"

export const handler: Handler = Effect.fn("build")(function* (invocation) {
  const place = yield* buildPlace(invocation)
  if (invocation.has("init")) {
    const { initBuild } = yield* Effect.promise(() => import("../build/InitBuild.ts"))
    return yield* initBuild(invocation, place)
  }
  const { file, options } = yield* buildRequest(invocation, place)
  const { home, platform, workspace } = place
  const pipeline = yield* loadPipeline({
    workspace,
    platform,
    home,
    ...(file === undefined ? {} : { file }),
    // The name of this chunk changes with the code that reads pipelines; run from source, nothing would tell.
    ...(isSource ? {} : { kept: { file: join(place.folder, "pipeline.json"), version: import.meta.url } })
  })
  if (invocation.has("dry-run") || invocation.has("explain")) {
    const { showExplanation, showPlan } = yield* Effect.promise(() => import("../build/ShowPlan.ts"))
    const show = invocation.has("explain") ? showExplanation : showPlan
    return yield* show(invocation, pipeline, options).pipe(Effect.provide(buildLayer(place)))
  }
  const answer = yield* answerNothingToDo(pipeline, options).pipe(Effect.provide(fingerprintsLayer(place)))
  if (answer !== undefined) return yield* showResult(invocation, answer)
  // Only here: what runs steps and records them is most of what there is to load.
  const { runBuild } = yield* Effect.promise(() => import("../build/RunBuild.ts"))
  return yield* runBuild(invocation, pipeline, options).pipe(Effect.provide(buildLayer(place)))
})

// internal

const isSource = import.meta.url.endsWith(".ts")
