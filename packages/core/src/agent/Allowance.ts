/**
 * How an agent divides what its budget has left: decides, before each model call, whether a whole turn fits, only the
 * closing answer, or nothing; and how much of the tool results may enter the conversation. Pure.
 *
 * 1. A call is sent only if its whole reserve fits, in tokens and in money: the bound on its input plus its output cap.
 * 2. A turn with tools is sent only if a closing call still fits after it, were all of its output used; what that needs
 *    is held together with the turn and stays held when the turn is settled, so that nobody else can take it.
 * 3. Tool results are cut so that the closing call after them fits, and what it needs is held before they are read.
 */
import { mostCost, type Price } from "../domain/Price.ts"

/** Output tokens that a closing answer is promised. */
export const closingOutput = 1_000
/** No answer worth having is shorter than this; below it a closing call is not sent. */
export const leastOutput = 160
/** A turn has to hold a few calls and what is thought before them. */
export const leastTurnOutput = 256
/** The most that one answer may hold, reasoning included; less near a limit. */
export const mostOutput = (light: boolean): number => (light ? 1_024 : 4_096)
const mostResultTokens = 24_000
/** From this part of any of its limits on, an agent thinks less, says less and reads less. */
const lightFrom = 0.8
const lightResultTokens = 4_000

/** What a call or a whole agent may cost: tokens, and nanodollars where there is a limit in money. */
export interface Cost {
  readonly tokens: number
  readonly nanoUsd: number
}

export interface Standing {
  /** What the agent holds or the ledger would still grant; Infinity without a limit. */
  readonly remaining: Cost
  /** Upper bound on the tokens of the next request's input. */
  readonly input: number
  /** The model's own output maximum. */
  readonly maxOutput: number
  /** Null where it is not known; then no money is counted. */
  readonly price: Price | null
  /** The highest part used of any of its limits, 0 to 1. */
  readonly utilization: number
}

/** What the budget allows. */
export type Step =
  /** `closing` is what the closing call after it may cost. */
  | { readonly _tag: "Turn"; readonly maxOutputTokens: number; readonly closing: Cost; readonly light: boolean }
  | { readonly _tag: "Close"; readonly maxOutputTokens: number }
  | { readonly _tag: "Stop" }

export const nothing: Cost = { tokens: 0, nanoUsd: 0 }

export const sum = (a: Cost, b: Cost): Cost => ({ tokens: a.tokens + b.tokens, nanoUsd: a.nanoUsd + b.nanoUsd })

/** The most that a call can cost. */
export const costOfCall = (price: Price | null, input: number, output: number): Cost => ({
  tokens: input + output,
  nanoUsd: price === null ? 0 : mostCost(price, { input, output })
})

/** What must remain for a turn with tools and a closing answer after it: with less, an agent only answers. */
export const floor = (price: Price | null, input: number): Cost =>
  sum(costOfCall(price, input, leastTurnOutput), costOfCall(price, input + leastTurnOutput, closingOutput))

export const nextStep = (standing: Standing): Step => {
  const { input, maxOutput, price, remaining, utilization } = standing
  const light = utilization >= lightFrom
  const closingAfter = (output: number) => costOfCall(price, input + output, closingOutput)
  const most = Math.min(maxOutput, mostOutput(light), shareOf(standing))
  const output = mostThat(most, (each) => fits(sum(costOfCall(price, input, each), closingAfter(each)), remaining))
  if (output >= leastTurnOutput) return { _tag: "Turn", maxOutputTokens: output, closing: closingAfter(output), light }
  const closing = mostThat(Math.min(maxOutput, closingOutput), (each) =>
    fits(costOfCall(price, input, each), remaining)
  )
  return closing >= leastOutput ? { _tag: "Close", maxOutputTokens: closing } : { _tag: "Stop" }
}

/**
 * Tokens of tool results that may follow a turn. `remaining` is what is left after the turn was settled, `prefix` the
 * input of a request without these results. Aims at one more turn with results of the same size before the closing
 * call; where that is too little to be of use, all that the closing call leaves.
 */
export const resultTokens = (remaining: Cost, prefix: number, price: Price | null, light = false): number => {
  const tokens = Math.min(remaining.tokens, tokensFor(remaining.nanoUsd, price))
  const comfortable = Math.floor((tokens - 2 * prefix - 3 * closingOutput) / 3)
  const least = mostThat(Math.max(0, tokens - prefix - closingOutput), (each) =>
    fits(costOfCall(price, prefix + each, closingOutput), remaining)
  )
  const most = light ? lightResultTokens : mostResultTokens
  return Math.max(0, Math.min(most, least, comfortable >= 500 ? comfortable : least))
}

/**
 * Divides tokens among calls that end at different times: each gets an even part of what is left then, and leaves what
 * it does not need to those after it. The function is to be called once a call, with what its result would take.
 */
export const divide = (tokens: number, calls: number): ((wanted: number) => number) => {
  let left = tokens
  let open = calls
  return (wanted) => {
    const share = Math.floor(left / Math.max(1, open))
    left -= Math.min(wanted, share)
    open -= 1
    return share
  }
}

/** In tokens and in money. */
export const fits = (cost: Cost, remaining: Cost): boolean =>
  cost.tokens <= remaining.tokens && cost.nanoUsd <= remaining.nanoUsd

// internal

/** A quarter of what is left goes into one answer at most. */
const shareOf = ({ price, remaining }: Standing): number =>
  Math.floor(Math.min(remaining.tokens, outputFor(remaining.nanoUsd, price)) / 4)

/** Output tokens that a sum of money buys. */
const outputFor = (nanoUsd: number, price: Price | null): number => {
  const one = price === null ? 0 : mostCost(price, { input: 0, output: 1_000 }) / 1_000
  return one === 0 ? Number.POSITIVE_INFINITY : nanoUsd / one
}

/** Input tokens that a sum of money buys. */
const tokensFor = (nanoUsd: number, price: Price | null): number => {
  const one = price === null ? 0 : mostCost(price, { input: 1_000, output: 0 }) / 1_000
  return one === 0 ? Number.POSITIVE_INFINITY : nanoUsd / one
}

/** The largest whole number up to `most` that is good, where all below a good one are good; 0 when none is. */
const mostThat = (most: number, isGood: (value: number) => boolean): number => {
  let [low, high] = [0, Math.max(0, Math.floor(Math.min(most, Number.MAX_SAFE_INTEGER)))]
  if (isGood(high)) return high
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if (isGood(middle)) low = middle
    else high = middle - 1
  }
  return low
}
