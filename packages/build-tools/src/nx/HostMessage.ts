/**
 * What the runner and the process that hosts Nx say to each other.
 *
 * 1. The host says `HostReady`, the runner answers with `Run`; the host ends itself when the channel breaks.
 * 2. What happens comes in numbered batches, one at a time: the next is sent when the last was acknowledged. A task's end
 *    thus reaches the record before Nx goes on, and a slow record slows Nx down rather than filling memory.
 * 3. The last message is a `HostOutcome`; the host exits when that is acknowledged.
 */
import type { TaskStatus } from "../record/BuildEvent.ts"

/** What one run is asked for. */
export interface HostRequest {
  readonly workspace: string
  readonly targets: ReadonlyArray<string>
  readonly projects: ReadonlyArray<string> | null
  readonly configuration: string | null
  readonly parallel: number
  /** Task ids whose outputs on disk are not to be relied on. */
  readonly damaged: ReadonlyArray<string>
  readonly mode: "run" | "plan"
}

export interface PlannedTask {
  readonly id: string
  /** Paths or globs from the workspace. */
  readonly outputs: ReadonlyArray<string>
  /** Task ids. */
  readonly dependsOn: ReadonlyArray<string>
}

export type HostEvent =
  | { readonly _tag: "Planned"; readonly tasks: ReadonlyArray<PlannedTask> }
  | { readonly _tag: "Started"; readonly task: string }
  | { readonly _tag: "Output"; readonly task: string | null; readonly text: string }
  | { readonly _tag: "Ended"; readonly task: string; readonly status: TaskStatus; readonly ms: number }
  /** A limit of the machine that the run goes on without. */
  | { readonly _tag: "Warned"; readonly text: string }

export type HostOutcome =
  | { readonly _tag: "Finished"; readonly status: "success" | "failure" }
  /** This Nx is not one whose inner modules are known: somebody else has to run it. */
  | { readonly _tag: "Unsupported"; readonly why: string }
  /** Its cache or its database cannot be written; the folder is null where Nx found out by itself. */
  | { readonly _tag: "Unwritable"; readonly folder: string | null; readonly problem: string }
  /** Names that no project has. */
  | { readonly _tag: "NoProject"; readonly names: ReadonlyArray<string>; readonly known: ReadonlyArray<string> }
  | { readonly _tag: "NoTarget"; readonly targets: ReadonlyArray<string>; readonly known: ReadonlyArray<string> }
  | { readonly _tag: "Cycle"; readonly path: ReadonlyArray<string> }
  /** Nx itself threw. */
  | { readonly _tag: "Broken"; readonly problem: string }

/** Nx passes on what the processes of tasks say, by the same channel: hence no shorter names. */
export type FromHost =
  | { readonly _tag: "HostReady" }
  | { readonly _tag: "HostBatch"; readonly number: number; readonly events: ReadonlyArray<HostEvent> }
  | { readonly _tag: "HostOutcome"; readonly outcome: HostOutcome }

export type ToHost =
  | { readonly _tag: "Run"; readonly request: HostRequest }
  | { readonly _tag: "Acknowledged"; readonly number: number }
  | { readonly _tag: "Exit" }

/** Only for what comes through the channel between the two: its other end is this package's own program. */
export const isFromHost = (message: unknown): message is FromHost =>
  isTagged(message) && ["HostReady", "HostBatch", "HostOutcome"].includes(message._tag)

export const isToHost = (message: unknown): message is ToHost =>
  isTagged(message) && ["Run", "Acknowledged", "Exit"].includes(message._tag)

// internal

const isTagged = (message: unknown): message is { readonly _tag: string } =>
  typeof message === "object" && message !== null && "_tag" in message && typeof message._tag === "string"
