/**
 * Where an agent is on its course: what one turn leaves to the next.
 */
import * as Effect from "effect/Effect"
import type { BudgetExceeded } from "../budget/Budget.ts"
import type { ModelFacts } from "../model/Model.ts"
import type { Failures } from "../model/Retry.ts"
import type { Change } from "../workspace/ConfinedRoot.ts"
import { type AgentEvent, AgentJournal } from "./AgentEvent.ts"
import type { AnswerCut, TurnLimitReached } from "./AgentFailure.ts"
import type { Check } from "./AgentResult.ts"
import type { Corrections } from "./Claim.ts"
import * as Transcript from "./Transcript.ts"
import type { Means as TurnMeans } from "./Turn.ts"

export interface Means extends TurnMeans {
  readonly facts: ModelFacts
}

export interface Course {
  readonly transcript: Transcript.Transcript
  /** Of the requests of the turn that is due. */
  readonly failures: Failures
  /** Turns in a row of whose calls none could be understood. */
  readonly unreadable: number
  readonly corrections: Corrections
  /** How often the conversation was shortened for the turn that is due. */
  readonly shortened: number
  /** The provider has just refused the conversation as too long. */
  readonly overflowed: boolean
  /** Tokens that one request may hold, where the provider has shown that it takes fewer than was known of it. */
  readonly window: number
  /** Why the next answer is the last, where that is decided already. */
  readonly closeFor: Limit | null
  /** Of the first turn, in milliseconds since 1970. */
  readonly startedAt: number | null
}

/** What an agent is closed for. */
export type Limit = AnswerCut | BudgetExceeded | TurnLimitReached

export type Next = { readonly _tag: "Proceed"; readonly course: Course } | { readonly _tag: "Ended" }

/** What there is to tell of an agent, kept up to date while it runs. */
export interface Log {
  transcript: Transcript.Transcript
  readonly changes: Array<Change>
  checks: ReadonlyArray<Check>
}

export const begin = (transcript: Transcript.Transcript): Course => ({
  transcript,
  failures: noFailures,
  unreadable: 0,
  corrections: { checks: 0, form: 0 },
  shortened: 0,
  overflowed: false,
  window: Number.POSITIVE_INFINITY,
  closeFor: null,
  startedAt: null
})

export const noFailures: Failures = { request: 0, stream: 0 }

export const proceed = (course: Course): Next => ({ _tag: "Proceed", course })

export const ended: Next = { _tag: "Ended" }

/** Records what the agent is told, and tells it. */
export const tell = Effect.fnUntraced(function* (
  { task }: Means,
  course: Course,
  log: Log,
  ...facts: ReadonlyArray<Extract<AgentEvent, { _tag: "Told" | "Heard" }>>
) {
  yield* AgentJournal.append(task.run, task.path, task.parent, ...facts)
  log.transcript = facts.reduce(Transcript.apply, course.transcript)
  return { ...course, transcript: log.transcript }
})
