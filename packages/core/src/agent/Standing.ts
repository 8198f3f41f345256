/**
 * Where an agent stands before its next step, read from the ledger and the clock, and what it therefore does.
 *
 * The cheap bound on its input comes first; the tokenizer only where that bound says that there is no room.
 */
import * as Effect from "effect/Effect"
import { Budget } from "../budget/Budget.ts"
import { elapsed } from "../domain/Elapsed.ts"
import { rootPath } from "../domain/Ids.ts"
import type { ModelFacts } from "../model/Model.ts"
import * as Allowance from "./Allowance.ts"
import type { Course, Means } from "./CourseState.ts"
import * as InputBound from "./InputBound.ts"
import { decide, type Shortening, type Situation, type Step } from "./Step.ts"
import type { Transcript } from "./Transcript.ts"

export interface Standing {
  readonly input: number
  readonly remaining: Allowance.Cost
  readonly step: Step
}

/** What is known of an agent besides its conversation and the ledger. */
interface Known extends Pick<Situation, "window" | "shortening" | "overflowed" | "isLast"> {
  /** By `elapsed`. */
  readonly startedAt: number
  readonly facts: ModelFacts
}

/** Of an agent on its course. */
export const standingOf = (means: Means, course: Course, window: number) =>
  look(means, course.transcript, {
    facts: means.facts,
    window,
    shortening: shorteningOf(course),
    overflowed: course.overflowed,
    isLast: course.closeFor !== null,
    startedAt: course.startedAt ?? 0
  })

/** With a message and nothing else there is nothing to leave out. */
export const shorteningOf = ({ shortened, transcript }: Pick<Course, "shortened" | "transcript">): Shortening =>
  transcript.messages.length <= 2 || shortened >= mostShortened ? "none" : shortened === 0 ? "summary" : "digest"

export const mostShortened = 2

// internal

const look = Effect.fnUntraced(function* (
  { price, purse, task }: Means,
  transcript: Transcript,
  { facts, startedAt, ...known }: Known
) {
  const budget = yield* Budget
  const left = yield* budget.remaining(task.path)
  const remaining = Allowance.sum(left, purse.reserved)
  const { turns, wallMs } = task.limits
  const workedMs = wallMs === null ? 0 : (yield* elapsed) - startedAt
  const utilization = Math.max(
    yield* budget.utilization(task.path),
    task.parent === rootPath ? 0 : yield* budget.utilization(task.parent),
    yield* budget.utilization(rootPath),
    transcript.turns / Math.max(1, turns),
    workedMs / Math.max(1, wallMs ?? 1)
  )
  const stepWith = (input: number): Step =>
    decide({
      ...known,
      opening: transcript.opening,
      input,
      remaining,
      maxOutput: facts.maxOutput,
      price,
      utilization,
      turns: turns - transcript.turns,
      calls: left.calls
    })
  const input = InputBound.cheap(task, transcript)
  const step = stepWith(input)
  const isAsked = step._tag === "Send" || (step._tag === "Close" && step.why !== "budget")
  if (isAsked && input + step.maxOutputTokens < known.window) return { input, remaining, step } satisfies Standing
  const counted = Math.min(input, yield* InputBound.exact(task, transcript))
  return { input: counted, remaining, step: stepWith(counted) } satisfies Standing
})
