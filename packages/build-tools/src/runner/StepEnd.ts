/**
 * How a step ended in this build. Pure.
 */
import type { OutputFile } from "../fingerprint/Fingerprint.ts"
import type { Step } from "../pipeline/Pipeline.ts"
import type { StepOutcome } from "../record/BuildEvent.ts"
import type { InstallResult, TaskResult } from "./BuildResult.ts"

export interface StepEnd {
  readonly step: Step
  readonly outcome: StepOutcome
  /** Why it ran or not, in words. */
  readonly why: string
  readonly attempts: number
  readonly ms: number
  readonly warnings: number
  readonly tasks: ReadonlyArray<TaskResult>
  readonly outputs: ReadonlyArray<OutputFile>
  /** Of the last attempt. */
  readonly log: string | null
  readonly installed: InstallResult | null
}

type Told = Partial<Omit<StepEnd, "step" | "outcome" | "why" | "ms">>

export const stepEnd = (step: Step, outcome: StepOutcome, why: string, ms: number, more: Told = {}): StepEnd => ({
  step,
  outcome,
  why,
  ms,
  attempts: 0,
  warnings: 0,
  tasks: [],
  outputs: [],
  log: null,
  installed: null,
  ...more
})

/** Whether what needs it can go on. */
export const isPassed = ({ outcome, step }: StepEnd): boolean => {
  switch (outcome._tag) {
    case "Ran":
    case "UpToDate":
    case "Adopted":
    case "Resumed":
    case "Skipped":
      return true
    case "Failed":
      return step.continueOnError
    case "Blocked":
    case "Stopped":
      return false
  }
}
