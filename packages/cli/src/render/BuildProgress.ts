/**
 * What a build is doing at the moment, folded from what its runner tells: every step with its state, its tasks and the
 * last line of its output. Pure.
 */
import type { StepOutcome, TaskStatus } from "@deputize/build-tools/record/BuildEvent"
import type { BuildNotice } from "@deputize/build-tools/runner/BuildNotice"

export interface BuildView {
  /** Null before the session has begun. */
  readonly session: string | null
  /** Milliseconds since 1970, as all times here; null before the session has begun. */
  readonly startedAt: number | null
  /** In the order of the pipeline. */
  readonly steps: ReadonlyArray<StepView>
  /** Where each step stands in `steps`. */
  readonly places: ReadonlyMap<string, number>
  /** What was left of it at a time, by the durations of past sessions. */
  readonly remaining: { readonly ms: number; readonly at: number } | null
  /** Another build in the same workspace. */
  readonly waitingFor: { readonly pid: number; readonly since: number } | null
}

export interface StepView {
  readonly id: string
  readonly title: string
  /** Attempts that it has at most, null where that is not known. */
  readonly mostTries: number | null
  /** Attempts that were started in this process; those of an interrupted one are not counted. */
  readonly tries: number
  readonly state: StepStage
  readonly tasks: TaskCounts
}

export type StepStage =
  | { readonly _tag: "Waiting" }
  | {
      readonly _tag: "Running"
      readonly since: number
      /** The last line of its output, "" before the first. */
      readonly tail: string
      /** When its output stopped; null while it comes. */
      readonly silentSince: number | null
    }
  | { readonly _tag: "Retrying"; readonly since: number; readonly until: number; readonly problem: string }
  | { readonly _tag: "Ended"; readonly outcome: StepOutcome; readonly ms: number }

/** Of an Nx step; all 0 for others. */
export interface TaskCounts {
  readonly total: number
  readonly done: number
  readonly cached: number
  readonly failed: number
  /** Those at work, in the order in which they started. */
  readonly running: ReadonlyArray<string>
}

/** What is known of a pipeline before its session begins: how often each step is tried at most. */
export type MostTries = ReadonlyMap<string, number>

export const emptyBuild: BuildView = {
  session: null,
  startedAt: null,
  steps: [],
  places: new Map(),
  remaining: null,
  waitingFor: null
}

/** `now` is when the notice came: only recorded facts have a time of their own. */
export const advanceBuild = (view: BuildView, notice: BuildNotice, now: number, most: MostTries): BuildView => {
  switch (notice._tag) {
    case "Recorded":
      return recorded(view, notice.event, notice.time, most)
    case "Waiting":
      return { ...view, waitingFor: { pid: notice.pid, since: notice.since } }
    case "Remaining":
      return { ...view, remaining: notice.ms === null ? null : { ms: notice.ms, at: now } }
    case "Tasks":
      return withStep(view, notice.step, (step) => ({ ...step, tasks: { ...noTasks, total: notice.total } }))
    case "Tail":
      return withStep(view, notice.step, (step) => heard(step, notice.text))
    case "Line":
      return withStep(view, notice.step, (step) => heard(step, notice.text))
    case "Silent":
      return withStep(view, notice.step, (step) =>
        step.state._tag === "Running" ? { ...step, state: { ...step.state, silentSince: now - notice.ms } } : step
      )
  }
}

export const stepOf = (view: BuildView, id: string): StepView | undefined => view.steps[view.places.get(id) ?? -1]

export const isCachedTask = (status: TaskStatus): boolean => status.includes("cache")

/** How an attempt that is to be tried again ended, in a few words. */
export const briefly = (outcome: AttemptOutcome): string => {
  switch (outcome._tag) {
    case "Passed":
      return "passed"
    case "Exited":
      return `exit ${outcome.code}`
    case "Signalled":
      return outcome.signal
    case "TimedOut":
      return "timed out"
    case "Broken":
      return outcome.problem
    case "Stopped":
      return "stopped"
  }
}

// internal

type BuildEvent = Extract<BuildNotice, { readonly _tag: "Recorded" }>["event"]
type AttemptOutcome = Extract<BuildEvent, { readonly _tag: "AttemptEnded" }>["outcome"]

const noTasks: TaskCounts = { total: 0, done: 0, cached: 0, failed: 0, running: [] }

const recorded = (view: BuildView, event: BuildEvent, time: number, most: MostTries): BuildView => {
  switch (event._tag) {
    case "SessionStarted":
      return {
        ...view,
        session: event.session,
        startedAt: time,
        waitingFor: null,
        steps: event.steps.map(({ id, title }) => waiting(id, title, most)),
        places: new Map(event.steps.map(({ id }, index) => [id, index]))
      }
    case "StepStarted":
      return withStep(view, event.step, (step) => ({ ...step, tries: 0, state: running(time) }))
    case "AttemptStarted":
      return withStep(view, event.step, (step) => ({
        ...step,
        tries: step.tries + 1,
        state: running(step.state._tag === "Running" || step.state._tag === "Retrying" ? step.state.since : time),
        tasks: noTasks
      }))
    case "TaskStarted":
      return withTasks(view, event.step, (tasks) => ({ ...tasks, running: [...tasks.running, event.task] }))
    case "TaskEnded":
      return withTasks(view, event.step, (tasks) => taskEnded(tasks, event.task, event.status))
    case "AttemptEnded": {
      const { outcome, retryInMs } = event
      return retryInMs === null
        ? view
        : withStep(view, event.step, (step) => ({
            ...step,
            state: {
              _tag: "Retrying",
              since: step.state._tag === "Running" ? step.state.since : time,
              until: time + retryInMs,
              problem: briefly(outcome)
            }
          }))
    }
    case "StepEnded":
      return withStep(view, event.step, (step) => ({
        ...step,
        state: { _tag: "Ended", outcome: event.outcome, ms: event.ms }
      }))
    case "SessionResumed":
    case "ProcessStarted":
    case "Warned":
    case "Installed":
    case "SessionEnded":
      return view
  }
}

const waiting = (id: string, title: string, most: MostTries): StepView => ({
  id,
  title,
  mostTries: most.get(id) ?? null,
  tries: 0,
  state: { _tag: "Waiting" },
  tasks: noTasks
})

const running = (since: number): StepStage => ({ _tag: "Running", since, tail: "", silentSince: null })

const heard = (step: StepView, text: string): StepView =>
  step.state._tag === "Running" ? { ...step, state: { ...step.state, tail: text, silentSince: null } } : step

const taskEnded = (tasks: TaskCounts, task: string, status: TaskStatus): TaskCounts => ({
  ...tasks,
  done: tasks.done + 1,
  cached: tasks.cached + (isCachedTask(status) ? 1 : 0),
  failed: tasks.failed + (status === "failure" ? 1 : 0),
  running: tasks.running.filter((each) => each !== task)
})

/** A task is a sign of life as a line is. */
const withTasks = (view: BuildView, id: string, change: (tasks: TaskCounts) => TaskCounts): BuildView =>
  withStep(view, id, (step) => ({
    ...step,
    tasks: change(step.tasks),
    state: step.state._tag === "Running" ? { ...step.state, silentSince: null } : step.state
  }))

const withStep = (view: BuildView, id: string, change: (step: StepView) => StepView): BuildView => {
  const place = view.places.get(id)
  const step = place === undefined ? undefined : view.steps[place]
  return place === undefined || step === undefined ? view : { ...view, steps: view.steps.with(place, change(step)) }
}
