/**
 * Limits of a generated agent: its own, at most the caller's. What it does not limit itself, the caller's limits hold.
 * Pure.
 */
import { Limits, type LimitValues } from "../domain/Limits.ts"
import type { Taken } from "./Taken.ts"

/** Adds to `taken` what is lowered. */
export const leastLimits = (asked: Limits, most: LimitValues, taken: Array<Taken>): Limits => {
  const values: { [unit in (typeof units)[number]]?: number } = {}
  for (const unit of units) {
    const [wanted, limit] = [asked[unit], most[unit]]
    if (wanted === undefined) continue
    const value = Math.min(wanted, limit ?? wanted)
    values[unit] = value
    if (value === wanted) continue
    const amount = (number: number) => `${number.toLocaleString("en-US")} ${unitNames[unit]}`
    taken.push({
      right: "budget",
      asked: amount(wanted),
      kept: amount(value),
      why: "is more than the whole budget",
      flag: "--budget AMOUNT"
    })
  }
  return new Limits(values)
}

// internal

const units = ["tokens", "nanoUsd", "wallMs", "turns", "toolCalls"] as const

const unitNames = {
  tokens: "tokens",
  nanoUsd: "nanodollars",
  wallMs: "ms",
  turns: "turns",
  toolCalls: "tool calls"
} as const
