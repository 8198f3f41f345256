/**
 * What requests to models have used, as the facts of a run tell it. Pure.
 */
import type { Fact } from "./Fact.ts"

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

/** The same object for a fact that uses nothing. */
export const counted = (tally: Tally, fact: Fact): Tally => {
  switch (fact._tag) {
    case "agent.TurnRequested":
      return { ...tally, requests: tally.requests + 1 }
    case "agent.TurnCompleted": {
      const { input, cached, output, reasoning } = fact.usage ?? emptyTally
      return {
        ...charged(tally, fact, fact.usage !== null),
        input: tally.input + input,
        cached: tally.cached + cached,
        output: tally.output + output,
        reasoning: tally.reasoning + reasoning
      }
    }
    case "agent.TurnFailed":
      return charged(tally, fact, false)
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

/** Tallies of the same name added up. */
export interface Group {
  readonly name: string
  /** How many were added up. */
  readonly members: number
  readonly tally: Tally
}

/** In the order of first use; who sent nothing to a model is counted, a group that did not is left out. */
export const groupBy = <A extends { readonly tally: Tally }>(
  members: Iterable<A>,
  nameOf: (member: A) => string
): ReadonlyArray<Group> => {
  const groups = new Map<string, Group>()
  for (const member of members) {
    const name = nameOf(member)
    const group = groups.get(name) ?? { name, members: 0, tally: emptyTally }
    groups.set(name, { name, members: group.members + 1, tally: sumOf([group.tally, member.tally]) })
  }
  return [...groups.values()].filter(({ tally }) => tally.requests > 0 || tally.charged > 0)
}

// internal

const charged = (
  tally: Tally,
  { charged, nanoUsd }: { readonly charged: number; readonly nanoUsd: number | null },
  isTold: boolean
): Tally => {
  // What was not charged costs nothing, whatever the price.
  const price = nanoUsd ?? (charged === 0 ? 0 : null)
  return {
    ...tally,
    charged: tally.charged + charged,
    unknown: tally.unknown + (isTold ? 0 : charged),
    nanoUsd: tally.nanoUsd === null || price === null ? null : tally.nanoUsd + price
  }
}
