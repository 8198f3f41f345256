/**
 * One attempt at a step: what it is given, and what comes of it.
 */
import type { AttemptLog } from "../command/AttemptLog.ts"
import type { Step } from "../pipeline/Pipeline.ts"
import type { AttemptOutcome } from "../record/BuildEvent.ts"
import type { InstallResult, TaskResult } from "./BuildResult.ts"
import type { Session } from "./Session.ts"

export interface Attempt {
  readonly session: Session
  readonly number: number
  readonly log: AttemptLog
  /** Counts a line of the output that warns. */
  readonly onWarning: () => void
}

export interface AttemptEnd {
  readonly outcome: AttemptOutcome
  /** The end of its output. */
  readonly output: string
  /** What its tasks made, where the step itself states no outputs. */
  readonly outputs: ReadonlyArray<string>
  readonly tasks: ReadonlyArray<TaskResult>
  readonly installed: InstallResult | null
}

export const nothingMore = { outputs: [], tasks: [], installed: null }

/** Puts a program of the attempt on record. */
export const recordProcess =
  (step: Step, { number, session }: Attempt) =>
  ({ pid, startTime }: { readonly pid: number; readonly startTime: string }) =>
    session.record({ _tag: "ProcessStarted", step: step.id, attempt: number, pid, startTime })
