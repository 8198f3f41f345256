/**
 * How long steps and tasks take, by the past: the median of the last five times that they ran to the end. Pure.
 */
import type { BuildState } from "./BuildState.ts"

/** Milliseconds, by step and by task. */
export interface Durations {
  readonly steps: Readonly<Record<string, number>>
  readonly tasks: Readonly<Record<string, number>>
}

/** `sessions` come newest first. What a cache answered says nothing and does not count. */
export const durations = (sessions: Iterable<BuildState>): Durations => {
  const steps = new Map<string, Array<number>>()
  const tasks = new Map<string, Array<number>>()
  for (const session of sessions) {
    for (const step of session.steps) {
      if (step.outcome?._tag === "Ran") add(steps, step.id, step.ms)
      for (const [id, task] of step.tasks) {
        if (task._tag === "Ended" && task.status === "success") add(tasks, id, task.ms)
      }
    }
  }
  return { steps: medians(steps), tasks: medians(tasks) }
}

// internal

const counted = 5

const add = (known: Map<string, Array<number>>, name: string, ms: number): void => {
  const past = known.get(name)
  if (past === undefined) known.set(name, [ms])
  else if (past.length < counted) past.push(ms)
}

const medians = (known: ReadonlyMap<string, ReadonlyArray<number>>): Readonly<Record<string, number>> =>
  Object.fromEntries([...known].map(([name, past]) => [name, median(past)]))

const median = (values: ReadonlyArray<number>): number => {
  const sorted = [...values].sort((a, b) => a - b)
  const upper = sorted[Math.floor(sorted.length / 2)] ?? 0
  const lower = sorted[Math.ceil(sorted.length / 2) - 1] ?? 0
  return (lower + upper) / 2
}
