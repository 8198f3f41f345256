/**
 * What a user decides about one build beside the pipeline.
 */
import type { StepId } from "../pipeline/Pipeline.ts"

export interface BuildOptions {
  /** With all that they need; empty for all. */
  readonly steps: ReadonlyArray<StepId>
  /** Goes on with the last session, if it did not complete. */
  readonly resume: boolean
  /** A new session in which everything runs, whatever is recorded. */
  readonly fresh: boolean
  /** Leaves out steps of the name `clean`. */
  readonly skipClean: boolean
  readonly release: boolean
  /** For this machine's processor and no other. */
  readonly native: boolean
  readonly parallel: number | "auto"
  /** Absolute; where installs go instead of their own prefix. */
  readonly prefix: string | null
  /** Whether to wait while another build works in this workspace. */
  readonly wait: boolean
  /** The user's whole environment. */
  readonly env: Readonly<Record<string, string>>
  /** The build's state folder of this workspace. */
  readonly folder: string
}

/** What of them changes the work, in a fixed order: a session goes on only with the same. */
export const flagsOf = ({ native, prefix, release, skipClean, steps }: BuildOptions): ReadonlyArray<string> => [
  ...(release ? ["--release"] : []),
  ...(native ? ["--native"] : []),
  ...(skipClean ? ["--skip-clean"] : []),
  ...(prefix === null ? [] : [`--prefix ${prefix}`]),
  ...[...steps].sort()
]
