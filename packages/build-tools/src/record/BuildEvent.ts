/**
 * The facts of a build session, as the journal keeps them: every intent before the act, every outcome after it.
 */
import * as Schema from "effect/Schema"

/** How an attempt of a step ended. */
export const AttemptOutcome = Schema.TaggedUnion({
  Passed: {},
  Exited: { code: Schema.Int },
  Signalled: { signal: Schema.String },
  TimedOut: { afterMs: Schema.Int },
  /** The program could not be started, or something around it broke. */
  Broken: { problem: Schema.String, hint: Schema.String },
  /** The user stopped the session. */
  Stopped: {}
})
export type AttemptOutcome = typeof AttemptOutcome.Type

/** How a step ended. */
export const StepOutcome = Schema.TaggedUnion({
  /** It ran and passed. */
  Ran: {},
  /** Its last result still holds. */
  UpToDate: {},
  /** It had finished after its runner died, and its outputs verify. */
  Adopted: {},
  /** Passed earlier in this session, which was resumed. */
  Resumed: {},
  /** Its condition did not hold, or the user left it out; what needs it goes on. */
  Skipped: { why: Schema.String },
  /** A step before it failed; what needs it is blocked as well. */
  Blocked: { by: Schema.String },
  Failed: { problem: Schema.String, hint: Schema.String },
  Stopped: {}
})
export type StepOutcome = typeof StepOutcome.Type

/** As Nx names them. */
export const TaskStatus = Schema.Literals([
  "success",
  "failure",
  "skipped",
  "stopped",
  "local-cache",
  "local-cache-kept-existing",
  "remote-cache"
])
export type TaskStatus = typeof TaskStatus.Type

/** What the user decides when starting: a session is resumed only for the same. */
export const SessionInputs = Schema.Struct({
  pipeline: Schema.String,
  /** sha256 of the pipeline as decoded. */
  pipelineHash: Schema.String,
  /** Null without git. */
  commit: Schema.NullOr(Schema.String),
  /** Steps asked for, flags that change the work; in a fixed order. */
  flags: Schema.Array(Schema.String)
})
export type SessionInputs = typeof SessionInputs.Type

export const BuildEvent = Schema.TaggedUnion({
  SessionStarted: {
    /** `YYYYMMDD_HHMMSS`, with `-2` and so on behind where that is taken. */
    session: Schema.String,
    inputs: SessionInputs,
    steps: Schema.Array(Schema.Struct({ id: Schema.String, title: Schema.String })),
    jobs: Schema.Int,
    logs: Schema.String,
    pid: Schema.Int,
    /** What it builds for and with: the processor, the compile caches that were found. */
    machine: Schema.String
  },
  /** Another process goes on with the session. */
  SessionResumed: { pid: Schema.Int, jobs: Schema.Int },
  StepStarted: { step: Schema.String, why: Schema.String },
  /** Written before the process is started. */
  AttemptStarted: {
    step: Schema.String,
    attempt: Schema.Int,
    log: Schema.String,
    fingerprint: Schema.NullOr(Schema.String)
  },
  /** The pid is the group's number as well; with the start time it names the process for ever. */
  ProcessStarted: { step: Schema.String, attempt: Schema.Int, pid: Schema.Int, startTime: Schema.String },
  TaskStarted: { step: Schema.String, attempt: Schema.Int, task: Schema.String },
  TaskEnded: {
    step: Schema.String,
    attempt: Schema.Int,
    task: Schema.String,
    status: TaskStatus,
    ms: Schema.Number
  },
  AttemptEnded: {
    step: Schema.String,
    attempt: Schema.Int,
    outcome: AttemptOutcome,
    ms: Schema.Number,
    /** The wait before the next attempt; null where there is none. */
    retryInMs: Schema.NullOr(Schema.Number)
  },
  StepEnded: { step: Schema.String, outcome: StepOutcome, ms: Schema.Number },
  /** A limit of the machine that the session goes on without, such as a full cache. */
  Warned: { step: Schema.NullOr(Schema.String), text: Schema.String },
  Installed: {
    step: Schema.String,
    prefix: Schema.String,
    version: Schema.String,
    previous: Schema.NullOr(Schema.String)
  },
  SessionEnded: { status: Schema.Literals(["completed", "failed", "stopped"]) }
})
export type BuildEvent = typeof BuildEvent.Type
