/** What a runner would put on record for a step that it starts now. */
import * as Effect from "effect/Effect"
import type { Step } from "../../src/pipeline/Pipeline.ts"
import { lookOut } from "../../src/runner/Outlook.ts"
import { sessionInputs } from "../../src/runner/SessionInputs.ts"
import { pipelineOf } from "../testing/steps.ts"
import { type Place, services } from "./place.ts"

export const fingerprintNow = (place: Place, steps: ReadonlyArray<Step>, step: string) =>
  Effect.gen(function* () {
    const pipeline = pipelineOf(place.workspace, steps)
    const { fingerprints } = yield* lookOut(pipeline, place.options)
    const inputs = yield* sessionInputs(pipeline, { ...place.options, resume: true })
    return { fingerprint: fingerprints.get(step)?.hash ?? null, inputs }
  }).pipe(Effect.provide(services(place), { local: true }))
