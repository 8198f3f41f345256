/**
 * In which order the agents of a run get to work: as many at a time as asked for, each with its part of the budget set
 * aside before any agent starts.
 *
 * 1. An agent that has its part keeps it while it waits for its turn.
 * 2. Where an even part would be less than a turn and a closing answer need, as many agents as that suffices for get a
 *    part, in the order asked. The others wait for what those leave; when nobody is left to leave anything, they are
 *    refused.
 */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as FiberSet from "effect/FiberSet"
import * as Queue from "effect/Queue"
import * as Scope from "effect/Scope"
import { type Amounts, Budget, BudgetExceeded, type BudgetUnit } from "../budget/Budget.ts"
import { rootPath } from "../domain/Ids.ts"
import type { Place } from "./Shares.ts"

/** Runs `work` for every place, `refuse` for those that get no part. Ends when all have ended. */
export const admit = Effect.fn("Admission.admit")(function* <E, R>(options: {
  readonly places: ReadonlyArray<Place>
  readonly maxParallel: number
  /** The least that an agent of the place can do anything with. Asked only where parts are small. */
  readonly floor: (place: Place) => Effect.Effect<Amounts, E, R>
  readonly work: (place: Place) => Effect.Effect<void, E, R>
  readonly refuse: (place: Place, error: BudgetExceeded) => Effect.Effect<void, E, R>
}) {
  const { floor, maxParallel, places, refuse, work } = options
  const budget = yield* Budget
  const owner = yield* Effect.scope
  const running = yield* FiberSet.make<void, E>()
  const ended = yield* Queue.unbounded<Exit.Exit<void, E>>()
  const ready: Array<{ readonly place: Place; readonly scope: Scope.Closeable }> = []
  const needs = new Map<Place, Amounts>()
  let [waiting, nextReady, active] = [0, 0, 0]

  /** At most all that the agent may use: with less than a floor of its own, it is to answer from what it has. */
  const needOf = Effect.fnUntraced(function* (place: Place) {
    const need = needs.get(place) ?? (isAmple(place.guarantee) ? {} : capped(yield* floor(place), place.limit))
    needs.set(place, need)
    return need
  })
  /** True when the place has its part now. */
  const carve = Effect.fnUntraced(function* (place: Place, guarantee: Amounts) {
    const scope = yield* Scope.fork(owner)
    const child = { name: place.request.definition.name, limit: place.limit, guarantee }
    const carved = yield* Effect.option(Scope.provide(budget.carve(rootPath, place.path, child), scope))
    if (carved._tag === "Some") ready.push({ place, scope })
    return carved._tag === "Some"
  })
  /** Sets parts aside for those that wait, in order, as long as there are any. */
  const admitMore = Effect.gen(function* () {
    for (; waiting < places.length; waiting++) {
      const place = places[waiting]
      if (place === undefined) return
      const need = yield* needOf(place)
      const isEven = fits(need, place.guarantee)
      if (!isEven && !fits(need, yield* budget.remaining(rootPath))) return
      if (!(yield* carve(place, isEven ? place.guarantee : need))) return
    }
  })

  yield* admitMore
  for (;;) {
    for (; active < maxParallel && nextReady < ready.length; nextReady++) {
      const next = ready[nextReady]
      if (next === undefined) break
      active++
      yield* FiberSet.run(
        running,
        work(next.place).pipe(
          Effect.onExit((exit) => Scope.close(next.scope, exit)),
          Effect.onExit((exit) => Queue.offer(ended, exit))
        )
      )
      // Its first request leaves before the next agent begins: so the answers, too, come one after the other.
      yield* Effect.yieldNow
    }
    if (active === 0) break
    const exit = yield* Queue.take(ended)
    // An agent alone may be interrupted; what breaks one breaks the run.
    if (Exit.isFailure(exit) && !Cause.hasInterruptsOnly(exit.cause)) return yield* exit
    active--
    yield* admitMore
  }
  for (const place of places.slice(waiting)) {
    yield* refuse(place, yield* tooSmall(place, yield* needOf(place)))
  }
})

// internal

/** Parts of this size hold any agent's first turns: nothing needs to be read to know that. */
const ampleTokens = 32_000

const isAmple = (part: Amounts): boolean => part.nanoUsd === undefined && (part.tokens ?? 0) >= ampleTokens

const units: ReadonlyArray<BudgetUnit> = ["tokens", "nanoUsd"]

const fits = (need: Amounts, room: Amounts): boolean =>
  units.every((unit) => (need[unit] ?? 0) <= (room[unit] ?? Number.POSITIVE_INFINITY))

/** In the units that have a limit, and at most that. */
const capped = (need: Amounts, limit: Amounts): Amounts =>
  Object.fromEntries(
    units.flatMap((unit) => {
      const [wanted, most] = [need[unit], limit[unit]]
      return wanted === undefined || most === undefined ? [] : [[unit, Math.min(wanted, most)]]
    })
  )

const tooSmall = Effect.fnUntraced(function* (place: Place, need: Amounts) {
  const budget = yield* Budget
  const rest = yield* budget.remaining(rootPath)
  const unit = units.find((each) => (need[each] ?? 0) > rest[each]) ?? "tokens"
  const whole = (yield* budget.root).units[unit]
  return new BudgetExceeded({
    path: place.path,
    unit,
    asked: need[unit] ?? 0,
    available: rest[unit],
    limit: whole.limit ?? rest[unit],
    at: rootPath
  })
})
