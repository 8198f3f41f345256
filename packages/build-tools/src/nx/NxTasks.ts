/**
 * Runs targets of an Nx workspace, with every task told of: in a process that hosts the workspace's own Nx, and by
 * `nx run-many` where its inner modules are not those that are known.
 *
 * A cache or a database that cannot be used costs one warning: the tasks are run with one of their own, for this time.
 */
import { createRequire } from "node:module"
import { join } from "node:path"
import type { Processes } from "@deputize/core/process/Processes"
import * as Effect from "effect/Effect"
import type { TaskStatus } from "../record/BuildEvent.ts"
import type { HostOutcome, HostRequest, PlannedTask } from "./HostMessage.ts"
import { type NxFolders, nxEnvironment, temporaryFolders } from "./NxEnvironment.ts"
import { NxError, unwritableText } from "./NxError.ts"
import { type HostOptions, runHost } from "./NxHost.ts"
import { runMany } from "./RunMany.ts"

export interface NxRequest {
  /** Real path. */
  readonly workspace: string
  readonly targets: ReadonlyArray<string>
  /** Names, tags, folders or globs, as `nx run-many` takes them; null for all. */
  readonly projects: ReadonlyArray<string> | null
  readonly configuration: string | null
  readonly parallel: number
  /** All of it. */
  readonly env: Readonly<Record<string, string>>
  readonly label: string
  /** Task ids whose outputs are damaged: they are made again, from the cache where it has them. */
  readonly skipCache: ReadonlyArray<string>
}

export type { PlannedTask } from "./HostMessage.ts"

export type NxEvent =
  /** The process that runs Nx; its pid is the number of its group. Another one follows where it had to be started again. */
  | { readonly _tag: "Process"; readonly pid: number; readonly startTime: string }
  | { readonly _tag: "Planned"; readonly tasks: ReadonlyArray<PlannedTask> }
  | { readonly _tag: "Started"; readonly task: string }
  /** With a null for what Nx itself prints. */
  | { readonly _tag: "Output"; readonly task: string | null; readonly text: string }
  | { readonly _tag: "Ended"; readonly task: string; readonly status: TaskStatus; readonly ms: number }
  /** A limit of the machine, or of this Nx, that the run goes on without. */
  | { readonly _tag: "Warned"; readonly text: string }

export interface NxResult {
  readonly status: "success" | "failure"
  readonly mode: "in-process" | "run-many"
}

/**
 * An `Ended` event is awaited before Nx starts what depends on the task, so what is written to disk in `onEvent` is there
 * before. By `nx run-many` it is not awaited. Several events that start, or end, tasks are handled at the same time.
 */
export const runNx = Effect.fn("NxTasks.run")(function* <E, R>(
  request: NxRequest,
  onEvent: (event: NxEvent) => Effect.Effect<void, E, R>
) {
  const hosted = yield* attempt(request, "run", onEvent, runHost)
  if (hosted._tag === "Finished") return { status: hosted.status, mode: "in-process" } satisfies NxResult
  if (hosted._tag !== "Unsupported") return yield* errorOf(request.workspace, hosted)
  const text = `${hosted.why}: its tasks are run by nx run-many, and recorded later`
  yield* onEvent({ _tag: "Warned", text })
  const outcome = yield* attempt(request, "run", onEvent, runMany)
  if (outcome._tag !== "Finished") return yield* errorOf(request.workspace, outcome)
  return { status: outcome.status, mode: "run-many" } satisfies NxResult
})

/** What would run, and what it makes. Runs no task. */
export const nxPlan = Effect.fn("NxTasks.plan")(function* (request: NxRequest) {
  let planned: ReadonlyArray<PlannedTask> = []
  const onEvent = (event: NxEvent) =>
    Effect.sync(() => {
      if (event._tag === "Planned") planned = event.tasks
    })
  const hosted = yield* attempt(request, "plan", onEvent, runHost)
  const outcome = hosted._tag === "Unsupported" ? yield* attempt(request, "plan", onEvent, runMany) : hosted
  return outcome._tag === "Finished" ? planned : yield* errorOf(request.workspace, outcome)
})

// internal

type Runner = <E, R>(options: HostOptions<E, R>) => Effect.Effect<HostOutcome, NxError | E, Processes | R>

/** Once more with folders of its own where Nx cannot write those it has. */
const attempt = Effect.fnUntraced(function* <E, R>(
  request: NxRequest,
  mode: HostRequest["mode"],
  onEvent: (event: NxEvent) => Effect.Effect<void, E, R>,
  runner: Runner
) {
  const { env, workspace, skipCache, label, ...asked } = request
  if (!isInstalled(workspace)) return yield* new NxError({ workspace, reason: { _tag: "NotInstalled" } })
  const once = (folders: NxFolders) =>
    runner({
      request: { ...asked, workspace, damaged: skipCache, mode },
      env: nxEnvironment(workspace, env, folders),
      label,
      onEvent,
      onStart: (started) => onEvent({ _tag: "Process", pid: started.pid, startTime: started.startTime })
    })
  const outcome = yield* once(null)
  if (outcome._tag !== "Unwritable") return outcome
  const folders = yield* temporaryFolders
  if (folders === null) return outcome
  const text = `${unwritableText(outcome)}. The tasks are run without it.`
  yield* onEvent({ _tag: "Warned", text })
  return yield* once(folders)
}, Effect.scoped)

const isInstalled = (workspace: string): boolean => {
  try {
    createRequire(join(workspace, "package.json")).resolve("nx/package.json")
    return true
  } catch {
    return false
  }
}

const errorOf = (workspace: string, outcome: Exclude<HostOutcome, { _tag: "Finished" }>): NxError =>
  new NxError({
    workspace,
    reason: outcome._tag === "Unsupported" ? { _tag: "Broken", problem: outcome.why } : outcome
  })
