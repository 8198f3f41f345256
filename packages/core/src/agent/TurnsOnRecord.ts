/**
 * What an agent's course leaves on record besides its conversation: how its last turn ended, and what is counted from
 * turn to turn. Pure.
 */
import type { Failure } from "../domain/Failure.ts"
import type { FinishReason } from "../model/Model.ts"
import type { Failures } from "../model/Retry.ts"
import type { TurnFailed, TurnRequested } from "./AgentEvent.ts"
import { interruptedTag } from "./AgentFailure.ts"
import * as Claim from "./Claim.ts"
import type { LimitName } from "./LimitReached.ts"
import type { Fact } from "./Records.ts"

export interface TurnsOnRecord {
  /** The last turn; null before the first, and where the agent goes on after it was closed. */
  readonly last: LastTurn | null
  readonly corrections: Claim.Corrections
  /** Turns in a row, before the last, of whose calls none could be understood. */
  readonly unreadable: number
  /** Of the requests that came after the last turn. */
  readonly failures: Failures
  /** Those of them that were ended from outside: by a crash, or by who ended the agent. */
  readonly cut: number
  /** What the last of them failed with that has cost its reserve, was to be sent again, and not to be the last answer. */
  readonly lost: Failure | null
  /** How often the conversation was shortened after the last turn. */
  readonly shortened: number
  /** A summary was asked for after the last turn, and none came, and nothing was shortened since. */
  readonly isUnsummarised: boolean
}

export interface LastTurn {
  readonly finish: FinishReason
  readonly maxOutputTokens: number
  /** The limit for which it was the closing answer. */
  readonly why?: LimitName
  /** What the answer before it had been cut at, where it was closed for that; its own cap else. */
  readonly cutAt: number
}

export const ofFacts = (facts: Iterable<Fact>): TurnsOnRecord => {
  let turns: TurnsOnRecord = none
  let requested: typeof TurnRequested.Type | undefined
  // Of the last turn: how many calls it has, and whether one of them was understood.
  let [calls, isUnderstood] = [0, false]
  for (const fact of facts) {
    switch (fact._tag) {
      case "TurnRequested":
        requested = fact
        break
      case "TurnCompleted": {
        if (fact.purpose === "summary") {
          turns = { ...turns, isUnsummarised: true }
          break
        }
        const unreadable = calls === 0 ? turns.unreadable : isUnderstood ? 0 : turns.unreadable + 1
        const last = lastTurn(fact.finish, requested, turns.last)
        turns = { ...none, last, corrections: turns.corrections, unreadable }
        calls = fact.calls.length
        isUnderstood = false
        break
      }
      case "Done":
        isUnderstood ||= fact.unmade !== "unreadable"
        break
      case "TurnFailed":
        turns = withFailure(turns, fact, requested)
        break
      case "Compacted":
        turns = {
          ...turns,
          failures: none.failures,
          cut: 0,
          lost: null,
          shortened: turns.shortened + 1,
          isUnsummarised: false
        }
        break
      case "Ended":
        turns = { ...withAttempts(turns), lost: null }
        break
      case "Continued":
        // One that was only cut goes on with the attempts that it had left.
        if (fact.cause === "restart") turns = withAttempts(turns)
        break
      case "Told":
        turns = fact.reopened
          ? { ...turns, last: null, corrections: Claim.none }
          : { ...turns, corrections: Claim.counting(turns.corrections, fact) }
        break
    }
  }
  return turns
}

/** Who failed and goes on has all attempts again; those that were made still count as made. */
export const withAttempts = (turns: TurnsOnRecord): TurnsOnRecord => {
  const { cut, failures } = turns
  return { ...turns, failures: none.failures, cut: cut + failures.request + failures.stream }
}

// internal

const none: TurnsOnRecord = {
  last: null,
  corrections: Claim.none,
  unreadable: 0,
  failures: { request: 0, stream: 0 },
  cut: 0,
  lost: null,
  shortened: 0,
  isUnsummarised: false
}

const lastTurn = (
  finish: FinishReason,
  requested: typeof TurnRequested.Type | undefined,
  before: LastTurn | null
): LastTurn => {
  const { closing = false, maxOutputTokens = 0, why = closing ? "budget" : undefined } = requested ?? {}
  const cutAt = why === "length" && before !== null ? before.cutAt : maxOutputTokens
  return { finish, maxOutputTokens, cutAt, ...(why === undefined ? {} : { why }) }
}

const withFailure = (
  turns: TurnsOnRecord,
  { charged, error, purpose, retryInMs }: typeof TurnFailed.Type,
  requested: typeof TurnRequested.Type | undefined
): TurnsOnRecord => {
  if (error.tag === interruptedTag) return { ...turns, cut: turns.cut + 1 }
  // It ended the agent, or led to a shorter conversation.
  if (retryInMs === null) return purpose === "summary" ? { ...turns, isUnsummarised: true } : turns
  const stage = error.stage === "streaming" ? "stream" : "request"
  const failures = { ...turns.failures, [stage]: turns.failures[stage] + 1 }
  return { ...turns, failures, lost: requested?.closing === true || charged === 0 ? turns.lost : error }
}
