/**
 * What a build came to: the summary, and the JSON of `--json`.
 */
import * as Schema from "effect/Schema"
import { StepOutcome, TaskStatus } from "../record/BuildEvent.ts"

export const TaskResult = Schema.Struct({ task: Schema.String, status: TaskStatus, ms: Schema.Number })
export type TaskResult = typeof TaskResult.Type

export const StepResult = Schema.Struct({
  id: Schema.String,
  title: Schema.String,
  outcome: StepOutcome,
  /** Why it ran or not, in words. */
  why: Schema.String,
  attempts: Schema.Int,
  ms: Schema.Number,
  /** Part of the session's time, in percent. */
  percent: Schema.Number,
  /** Warnings counted in its output. */
  warnings: Schema.Int,
  tasks: Schema.Array(TaskResult),
  outputs: Schema.Array(
    Schema.Struct({
      path: Schema.String,
      size: Schema.Int,
      /** Of the file at the same place of the debug build; null where there is none. */
      debugSize: Schema.NullOr(Schema.Int)
    })
  ),
  /** Of the last attempt. */
  log: Schema.NullOr(Schema.String)
})
export type StepResult = typeof StepResult.Type

export const InstallResult = Schema.Struct({
  prefix: Schema.String,
  version: Schema.String,
  previous: Schema.NullOr(Schema.String),
  binaries: Schema.Array(Schema.Struct({ path: Schema.String, size: Schema.Int })),
  agents: Schema.Array(Schema.String),
  /** Whether a shell would find the binaries. */
  onPath: Schema.Boolean
})
export type InstallResult = typeof InstallResult.Type

export const BuildResult = Schema.Struct({
  schemaVersion: Schema.Literal(1),
  /** Null where there was nothing to do: no session is recorded for that. */
  session: Schema.NullOr(Schema.String),
  pipeline: Schema.String,
  status: Schema.Literals(["nothing-to-do", "completed", "failed", "stopped"]),
  ms: Schema.Number,
  steps: Schema.Array(StepResult),
  counts: Schema.Struct({
    /** Steps and Nx tasks that a cache or an earlier result answered. */
    cached: Schema.Int,
    ran: Schema.Int,
    retried: Schema.Int,
    failed: Schema.Int
  }),
  /** Steps (and tasks) that determined the whole time, in order. */
  criticalPath: Schema.Array(Schema.Struct({ name: Schema.String, ms: Schema.Number })),
  /** By past durations of what was cached. */
  savedMs: Schema.Number,
  slowest: Schema.Array(Schema.Struct({ name: Schema.String, ms: Schema.Number })),
  installed: Schema.Array(InstallResult),
  /** What the compile caches say of themselves, before and after. */
  caches: Schema.Array(Schema.String),
  warnings: Schema.Array(Schema.String),
  log: Schema.NullOr(Schema.String),
  record: Schema.String
})
export type BuildResult = typeof BuildResult.Type
