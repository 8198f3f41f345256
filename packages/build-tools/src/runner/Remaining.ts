/**
 * How long a build will still take, by how long its steps took before. Pure.
 */
import type { Step, StepId } from "../pipeline/Pipeline.ts"
import { criticalPath } from "./CriticalPath.ts"

export interface RemainingRequest {
  /** In an order in which needs come first. */
  readonly order: ReadonlyArray<Step>
  readonly isDue: (step: StepId) => boolean
  readonly hasEnded: (step: StepId) => boolean
  /** Milliseconds, by step. */
  readonly usual: Readonly<Record<StepId, number>>
  readonly jobs: number
}

/** Milliseconds; null where a step that is due never ran before. */
export const remaining = ({ hasEnded, isDue, jobs, order, usual }: RemainingRequest): number | null => {
  const left = order.filter(({ id }) => isDue(id) && !hasEnded(id))
  if (left.some(({ id }) => usual[id] === undefined)) return null
  const timed = left.map(({ id, needs }) => ({ name: id, ms: usual[id] ?? 0, needs }))
  const sum = (items: ReadonlyArray<{ readonly ms: number }>) => items.reduce((total, { ms }) => total + ms, 0)
  // Neither faster than its longest chain, nor than all of it on all jobs.
  return Math.round(Math.max(sum(criticalPath(timed)), sum(timed) / Math.max(1, jobs)))
}
