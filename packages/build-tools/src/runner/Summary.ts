/**
 * What a build came to, from how its steps ended. Pure.
 */
import type { TaskStatus } from "../record/BuildEvent.ts"
import type { Durations } from "../record/Durations.ts"
import type { BuildResult, StepResult } from "./BuildResult.ts"
import { criticalPath } from "./CriticalPath.ts"
import type { StepEnd } from "./StepEnd.ts"

export interface Finished {
  readonly session: string | null
  readonly pipeline: string
  readonly status: BuildResult["status"]
  readonly ms: number
  /** In the pipeline's order. */
  readonly ends: ReadonlyArray<StepEnd>
  readonly durations: Durations
  readonly caches: ReadonlyArray<string>
  readonly warnings: ReadonlyArray<string>
  readonly log: string | null
  readonly record: string
  /** Bytes of the file at the same place of the debug build. */
  readonly debugSize: (path: string) => number | null
}

export const summarize = ({ debugSize, durations, ends, ms, ...finished }: Finished): BuildResult => {
  const steps = ends.map((end) => stepResult(end, ms, debugSize))
  const tasks = steps.flatMap((step) => step.tasks)
  // A step of tasks counts by them: "1 ran" would say nothing of 200 that a cache answered.
  const single = steps.filter((step) => step.tasks.length === 0)
  const counted = [
    ...single.map(({ outcome }) => kindOfStep(outcome._tag)),
    ...tasks.map(({ status }) => kindOfTask(status))
  ]
  const count = (kind: Kind) => counted.filter((each) => each === kind).length
  const timed = ends
    .filter(({ outcome }) => outcome._tag === "Ran" || outcome._tag === "Failed")
    .map(({ ms, step }) => ({ name: step.id, ms, needs: step.needs }))
  const slow = [...timed.map(({ ms, name }) => ({ name, ms })), ...tasks.map(({ ms, task }) => ({ name: task, ms }))]
  return {
    schemaVersion: 1,
    ...finished,
    ms,
    steps,
    counts: {
      cached: count("cached"),
      ran: count("ran"),
      retried: ends.reduce((sum, { attempts }) => sum + Math.max(0, attempts - 1), 0),
      failed: count("failed")
    },
    criticalPath: criticalPath(ends.map(({ ms, step }) => ({ name: step.id, ms, needs: step.needs }))),
    savedMs: savedBy(steps, durations),
    slowest: slow
      .filter((each) => each.ms > 0)
      .sort((a, b) => b.ms - a.ms)
      .slice(0, 5),
    installed: ends.flatMap(({ installed }) => (installed === null ? [] : [installed]))
  }
}

// internal

type Kind = "cached" | "ran" | "failed" | "none"

const stepResult = (end: StepEnd, wholeMs: number, debugSize: Finished["debugSize"]): StepResult => ({
  id: end.step.id,
  title: end.step.title,
  outcome: end.outcome,
  why: end.why,
  attempts: end.attempts,
  ms: end.ms,
  percent: wholeMs > 0 ? Math.min(100, Math.round((1_000 * end.ms) / wholeMs) / 10) : 0,
  warnings: end.warnings,
  tasks: end.tasks,
  outputs: end.outputs.map(({ path, size }) => ({ path, size, debugSize: debugSize(path) })),
  log: end.log
})

const kindOfStep = (tag: StepResult["outcome"]["_tag"]): Kind => {
  switch (tag) {
    case "UpToDate":
    case "Adopted":
    case "Resumed":
      return "cached"
    case "Ran":
      return "ran"
    case "Failed":
      return "failed"
    case "Blocked":
    case "Skipped":
    case "Stopped":
      return "none"
  }
}

const kindOfTask = (status: TaskStatus): Kind => {
  switch (status) {
    case "local-cache":
    case "local-cache-kept-existing":
    case "remote-cache":
      return "cached"
    case "success":
      return "ran"
    case "failure":
      return "failed"
    case "skipped":
    case "stopped":
      return "none"
  }
}

/** By how long it took when it ran. */
const savedBy = (steps: ReadonlyArray<StepResult>, { steps: known, tasks }: Durations): number => {
  const whole = steps.filter(({ outcome }) => kindOfStep(outcome._tag) === "cached")
  const parts = steps.flatMap((step) => step.tasks).filter(({ status }) => kindOfTask(status) === "cached")
  const saved = (before: number | undefined, ms: number) => Math.max(0, (before ?? 0) - ms)
  return (
    whole.reduce((sum, { id, ms }) => sum + saved(known[id], ms), 0) +
    parts.reduce((sum, { ms, task }) => sum + saved(tasks[task], ms), 0)
  )
}
