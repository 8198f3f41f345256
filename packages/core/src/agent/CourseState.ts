/**
 * Where an agent is on its course: what one turn leaves to the next.
 */
import * as Effect from "effect/Effect"
import type { Failure } from "../domain/Failure.ts"
import type { ModelFacts } from "../model/Model.ts"
import type { Failures } from "../model/Retry.ts"
import type { Change } from "../workspace/ConfinedRoot.ts"
import { type AgentEvent, AgentJournal } from "./AgentEvent.ts"
import type { Check } from "./AgentResult.ts"
import * as Claim from "./Claim.ts"
import type { Limit } from "./LimitReached.ts"
import * as Transcript from "./Transcript.ts"
import type { Means as TurnMeans } from "./Turn.ts"

export interface Means extends TurnMeans {
  readonly facts: ModelFacts
}

export interface Course {
  readonly transcript: Transcript.Transcript
  /** Of the requests of the turn that is due. */
  readonly failures: Failures
  /** Those of them whose end is not on record: a process was killed while they were on their way. */
  readonly cut: number
  /** What the last of them failed with that has cost its reserve and was not to be the last answer. */
  readonly lost: Failure | null
  /** Turns in a row of whose calls none could be understood. */
  readonly unreadable: number
  readonly corrections: Claim.Corrections
  /** How often the conversation was shortened for the turn that is due. */
  readonly shortened: number
  /** A summary was asked for to that end, and none came. */
  readonly isUnsummarised: boolean
  /** The provider has just refused the conversation as too long. */
  readonly overflowed: boolean
  /** Tokens that one request may hold, where the provider has shown that it takes fewer than was known of it. */
  readonly window: number
  /** Why the next answer is the last, where that is decided already. */
  readonly closeFor: Limit | null
  /** Of the first turn, by `elapsed`. */
  readonly startedAt: number | null
}

export type Next = { readonly _tag: "Proceed"; readonly course: Course } | { readonly _tag: "Ended" }

/** What there is to tell of an agent, kept up to date while it runs. */
export interface Log {
  transcript: Transcript.Transcript
  readonly changes: Array<Change>
  checks: ReadonlyArray<Check>
}

export const begin = (transcript: Transcript.Transcript): Course => ({
  transcript,
  ...noFailures,
  unreadable: 0,
  corrections: Claim.none,
  shortened: 0,
  isUnsummarised: false,
  overflowed: false,
  window: Number.POSITIVE_INFINITY,
  closeFor: null,
  startedAt: null
})

export const noFailures: Pick<Course, "failures" | "cut" | "lost"> = {
  failures: { request: 0, stream: 0 },
  cut: 0,
  lost: null
}

/** Which attempt at the turn that is due comes next. */
export const attemptOf = ({ cut, failures }: Course): number => 1 + failures.request + failures.stream + cut

export const proceed = (course: Course): Next => ({ _tag: "Proceed", course })

export const ended: Next = { _tag: "Ended" }

/** Records what the agent is told, and tells it; what its answer lacked is counted. */
export const tell = Effect.fnUntraced(function* (
  { task }: Means,
  course: Course,
  log: Log,
  ...facts: ReadonlyArray<Extract<AgentEvent, { _tag: "Told" | "Heard" }>>
) {
  yield* AgentJournal.append(task.run, task.path, task.parent, ...facts)
  log.transcript = facts.reduce(Transcript.apply, course.transcript)
  const corrections = facts.reduce(
    (before, fact) => (fact._tag === "Told" ? Claim.counting(before, fact) : before),
    course.corrections
  )
  return { ...course, transcript: log.transcript, corrections }
})
