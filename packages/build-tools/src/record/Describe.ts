/**
 * How an attempt ended, in words. Pure.
 */
import type { AttemptOutcome } from "./BuildEvent.ts"

export const describeOutcome = (outcome: AttemptOutcome): string => {
  switch (outcome._tag) {
    case "Passed":
      return "it passed"
    case "Exited":
      return `it ended with exit code ${outcome.code}${meaningOf(outcome.code)}`
    case "Signalled":
      return `it was ended by ${outcome.signal}`
    case "TimedOut":
      return `it took longer than ${outcome.afterMs / 1_000} s`
    case "Broken":
      return outcome.problem
    case "Stopped":
      return "it was stopped"
  }
}

// internal

/** A shell's own codes. */
const meaningOf = (code: number): string =>
  code === 127 ? ": no such program" : code === 126 ? ": the program may not be run" : ""
