/**
 * The error of a limit that an agent has reached, with the node of the ledger that is too small: its own, that of one
 * above it, or the whole run's.
 */
import * as Effect from "effect/Effect"
import { type Amounts, Budget, BudgetExceeded, type BudgetUnit } from "../budget/Budget.ts"
import type { TurnRequested } from "./AgentEvent.ts"
import { AnswerCut, TurnLimitReached } from "./AgentFailure.ts"
import type { AgentTask } from "./AgentTask.ts"
import * as Allowance from "./Allowance.ts"
import type { Means } from "./Turn.ts"

/** What an agent is closed for. */
export type Limit = AnswerCut | BudgetExceeded | TurnLimitReached

/** As it stands on record; `length`: an answer was cut at its output cap. */
export type LimitName = NonNullable<(typeof TurnRequested.Type)["why"]>

export const nameOf = (limit: Limit): LimitName => {
  if (limit instanceof AnswerCut) return "length"
  if (limit instanceof TurnLimitReached) return "turns"
  return limit.unit === "calls" ? "calls" : "budget"
}

/** The provider billed more than was reserved: the node is closed, whatever its limit leaves. */
export const isOverdrawn = Effect.fnUntraced(function* ({ path }: AgentTask) {
  return (yield* (yield* Budget).node(path)).state === "overdrawn"
})

/** Tokens or money leave no room for a turn with `input`. */
export const budget = Effect.fnUntraced(function* (
  { price, purse, task }: Means,
  { input, remaining }: { readonly input: number; readonly remaining: Allowance.Cost }
) {
  const needed = Allowance.floor(price, input)
  const unit = needed.nanoUsd > remaining.nanoUsd ? "nanoUsd" : "tokens"
  return yield* lacking(task, unit, needed[unit], { [unit]: purse.reserved[unit] })
})

/** No tool can be called any more. */
export const calls = (task: AgentTask) => lacking(task, "calls", 1, {})

// internal

/** Others may have given back in the meantime what was lacking when the agent was closed: its own limit is named then. */
const lacking = Effect.fnUntraced(function* (task: AgentTask, unit: BudgetUnit, asked: number, holding: Amounts) {
  const ledger = yield* Budget
  const found = yield* ledger.shortfall(task.path, { [unit]: asked }, { holding })
  if (found !== null) return found
  const { limit, remaining, used } = (yield* ledger.node(task.path)).units[unit]
  return new BudgetExceeded({
    path: task.path,
    unit,
    asked,
    available: Math.min(asked, remaining),
    limit: limit ?? used
  })
})
