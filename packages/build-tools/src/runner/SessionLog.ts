/**
 * The log of a session, for people: a line for each fact and for each important line of output. Pure but for the time
 * zone.
 */
import type { BuildEvent } from "../record/BuildEvent.ts"
import { describeOutcome } from "../record/Describe.ts"

/** Undefined for what the log need not tell. */
export const logLine = (event: BuildEvent): string | undefined => {
  switch (event._tag) {
    case "SessionStarted":
      return `session ${event.session} of ${event.inputs.pipeline}, ${event.jobs} jobs, process ${event.pid}`
    case "SessionResumed":
      return `resumed by process ${event.pid}, ${event.jobs} jobs`
    case "StepStarted":
      return `${event.step}: starts: ${event.why}`
    case "AttemptStarted":
      return `${event.step}: attempt ${event.attempt}, log ${event.log}`
    case "TaskEnded":
      return `${event.step}: ${event.task}: ${event.status} after ${seconds(event.ms)}`
    case "AttemptEnded": {
      const again = event.retryInMs === null ? "" : `, again in ${seconds(event.retryInMs)}`
      return `${event.step}: attempt ${event.attempt}: ${describeOutcome(event.outcome)}${again}`
    }
    case "StepEnded":
      return `${event.step}: ${outcomeText(event.outcome)} after ${seconds(event.ms)}`
    case "Warned":
      return `warning: ${event.step === null ? "" : `${event.step}: `}${event.text}`
    case "Installed":
      return `${event.step}: version ${event.version} in ${event.prefix}`
    case "SessionEnded":
      return `session ${event.status}`
    case "ProcessStarted":
    case "TaskStarted":
      return undefined
  }
}

/** `14:30:05 …` */
export const stamped = (text: string, time: number): string => `${new Date(time).toTimeString().slice(0, 8)} ${text}\n`

// internal

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`

const outcomeText = (outcome: Extract<BuildEvent, { readonly _tag: "StepEnded" }>["outcome"]): string => {
  switch (outcome._tag) {
    case "Ran":
      return "passed"
    case "UpToDate":
      return "up to date"
    case "Adopted":
      return "adopted: it had finished after its runner was gone"
    case "Resumed":
      return "passed earlier in this session"
    case "Skipped":
      return `left out: ${outcome.why}`
    case "Blocked":
      return `not run: ${outcome.by} did not pass`
    case "Failed":
      return `failed: ${outcome.problem}`
    case "Stopped":
      return "stopped"
  }
}
