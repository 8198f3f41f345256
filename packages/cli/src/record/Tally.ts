/**
 * What requests to models have used, as their events tell it. Pure.
 */
import { at, chargedAt, numberAt } from "../render/Body.ts"
import type { Event } from "../render/Progress.ts"

export interface Tally {
  /** Attempts count each. */
  readonly requests: number
  readonly input: number
  readonly cached: number
  readonly output: number
  readonly reasoning: number
  /** Tokens that the ledger charged: input and output, and `unknown`. */
  readonly charged: number
  /** Tokens charged as reserved, because nobody said what was used. */
  readonly unknown: number
  /** Nanodollars; null once something was charged whose price is not known. */
  readonly nanoUsd: number | null
}

export const emptyTally: Tally = {
  requests: 0,
  input: 0,
  cached: 0,
  output: 0,
  reasoning: 0,
  charged: 0,
  unknown: 0,
  nanoUsd: 0
}

/** The same object for an event that uses nothing. */
export const counted = (tally: Tally, { body, namespace, type }: Event): Tally => {
  switch (`${namespace}.${type}`) {
    case "agent.TurnRequested":
      return { ...tally, requests: tally.requests + 1 }
    case "agent.TurnCompleted": {
      const usage = at(body, "usage")
      const isTold = typeof usage === "object" && usage !== null
      const part = (name: string) => numberAt(usage, name) ?? 0
      return {
        ...charged(tally, body, isTold),
        input: tally.input + part("input"),
        cached: tally.cached + part("cached"),
        output: tally.output + part("output"),
        reasoning: tally.reasoning + part("reasoning")
      }
    }
    case "agent.TurnFailed":
      return charged(tally, body, false)
    default:
      return tally
  }
}

export const sumOf = (tallies: Iterable<Tally>): Tally => {
  let sum = emptyTally
  for (const tally of tallies) {
    sum = {
      requests: sum.requests + tally.requests,
      input: sum.input + tally.input,
      cached: sum.cached + tally.cached,
      output: sum.output + tally.output,
      reasoning: sum.reasoning + tally.reasoning,
      charged: sum.charged + tally.charged,
      unknown: sum.unknown + tally.unknown,
      nanoUsd: sum.nanoUsd === null || tally.nanoUsd === null ? null : sum.nanoUsd + tally.nanoUsd
    }
  }
  return sum
}

/** What each model was used for, in the order of first use; a model that was sent nothing is left out. */
export const byModel = (
  agents: Iterable<{ readonly model: string; readonly tally: Tally }>
): ReadonlyArray<{ readonly model: string; readonly tally: Tally }> => {
  const models = new Map<string, Tally>()
  for (const { model, tally } of agents) {
    if (tally.requests > 0 || tally.charged > 0) models.set(model, sumOf([models.get(model) ?? emptyTally, tally]))
  }
  return [...models].map(([model, tally]) => ({ model, tally }))
}

// internal

const charged = (tally: Tally, body: unknown, isTold: boolean): Tally => {
  const tokens = chargedAt(body)
  const price = numberAt(body, "nanoUsd") ?? (tokens === 0 ? 0 : null)
  return {
    ...tally,
    charged: tally.charged + tokens,
    unknown: tally.unknown + (isTold ? 0 : tokens),
    nanoUsd: tally.nanoUsd === null || price === null ? null : tally.nanoUsd + price
  }
}
