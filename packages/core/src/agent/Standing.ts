/**
 * Where an agent stands before its next step, read from the ledger and the clock, and what it therefore does.
 *
 * The cheap bound on its input comes first; the tokenizer only where that bound says that there is no room.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { Budget } from "../budget/Budget.ts"
import { rootPath } from "../domain/Ids.ts"
import type { ModelFacts } from "../model/Model.ts"
import * as Allowance from "./Allowance.ts"
import * as InputBound from "./InputBound.ts"
import { decide, type Situation, type Step } from "./Step.ts"
import type { Transcript } from "./Transcript.ts"
import type { Means } from "./Turn.ts"

export interface Standing {
  readonly input: number
  readonly remaining: Allowance.Cost
  readonly step: Step
}

/** What is known of an agent besides its conversation and the ledger. */
export interface Known extends Pick<Situation, "window" | "shortening" | "overflowed" | "isLast"> {
  /** Milliseconds since 1970. */
  readonly startedAt: number
  readonly facts: ModelFacts
}

export const look = Effect.fnUntraced(function* (
  { price, purse, task }: Means,
  transcript: Transcript,
  { facts, startedAt, ...known }: Known
) {
  const budget = yield* Budget
  const left = yield* budget.remaining(task.path)
  const remaining = Allowance.sum(left, purse.reserved)
  const { turns, wallMs } = task.limits
  const elapsed = wallMs === null ? 0 : (yield* Clock.currentTimeMillis) - startedAt
  const utilization = Math.max(
    yield* budget.utilization(task.path),
    task.parent === rootPath ? 0 : yield* budget.utilization(task.parent),
    yield* budget.utilization(rootPath),
    transcript.turns / Math.max(1, turns),
    elapsed / Math.max(1, wallMs ?? 1)
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
