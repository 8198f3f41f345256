/**
 * What a session's events amount to. A pure fold that accepts any cut-off tail: whoever reads a session that was killed
 * sees its steps as they stood then.
 */
import type { AttemptOutcome, BuildEvent, SessionInputs, StepOutcome, TaskStatus } from "./BuildEvent.ts"

export interface BuildState {
  readonly session: string
  readonly inputs: SessionInputs
  /** "interrupted": its end is not on record; a live session reads the same, which the lock tells apart. */
  readonly status: "interrupted" | "completed" | "failed" | "stopped"
  /** Of the process that worked on it last. */
  readonly pid: number
  readonly jobs: number
  readonly logs: string
  /** Milliseconds since 1970. */
  readonly startedAt: number
  readonly lastEventAt: number
  /** Time at work: without the time between an interruption and its resumption. */
  readonly ms: number
  readonly resumed: number
  /** In the order of the pipeline. */
  readonly steps: ReadonlyArray<StepState>
  readonly warnings: ReadonlyArray<{ readonly step: string | null; readonly text: string }>
  readonly installed: ReadonlyArray<Installed>
}

export interface StepState {
  readonly id: string
  readonly title: string
  /** Why it ran, in words; null before it started. */
  readonly why: string | null
  readonly startedAt: number | null
  /** How many were started, over all resumptions. */
  readonly attempts: number
  /** The last one. */
  readonly attempt: AttemptState | null
  /** Null while it has not ended. */
  readonly outcome: StepOutcome | null
  /** Milliseconds since 1970; null while it has not ended. */
  readonly endedAt: number | null
  readonly ms: number
  /** Nx tasks by their id, in the order in which they started. */
  readonly tasks: ReadonlyMap<string, TaskState>
}

export interface AttemptState {
  readonly attempt: number
  readonly log: string
  readonly fingerprint: string | null
  /** Null before it was started. */
  readonly process: { readonly pid: number; readonly startTime: string } | null
  /** Null while it has not ended. */
  readonly outcome: AttemptOutcome | null
  readonly startedAt: number
  readonly ms: number | null
  readonly retryInMs: number | null
}

export type TaskState =
  | { readonly _tag: "Running" }
  | { readonly _tag: "Ended"; readonly status: TaskStatus; readonly ms: number }

export type Installed = Omit<Extract<BuildEvent, { readonly _tag: "Installed" }>, "_tag">

export interface TimedEvent {
  readonly event: BuildEvent
  /** Milliseconds since 1970. */
  readonly time: number
}

/** Undefined where the first event is missing: nothing had begun. */
export const fold = (events: Iterable<TimedEvent>): BuildState | undefined => {
  let state: BuildState | undefined
  // Tasks touch nothing but themselves, and there may be thousands: they are put in at the end.
  const tasks = new Map<string, Map<string, TaskState>>()
  for (const { event, time } of events) {
    if (event._tag === "TaskStarted" || event._tag === "TaskEnded") {
      const ofStep = tasks.get(event.step) ?? new Map<string, TaskState>()
      tasks.set(event.step, ofStep.set(event.task, taskState(event)))
      state = state === undefined ? undefined : passTime(state, time)
    } else {
      state = advance(state, event, time)
    }
  }
  if (state === undefined) return undefined
  return { ...state, steps: state.steps.map((step) => ({ ...step, tasks: tasks.get(step.id) ?? step.tasks })) }
}

/** The state after one more event. */
export const advance = (state: BuildState | undefined, event: BuildEvent, time: number): BuildState | undefined => {
  if (event._tag === "SessionStarted") return state ?? begin(event, time)
  if (state === undefined) return undefined
  if (event._tag === "SessionResumed") return apply({ ...state, lastEventAt: time }, event, time)
  return apply(passTime(state, time), event, time)
}

// internal

type Event<Tag extends BuildEvent["_tag"]> = Extract<BuildEvent, { readonly _tag: Tag }>

const begin = ({ inputs, jobs, logs, pid, session, steps }: Event<"SessionStarted">, time: number): BuildState => ({
  session,
  inputs,
  status: "interrupted",
  pid,
  jobs,
  logs,
  startedAt: time,
  lastEventAt: time,
  ms: 0,
  resumed: 0,
  steps: steps.map(({ id, title }) => ({
    id,
    title,
    why: null,
    startedAt: null,
    attempts: 0,
    attempt: null,
    outcome: null,
    endedAt: null,
    ms: 0,
    tasks: new Map()
  })),
  warnings: [],
  installed: []
})

const passTime = (state: BuildState, time: number): BuildState => ({
  ...state,
  lastEventAt: time,
  ms: state.ms + Math.max(0, time - state.lastEventAt)
})

const taskState = (event: Event<"TaskStarted"> | Event<"TaskEnded">): TaskState =>
  event._tag === "TaskStarted" ? { _tag: "Running" } : { _tag: "Ended", status: event.status, ms: event.ms }

const apply = (state: BuildState, event: Exclude<BuildEvent, Event<"SessionStarted">>, time: number): BuildState => {
  const step = (id: string, change: (step: StepState) => Partial<StepState>): BuildState => ({
    ...state,
    steps: state.steps.map((step) => (step.id === id ? { ...step, ...change(step) } : step))
  })
  switch (event._tag) {
    case "SessionResumed":
      return { ...state, status: "interrupted", pid: event.pid, jobs: event.jobs, resumed: state.resumed + 1 }
    case "StepStarted":
      return step(event.step, () => ({ why: event.why, startedAt: time, outcome: null, endedAt: null }))
    case "AttemptStarted":
      return step(event.step, ({ attempts }) => ({ attempts: attempts + 1, attempt: startAttempt(event, time) }))
    case "ProcessStarted":
      return step(event.step, ({ attempt }) => ({
        attempt: during(attempt, event.attempt, { process: { pid: event.pid, startTime: event.startTime } })
      }))
    case "TaskStarted":
    case "TaskEnded":
      return step(event.step, ({ tasks }) => ({ tasks: new Map(tasks).set(event.task, taskState(event)) }))
    case "AttemptEnded":
      return step(event.step, ({ attempt }) => ({
        attempt: during(attempt, event.attempt, { outcome: event.outcome, ms: event.ms, retryInMs: event.retryInMs })
      }))
    case "StepEnded":
      return step(event.step, () => ({ outcome: event.outcome, endedAt: time, ms: event.ms }))
    case "Warned":
      return { ...state, warnings: [...state.warnings, { step: event.step, text: event.text }] }
    case "Installed": {
      const { _tag, ...installed } = event
      return { ...state, installed: [...state.installed, installed] }
    }
    case "SessionEnded":
      return { ...state, status: event.status }
  }
}

const startAttempt = ({ attempt, fingerprint, log }: Event<"AttemptStarted">, startedAt: number): AttemptState => ({
  attempt,
  log,
  fingerprint,
  process: null,
  outcome: null,
  startedAt,
  ms: null,
  retryInMs: null
})

const during = (state: AttemptState | null, attempt: number, change: Partial<AttemptState>): AttemptState | null =>
  state !== null && state.attempt === attempt ? { ...state, ...change } : state
