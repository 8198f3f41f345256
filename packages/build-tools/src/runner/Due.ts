/**
 * Which steps have something to do, judged before anything runs. Pure.
 *
 * 1. A cached step is due when its fingerprint or its outputs are not as after its last success, and may be due when a
 *    step that it needs is: it is judged again at its turn, with what that step made.
 * 2. A step without a cache that comes behind cached ones (tests, a publication) is due when it has not passed for what
 *    they made.
 * 3. One that comes before all of them (a clean) is due when a step that needs it directly is.
 * 4. One that stands beside all cached steps, or was asked for by its name, is due always.
 * 5. In a session that goes on, what passed in it by rule 3 or 4 is not repeated.
 */
import type { Freshness } from "../fingerprint/Fingerprint.ts"
import type { Step, StepId } from "../pipeline/Pipeline.ts"

export type Due =
  | { readonly _tag: "UpToDate" }
  /** Passed earlier in the session that goes on. */
  | { readonly _tag: "Passed" }
  | { readonly _tag: "Stale"; readonly freshness: Freshness }
  /** What it needs runs before it, and may change what it works on. */
  | { readonly _tag: "After"; readonly step: StepId }
  /** Prepares for a step that runs. */
  | { readonly _tag: "Before"; readonly step: StepId }
  | { readonly _tag: "Always" }
  | { readonly _tag: "Asked" }
  | { readonly _tag: "LeftOut"; readonly why: string }

export interface DueRequest {
  /** In an order in which needs come first. */
  readonly order: ReadonlyArray<Step>
  /** For steps without a cache: by all but inputs and outputs. */
  readonly freshness: ReadonlyMap<StepId, Freshness>
  /** By name, on the command line. */
  readonly asked: ReadonlyArray<StepId>
  readonly leftOut: ReadonlyMap<StepId, string>
  /** Steps that passed in the session that goes on; empty for a new one. */
  readonly passed: ReadonlySet<StepId>
  /** Everything runs, whatever is recorded. */
  readonly fresh: boolean
}

export const dueSteps = (request: DueRequest): ReadonlyMap<StepId, Due> => {
  const { asked, order } = request
  const due = new Map<StepId, Due>()
  const places = placesOf(order)
  for (const step of order) due.set(step.id, judge(request, places, due, step))
  // Backwards, so that a preparation for a preparation is found too.
  for (const step of order.toReversed()) {
    if (places.get(step.id) !== "before" || isDue(due.get(step.id)) || due.get(step.id)?._tag === "LeftOut") continue
    const behind = order.find(({ id, needs }) => needs.includes(step.id) && isDue(due.get(id)))
    if (behind === undefined) continue
    const isDone = request.passed.has(step.id) && !asked.includes(step.id)
    due.set(step.id, isDone ? { _tag: "Passed" } : { _tag: "Before", step: behind.id })
  }
  return due
}

export const isDue = (due: Due | undefined): boolean => due !== undefined && !quiet.includes(due._tag)

/** By what a step is judged: by its own state, or by its place among those that have one. */
export type Place = "cached" | "before" | "behind" | "beside"

/** Where each step stands to the cached ones. */
export const placesOf = (order: ReadonlyArray<Step>): ReadonlyMap<StepId, Place> => {
  const behind = new Set<StepId>()
  const before = new Set<StepId>()
  for (const step of order) if (step.needs.some((id) => isCachedId(order, id) || behind.has(id))) behind.add(step.id)
  for (const step of order.toReversed()) {
    if (isCached(step) || before.has(step.id)) for (const id of step.needs) before.add(id)
  }
  return new Map(
    order.map((step) => [
      step.id,
      isCached(step) ? "cached" : behind.has(step.id) ? "behind" : before.has(step.id) ? "before" : "beside"
    ])
  )
}

// internal

const quiet: ReadonlyArray<Due["_tag"]> = ["UpToDate", "Passed", "LeftOut"]

const judge = (
  { asked, fresh, freshness, leftOut, passed }: DueRequest,
  places: ReadonlyMap<StepId, Place>,
  due: ReadonlyMap<StepId, Due>,
  step: Step
): Due => {
  const why = leftOut.get(step.id)
  if (why !== undefined) return { _tag: "LeftOut", why }
  const place = places.get(step.id) ?? "beside"
  if (place === "beside" || (place === "before" && fresh)) {
    return passed.has(step.id) ? { _tag: "Passed" } : { _tag: "Always" }
  }
  if (asked.includes(step.id) && place !== "cached") return { _tag: "Asked" }
  if (place === "before") return { _tag: "UpToDate" }
  if (fresh && !passed.has(step.id)) return { _tag: "Always" }
  const state = freshness.get(step.id) ?? { _tag: "NeverFinished" }
  if (state._tag !== "Fresh") return { _tag: "Stale", freshness: state }
  const before = step.needs.find((id) => isDue(due.get(id)))
  return before === undefined ? { _tag: "UpToDate" } : { _tag: "After", step: before }
}

const isCached = ({ cache, inputs }: Step): boolean => cache === "nx" || (cache === "content" && inputs !== null)

const isCachedId = (order: ReadonlyArray<Step>, id: StepId): boolean =>
  order.some((step) => step.id === id && isCached(step))
