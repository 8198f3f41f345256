/**
 * What became of the trees of a run's agents: which were merged, which branch holds what was not, and what of it stands in
 * the user's working tree. As it is on record and in results.
 */
import * as Schema from "effect/Schema"
import { AgentPath } from "../domain/Ids.ts"

/**
 * `merged`: it is part of `refs/deputize/RUN/merged`. `unchanged`: it left nothing to merge. `conflict` and
 * `check_failed`: it is not, and `branch` holds it. `kept`: the same, as the agent did not complete, or something failed.
 */
export const MergeStatus = Schema.Literals(["merged", "conflict", "unchanged", "check_failed", "kept"])
export type MergeStatus = typeof MergeStatus.Type

export const Merge = Schema.Struct({
  agent: AgentPath,
  status: MergeStatus,
  /** What the agent left, by its ref and its commit; null where nothing could be committed. */
  ref: Schema.NullOr(Schema.String),
  commit: Schema.NullOr(Schema.String),
  /** The branch that keeps what was not merged. */
  branch: Schema.NullOr(Schema.String),
  /** What it changed, relative to the repository's top folder, by name. */
  files: Schema.Array(Schema.String),
  /** Of these, those that could not be merged. */
  conflicts: Schema.Array(Schema.String),
  /** Why it was not merged, in a line; "" where it was. */
  why: Schema.String
})
export type Merge = typeof Merge.Type

/** A merged file that does not stand in the working tree as it was merged, and why not. */
export const Left = Schema.Struct({ path: Schema.String, why: Schema.String })
export type Left = typeof Left.Type

export const Merges = Schema.Struct({
  /** The commit that the run's trees began with. */
  base: Schema.String,
  /** The ref of all that was merged. */
  ref: Schema.String,
  merges: Schema.Array(Merge),
  /** Files of the working tree that are now as merged. */
  brought: Schema.Array(Schema.String),
  left: Schema.Array(Left)
})
export type Merges = typeof Merges.Type
