/**
 * What the journal records of agents' own trees, in namespace `worktree`. Where they stand is not read from here: refs
 * and folders are found by the names of run and agent.
 */
import * as Schema from "effect/Schema"
import { Journal } from "../journal/Journal.ts"
import { Left, Merge } from "./MergeReport.ts"

const Names = Schema.Array(Schema.String)

/** The run's trees begin with this commit. What differs from it in the user's working tree is in none of them. */
export const Based = Schema.TaggedStruct("Based", {
  commit: Schema.String,
  /** Where the workspace lies below the repository's top: `packages/app/`; absent where it is the top. */
  prefix: Schema.optionalKey(Schema.String),
  /** Relative to the repository's top, as git status has them; a folder ends with a slash. */
  uncommitted: Names,
  /** Filters that no tree runs: files are in it as git stores them. */
  filters: Names
})

/** An agent has a tree of its own. */
export const Made = Schema.TaggedStruct("Made", {
  /** The folder that stands for the workspace. */
  root: Schema.String,
  start: Schema.String,
  /** What was put in from the user's working tree. */
  copied: Names
})

/** What an agent left is kept. */
export const Committed = Schema.TaggedStruct("Committed", {
  ref: Schema.String,
  commit: Schema.String,
  files: Names,
  /** Repositories within the tree, which no commit holds; the tree stays for them. */
  left: Names
})

/** What an agent left could not be committed; its tree stays as it is. */
export const Stuck = Schema.TaggedStruct("Stuck", { tree: Schema.String, message: Schema.String, hint: Schema.String })

/** An agent's work was merged, or not; again when the agent goes on. */
export const Merged = Schema.TaggedStruct("Merged", Merge.fields)

/** By SHA-256; null where there is no file. */
const FileChange = Schema.Struct({
  path: Schema.String,
  before: Schema.NullOr(Schema.String),
  after: Schema.NullOr(Schema.String)
})

/**
 * Merged files are about to be written: the bytes that they replace are in Blobs. At the root: into the workspace; at an
 * agent: into its tree. Each is made if it is in `Brought`; without that, it may have been.
 */
export const Bringing = Schema.TaggedStruct("Bringing", {
  changes: Schema.Array(
    Schema.Struct({
      change: FileChange,
      /** Rights of a file that goes, or does not keep them. */
      mode: Schema.optionalKey(Schema.Int),
      /** Folders that are made for it; absent where there was a file. */
      folders: Schema.optionalKey(Names)
    })
  )
})

export const Brought = Schema.TaggedStruct("Brought", {
  from: Schema.String,
  to: Schema.String,
  /** Relative to the repository's top. */
  files: Names,
  left: Schema.Array(Left),
  /** Of those that were left, what the disk kept from being written: it is brought again. Absent in older records. */
  unwritten: Schema.optionalKey(Names)
})

export const WorktreeEvent = Schema.Union([Based, Made, Committed, Stuck, Merged, Bringing, Brought])
export type WorktreeEvent = typeof WorktreeEvent.Type

export const WorktreeJournal = Journal.of("worktree", 1, WorktreeEvent)
