/**
 * How many agents are at work at the same time, found out while they are: one more each second while agents wait and
 * nothing speaks against it, half as many when the provider says that it is asked too much.
 *
 * `decide` is pure; `regulate` takes a reading each second, changes the places and records it.
 */
import * as Effect from "effect/Effect"
import { elapsed } from "../../domain/Elapsed.ts"
import { type RunId, rootPath } from "../../domain/Ids.ts"
import { automatic } from "../../domain/Parallelism.ts"
import { Model } from "../../model/Model.ts"
import type { Pressure } from "../../model/Pressure.ts"
import type { Bounds } from "../plan/Bounds.ts"
import { RunJournal } from "../RunEvent.ts"
import type { Admission } from "./Admission.ts"
import { Vitals } from "./Vitals.ts"

export interface State {
  /** Agents that may be at work. */
  readonly limit: number
  /** What of the provider's complaints is known. */
  readonly complaints: number
  /** What the limit was when the last one came, and when it came, by `elapsed`. */
  readonly tooMany: number
  readonly complainedAt: number
}

export interface Readings {
  /** By `elapsed`. */
  readonly now: number
  /** Agents that have all that they need but a place. */
  readonly waiting: number
  readonly pressure: Pressure
  readonly vitals: Vitals
}

/** Complaints of before, of other runs, do not count. */
export const initial = ({ complaints }: Pressure): State => ({
  limit: automatic.first,
  complaints,
  tooMany: Number.POSITIVE_INFINITY,
  complainedAt: Number.NEGATIVE_INFINITY
})

export const decide = (state: State, { now, pressure, vitals, waiting }: Readings): State => {
  const { complaints } = pressure
  if (complaints > state.complaints) {
    const limit = Math.max(automatic.least, Math.floor(state.limit / 2))
    return { limit, complaints, tooMany: state.limit, complainedAt: now }
  }
  const next = Math.min(automatic.most, state.limit + 1)
  const isTried = next >= state.tooMany && now - state.complainedAt < automatic.patienceMs
  const isHeld = now < pressure.heldUntil
  return waiting === 0 || isTried || isHeld || isStrained(vitals) ? state : { ...state, limit: next }
}

/** Goes on until it is interrupted. */
export const regulate = Effect.fnUntraced(function* (run: RunId, bounds: Bounds, { resize, waiting }: Regulated) {
  const model = yield* Model
  const vitals = yield* yield* Vitals
  let state = initial(yield* model.pressure)
  for (;;) {
    yield* Effect.sleep(automatic.readingMs)
    const now = yield* elapsed
    const before = state
    state = decide(before, { now, waiting: waiting(), pressure: yield* model.pressure, vitals: vitals() })
    if (state.limit === before.limit) continue
    const why = state.limit > before.limit ? "waiting" : "complaint"
    // On record first: who is let in by it begins after it.
    const to = state.limit
    yield* RunJournal.append(run, rootPath, null, { _tag: "Parallelism", to, spawned: bounds.spawned ?? to, why })
    resize(state.limit)
  }
}, Effect.scoped)

// internal

type Regulated = Pick<Admission<never, never>, "waiting" | "resize">

const isStrained = ({ freeMemory, loopDelayMs, ownMemory }: Vitals): boolean =>
  loopDelayMs > automatic.loopDelayMs || freeMemory < automatic.freeMemory || ownMemory > automatic.ownMemory
