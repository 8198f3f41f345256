/**
 * What a ledger counts: an amount for each unit. Pure.
 */
import * as Schema from "effect/Schema"

/** Tokens of model calls, money in nanodollars, tool calls, agents below. All whole numbers. */
export const BudgetUnit = Schema.Literals(["tokens", "nanoUsd", "calls", "agents"])
export type BudgetUnit = typeof BudgetUnit.Type
export const budgetUnits: ReadonlyArray<BudgetUnit> = BudgetUnit.literals

/** A missing unit is nothing where an amount is meant, and no limit where limits are. */
export type Amounts = { readonly [unit in BudgetUnit]?: number | undefined }
/** An amount of every unit. */
export type AllAmounts = { readonly [unit in BudgetUnit]: number }

export const nothing: AllAmounts = { tokens: 0, nanoUsd: 0, calls: 0, agents: 0 }

export const perUnit = <A>(make: (unit: BudgetUnit) => A): { readonly [unit in BudgetUnit]: A } => ({
  tokens: make("tokens"),
  nanoUsd: make("nanoUsd"),
  calls: make("calls"),
  agents: make("agents")
})
