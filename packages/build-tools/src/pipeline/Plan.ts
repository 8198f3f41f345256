/**
 * Which steps a build is made of, and the order in which they start: what a step needs comes before it, and among those
 * that could start at the same time first the one with the longest chain of work behind it. Pure.
 */
import { nearestNames } from "@deputize/core/internal/domain/NearestNames"
import type { Pipeline, Step, StepId } from "./Pipeline.ts"

export type Plan =
  | { readonly _tag: "Planned"; readonly order: ReadonlyArray<Step> }
  | { readonly _tag: "UnknownStep"; readonly step: string; readonly nearest: ReadonlyArray<string> }

/** The steps `asked` for, or members of groups so called, with all that they need; all of the pipeline's for none. */
export const plan = ({ steps }: Pick<Pipeline, "steps">, asked: ReadonlyArray<StepId> = []): Plan => {
  const byId = new Map(steps.map((step) => [step.id, step]))
  // The name of a group means its members.
  const named = asked.map((name) => [name, steps.filter(({ id }) => id === name || id.startsWith(`${name}/`))] as const)
  const unknown = named.find(([, found]) => found.length === 0)
  if (unknown !== undefined) {
    return { _tag: "UnknownStep", step: unknown[0], nearest: nearestNames(unknown[0], byId.keys()) }
  }
  const wanted = new Set<StepId>()
  const want = (id: StepId): void => {
    if (wanted.has(id)) return
    wanted.add(id)
    byId.get(id)?.needs.forEach(want)
  }
  for (const { id } of asked.length === 0 ? steps : named.flatMap(([, found]) => found)) want(id)
  const chosen = steps.filter(({ id }) => wanted.has(id))
  return { _tag: "Planned", order: startOrder(chosen, {}) }
}

/** `past` is how long steps took before, in milliseconds. */
export const startOrder = (steps: ReadonlyArray<Step>, past: Readonly<Record<StepId, number>>): ReadonlyArray<Step> => {
  const behind = new Map<StepId, number>()
  const chainFrom = (step: Step): number => {
    const known = behind.get(step.id)
    if (known !== undefined) return known
    const after = steps.filter(({ needs }) => needs.includes(step.id)).map(chainFrom)
    const length = (past[step.id] ?? unknownMs) + Math.max(0, ...after)
    behind.set(step.id, length)
    return length
  }
  const rest = [...steps].sort((a, b) => chainFrom(b) - chainFrom(a))
  const order: Array<Step> = []
  const placed = new Set<StepId>()
  while (rest.length > 0) {
    const next = rest.findIndex(({ needs }) => needs.every((id) => placed.has(id)))
    const [step] = rest.splice(Math.max(0, next), 1)
    if (step === undefined) break
    order.push(step)
    placed.add(step.id)
  }
  return order
}

// internal

/** A step that never ran counts a little, so that long chains come first without any past. */
const unknownMs = 1
