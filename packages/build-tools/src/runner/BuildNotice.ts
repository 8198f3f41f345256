/**
 * What a live view is told: the facts that were recorded, and output, which is kept in logs and not in the record.
 */
import type { BuildEvent } from "../record/BuildEvent.ts"

export type BuildNotice =
  | { readonly _tag: "Recorded"; readonly event: BuildEvent /** Milliseconds since 1970. */; readonly time: number }
  /** An important line of a step's (or its task's) output, without its escape sequences. */
  | { readonly _tag: "Line"; readonly step: string; readonly task: string | null; readonly text: string }
  /** The last line, however unimportant: what a running step shows beside its bar. At most ten a second and step. */
  | { readonly _tag: "Tail"; readonly step: string; readonly text: string }
  /** No output for so long. */
  | { readonly _tag: "Silent"; readonly step: string; readonly ms: number }
  /** Tasks of an Nx step that are known so far. */
  | { readonly _tag: "Tasks"; readonly step: string; readonly total: number }
  /** Somebody else works in this workspace; said once. */
  | { readonly _tag: "Waiting"; readonly pid: number; readonly since: number }
  /** What is left by the durations of past sessions; null where there are none. */
  | { readonly _tag: "Remaining"; readonly ms: number | null }
