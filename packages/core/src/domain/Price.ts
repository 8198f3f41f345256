/**
 * What a model costs. Money is counted in whole nanodollars (10^-9 US dollars), so that sums are exact.
 */
import * as Schema from "effect/Schema"
import type { Usage } from "./Usage.ts"

const Dollars = Schema.Finite.pipe(Schema.check(Schema.isGreaterThanOrEqualTo(0)))

/** US dollars for a million tokens. */
export const Price = Schema.Struct({ input: Dollars, cached: Dollars, output: Dollars })
export type Price = typeof Price.Type

export const free: Price = { input: 0, cached: 0, output: 0 }

/** Nanodollars for what was used, rounded up. */
export const costOf = (price: Price, { cached, input, output }: Pick<Usage, "input" | "cached" | "output">): number =>
  Math.ceil(
    nanosPerToken * (price.input * (input - cached) + price.cached * Math.min(cached, input) + price.output * output)
  )

/** The most that so many tokens can cost: none of the input cached, or all of it where that is the dearer. */
export const mostCost = (
  { cached, input, output }: Price,
  tokens: { readonly input: number; readonly output: number }
) => Math.ceil(nanosPerToken * (Math.max(input, cached) * tokens.input + output * tokens.output))

export const nanosOf = (dollars: number): number => Math.round(dollars * 1e9)
export const dollarsOf = (nanos: number): number => nanos / 1e9

// internal

/** A dollar for a million tokens is a thousand nanodollars a token. */
const nanosPerToken = 1_000
