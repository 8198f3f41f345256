/**
 * What a program of an earlier process of this session made, if it passed and that process died, or was stopped, before
 * it could keep the result.
 *
 * 1. Only a step whose end is not on record: what ended was kept, and if it is due again then for a reason.
 * 2. The program left its mark, in the same state of inputs, and in this run of the machine: what was not put on the disk
 *    before a loss of power may be gone, and its mark not.
 * 3. All that it should have made is there, and nothing of it was changed after the mark.
 */
import { lstatSync } from "node:fs"
import { join } from "node:path"
import { startTimeOf } from "@deputize/core/internal/process/ProcessTable"
import * as Effect from "effect/Effect"
import type { Fingerprint, OutputFile } from "../fingerprint/Fingerprint.ts"
import { Fingerprints } from "../fingerprint/Fingerprints.ts"
import { unmatched } from "../fingerprint/Manifest.ts"
import type { Pipeline, Step } from "../pipeline/Pipeline.ts"
import type { AttemptState, StepState } from "../record/BuildState.ts"
import { passedFile } from "./Session.ts"

export interface Predecessor {
  readonly pipeline: Pick<Pipeline, "workspace">
  /** Steps as they were on record when this process began. */
  readonly earlier: ReadonlyArray<StepState>
}

/** Its outputs; undefined where it has to run. */
export const adopt = Effect.fn("Adoption.adopt")(function* (
  { earlier: steps, pipeline }: Predecessor,
  step: Step,
  fingerprint: Fingerprint | null
) {
  const earlier = steps.find(({ id }) => id === step.id)
  if (step._tag !== "Run" || earlier === undefined || earlier.outcome !== null) return undefined
  const { attempt } = earlier
  if (attempt === null || !mayHavePassed(attempt) || attempt.fingerprint !== fingerprint?.hash) return undefined
  const markedAt = changedAt(passedFile(attempt.log))
  if (markedAt === undefined) return undefined
  const fingerprints = yield* Fingerprints
  const outputs: ReadonlyArray<OutputFile> = yield* fingerprints.outputs(step.outputs)
  const isWhole = outputs.every(({ path }) => {
    const at = changedAt(join(pipeline.workspace, path))
    return at !== undefined && at <= markedAt
  })
  return isWhole && unmatched(step.outputs, outputs).length === 0 ? outputs : undefined
})

// internal

/** A runner that is stopped does not wait for the outcome, and one that died may have had it on record. */
const mayHavePassed = ({ outcome, process }: AttemptState): boolean =>
  (outcome === null || outcome._tag === "Passed" || outcome._tag === "Stopped") &&
  process !== null &&
  bootOf(process.startTime) === bootOf(startTimeOf(globalThis.process.pid))

/** Where the system does not tell, all processes are of one. */
const bootOf = (startTime: string): string => startTime.replace(/[^:]*$/, "")

const changedAt = (file: string): bigint | undefined =>
  lstatSync(file, { bigint: true, throwIfNoEntry: false })?.mtimeNs
