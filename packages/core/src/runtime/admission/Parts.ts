/**
 * The parts of a budget that agents of a run have while they are at work or wait for a place: the even one where that
 * suffices, else the least that the agent can do anything with.
 */
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Result from "effect/Result"
import * as Scope from "effect/Scope"
import { type Amounts, Budget, BudgetExceeded, type BudgetUnit } from "../../budget/Budget.ts"
import type { Place } from "../plan/Shares.ts"
import type { Candidate } from "./Admission.ts"

export interface Parts<E, R> {
  /** What it needs at least is known, and not to be asked for. */
  readonly settleNeed: (candidate: Candidate, need: Amounts) => void
  /** Gives a waiting agent its part, which makes it ready; gives what it lacks instead. */
  readonly give: (candidate: Candidate) => Effect.Effect<BudgetExceeded | undefined, E, R>
  readonly giveBack: (candidate: Candidate, exit: Exit.Exit<unknown, unknown>) => Effect.Effect<void>
}

/** Parts live in the scope. `floor`: the least that an agent can do anything with, asked only where parts are small. */
export const make = Effect.fnUntraced(function* <E, R>(floor: (place: Place) => Effect.Effect<Amounts, E, R>) {
  const budget = yield* Budget
  const owner = yield* Effect.scope
  const needs = new Map<Candidate, Amounts>()
  const parts = new Map<Candidate, Scope.Closeable>()
  const giveBack = (candidate: Candidate, exit: Exit.Exit<unknown, unknown>) =>
    Effect.suspend(() => {
      const part = parts.get(candidate)
      parts.delete(candidate)
      return part === undefined ? Effect.void : Scope.close(part, exit)
    })

  /** At most all that the agent may use: with less than a floor of its own, it is to answer from what it has. */
  const needOf = Effect.fnUntraced(function* (candidate: Candidate) {
    const { guarantee, limit } = candidate.place
    const need = needs.get(candidate) ?? (isAmple(guarantee) ? {} : partOf(yield* floor(candidate.place), limit))
    needs.set(candidate, need)
    return need
  })
  const give = Effect.fnUntraced(function* (candidate: Candidate) {
    const { place } = candidate
    const need = yield* needOf(candidate)
    const isEven = fits(need, place.guarantee) && (yield* budget.shortfall(place.parent, place.guarantee)) === null
    const lacking = isEven ? null : yield* budget.shortfall(place.parent, need)
    if (lacking !== null) return askedFor(place, lacking)
    const scope = yield* Scope.fork(owner)
    parts.set(candidate, scope)
    const guarantee = isEven ? place.guarantee : need
    const child = { name: place.request.definition.name, limit: place.limit, guarantee }
    const carved = yield* Effect.result(Scope.provide(budget.carve(place.parent, place.path, child), scope))
    // It may have been withdrawn meanwhile.
    const isReady = Result.isSuccess(carved) && candidate.state === "waiting"
    if (!isReady) yield* giveBack(candidate, Exit.void)
    if (Result.isFailure(carved)) return carved.failure
    if (isReady) candidate.state = "ready"
    return undefined
  }, Effect.uninterruptible)

  const made: Parts<E, R> = {
    settleNeed: (candidate, need) => {
      needs.set(candidate, need)
    },
    give,
    giveBack
  }
  return made
})

/** As much of a need as a limit lets be met, in the units that have one. */
export const partOf = (need: Amounts, limit: Amounts): Amounts =>
  Object.fromEntries(
    units.flatMap((unit) => {
      const [wanted, most] = [need[unit], limit[unit]]
      return wanted === undefined || most === undefined ? [] : [[unit, Math.min(wanted, most)]]
    })
  )

// internal

/** Parts of this size hold any agent's first turns: nothing needs to be read to know that. */
const ampleTokens = 32_000

const isAmple = (part: Amounts): boolean => part.nanoUsd === undefined && (part.tokens ?? 0) >= ampleTokens

const units: ReadonlyArray<BudgetUnit> = ["tokens", "nanoUsd"]

const fits = (need: Amounts, room: Amounts): boolean =>
  units.every((unit) => (need[unit] ?? 0) <= (room[unit] ?? Number.POSITIVE_INFINITY))

/** What a parent lacks, as what its child cannot have. */
const askedFor = ({ parent, path }: Place, { asked, at, available, limit, unit }: BudgetExceeded): BudgetExceeded =>
  new BudgetExceeded({ path, unit, asked, available, limit, at: at ?? parent })
