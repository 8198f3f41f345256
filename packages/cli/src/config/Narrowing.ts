/**
 * What narrows a run and what widens it, for each kind of limit. Pure.
 */
import { automatic } from "@deputize/core/domain/Parallelism"
import { type Budget, lowered } from "./Budget.ts"
import type { Narrow } from "./Setting.ts"

export const lowersCount: Narrow<number> = (said, inForce) => allOrNothing(said, inForce, (a, b) => a <= b)

export const lowersCountOrAuto: Narrow<number | "auto"> = (said, inForce) =>
  allOrNothing(said, inForce, (a, b) => atOnce(a) <= atOnce(b))

/** Each kind of amount by itself. */
export const lowersBudget: Narrow<Budget> = (said, inForce) => {
  const { kept, refused } = lowered(said, inForce ?? {})
  return { kept: some(kept), refused: some(refused) }
}

/** `modes` begins with the tightest. */
export const tightens =
  <A>(modes: ReadonlyArray<A>): Narrow<A> =>
  (said, inForce) =>
    allOrNothing(said, inForce, (a, b) => modes.indexOf(a) <= modes.indexOf(b))

// internal

const atOnce = (value: number | "auto"): number => (value === "auto" ? automatic.most : value)

const some = (budget: Budget): Budget | undefined => (Object.keys(budget).length === 0 ? undefined : budget)

const allOrNothing = <A>(said: A, inForce: A | undefined, isNarrow: (said: A, inForce: A) => boolean) =>
  inForce === undefined || isNarrow(said, inForce)
    ? { kept: said, refused: undefined }
    : { kept: undefined, refused: said }
