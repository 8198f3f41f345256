/**
 * A readable view of a session on disk, for people and scripts that look while it runs or after it died. Nothing is ever
 * decided by it: the record is.
 */
import { join } from "node:path"
import * as Effect from "effect/Effect"
import { writeAtomically } from "../fingerprint/StateFile.ts"
import { stateUnwritable } from "../fingerprint/StateUnwritable.ts"
import type { BuildState, StepState } from "./BuildState.ts"
import { describeOutcome } from "./Describe.ts"

export interface Checkpoint {
  readonly session_id: string
  readonly completed_steps: ReadonlyArray<string>
  /** The first of those at work; null between steps. */
  readonly current_step: string | null
  /** Seconds, of the steps that have ended. */
  readonly build_times: Readonly<Record<string, number>>
  readonly errors: ReadonlyArray<{
    readonly step: string
    readonly cmd: string
    readonly error: string
    readonly timestamp: string
  }>
  /** ISO 8601, as all times here. */
  readonly timestamp: string
}

/** `commands` are the steps' commands in words; `now` is in milliseconds since 1970. */
export const checkpoint = (state: BuildState, commands: Readonly<Record<string, string>>, now: number): Checkpoint => ({
  session_id: state.session,
  completed_steps: state.steps.filter(isCompleted).map(({ id }) => id),
  current_step: state.steps.find(({ outcome, startedAt }) => startedAt !== null && outcome === null)?.id ?? null,
  build_times: Object.fromEntries(
    state.steps.filter(({ outcome }) => outcome !== null).map(({ id, ms }) => [id, Math.round(ms) / 1000])
  ),
  errors: state.steps.flatMap((step) => {
    const error = errorOf(step)
    if (error === undefined) return []
    const timestamp = new Date(step.endedAt ?? state.lastEventAt).toISOString()
    return [{ step: step.id, cmd: commands[step.id] ?? step.title, error, timestamp }]
  }),
  timestamp: new Date(now).toISOString()
})

/** `checkpoint-<session>.json`, whole or as it was before. */
export const writeCheckpoint = (folder: string, content: Checkpoint) =>
  Effect.suspend(() => {
    const file = join(folder, `checkpoint-${content.session_id}.json`)
    try {
      writeAtomically(file, `${JSON.stringify(content, null, 2)}\n`)
      return Effect.void
    } catch (thrown) {
      return Effect.fail(stateUnwritable(file, thrown))
    }
  })

// internal

const isCompleted = ({ outcome }: StepState): boolean => {
  switch (outcome?._tag) {
    case "Ran":
    case "UpToDate":
    case "Adopted":
    case "Resumed":
      return true
    case "Blocked":
    case "Failed":
    case "Skipped":
    case "Stopped":
    case undefined:
      return false
  }
}

/** The step's own failure, or that of its last attempt while it is tried again. */
const errorOf = ({ attempt, outcome }: StepState): string | undefined => {
  if (outcome?._tag === "Failed") return outcome.problem
  const last = attempt?.outcome ?? null
  return outcome !== null || last === null || last._tag === "Passed" ? undefined : describeOutcome(last)
}
