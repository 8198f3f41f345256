/**
 * How an agent is supervised, in words. Pure.
 */
import { careOf, type Supervision } from "@deputize/core/definition/Supervision"
import type { Fact } from "./Facts.ts"
import { duration, plural } from "./Figures.ts"

/** Nothing where the definition says nothing. */
export const supervisionFacts = (supervision: Supervision | undefined): ReadonlyArray<Fact> => {
  if (supervision === undefined) return []
  const { backoff, restart, silenceMs, tolerance } = careOf(supervision)
  const often = `at most ${plural(tolerance.intensity, "time")} in ${duration(tolerance.periodMs)}`
  const wait = backoff.firstMs === 0 ? "at once" : `first after ${duration(backoff.firstMs)}`
  return [
    ["restarts", [restart === "temporary" ? "never" : `${occasions[restart]}, ${often}, ${wait}`]],
    ["silence", supervision.silenceMs === undefined ? [] : [silence(silenceMs)]],
    ["together", supervision.strategy === undefined ? [] : [bonds[supervision.strategy]]]
  ]
}

// internal

const occasions = { transient: "after a crash", permanent: "after a crash and when it has answered" } as const

const bonds = {
  "one-for-one": "no agent that it starts is restarted with another",
  "one-for-all": "all agents that it starts are restarted when one crashes",
  "rest-for-one": "agents that it starts are restarted when one before them crashes"
} as const

const silence = (ms: number | null): string =>
  ms === null ? "is never ended for it" : `is ended after ${duration(ms)} of it`
