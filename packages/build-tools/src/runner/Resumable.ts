/**
 * The session that goes on with `--resume`, and what had passed in it.
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { Pipeline, StepId } from "../pipeline/Pipeline.ts"
import { BuildRecord } from "../record/BuildRecord.ts"
import type { BuildState } from "../record/BuildState.ts"
import { BuildError, noRecord } from "./BuildError.ts"
import type { BuildOptions } from "./BuildOptions.ts"
import { differences, sessionInputs } from "./SessionInputs.ts"

/** The last session, if it can go on; null where it completed or nothing was built yet. */
export const resumable = Effect.fn("Resumable.resumable")(function* (pipeline: Pipeline, options: BuildOptions) {
  if (!options.resume) return null
  const record = yield* BuildRecord
  const last = Option.getOrNull(yield* noRecord(options.folder, record.last))
  if (last === null || last.status === "completed") return null
  const what = differences(last.inputs, yield* sessionInputs(pipeline, options))
  if (what.length === 0) return last
  return yield* new BuildError({ reason: { _tag: "InputsDiffer", session: last.session, what } })
})

export const passedIn = (earlier: BuildState | null): ReadonlySet<StepId> =>
  new Set(
    (earlier?.steps ?? [])
      .filter(({ outcome }) => outcome !== null && passing.includes(outcome._tag))
      .map(({ id }) => id)
  )

// internal

const passing: ReadonlyArray<string> = ["Ran", "UpToDate", "Adopted", "Resumed"]
