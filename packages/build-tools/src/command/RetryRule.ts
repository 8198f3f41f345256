/**
 * Whether a failed attempt can pass next time, and after how long it is made again. Pure: the caller counts and sleeps.
 */
import type { Retry } from "../pipeline/Pipeline.ts"
import type { AttemptOutcome } from "../record/BuildEvent.ts"

export interface FailedAttempt {
  readonly outcome: AttemptOutcome
  /** The end of what it printed. */
  readonly output: string
  /** This one's number, from 1. */
  readonly attempt: number
  /** At least 0 and less than 1. */
  readonly random: number
}

/** Milliseconds to wait before the next attempt; null: there is none. */
export const retryDelay = (retry: Retry, { attempt, outcome, output, random }: FailedAttempt): number | null => {
  if (attempt > retry.retries || !mayPass(retry, outcome, output)) return null
  const longest = Math.min(retry.maxMs, retry.initialMs * retry.factor ** (attempt - 1))
  // From half of it to all of it: attempts that failed together do not meet again.
  return Math.round(longest * (0.5 + random / 2))
}

// internal

const mayPass = (retry: Retry, outcome: AttemptOutcome, output: string): boolean => {
  switch (outcome._tag) {
    case "TimedOut":
    case "Signalled":
      return true
    case "Exited":
      return (
        (retry.exitCodes?.includes(outcome.code) ?? !hopeless.includes(outcome.code)) ||
        retry.patterns.some((pattern) => new RegExp(pattern, "m").test(output))
      )
    case "Passed":
    case "Broken":
    case "Stopped":
      return false
  }
}

/** A shell's: the program may not be run, or is not there. */
const hopeless = [126, 127]
