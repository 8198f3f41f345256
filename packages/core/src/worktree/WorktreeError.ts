/**
 * Why agents cannot have trees of their own here, or one of them has none. What is wrong with the repository is said
 * before anything starts.
 */
import * as Schema from "effect/Schema"
import { visibleLine } from "../domain/VisibleText.ts"

const NoGit = Schema.TaggedStruct("NoGit", { why: Schema.String })
const OldGit = Schema.TaggedStruct("OldGit", { version: Schema.String, needed: Schema.String })
const NoRepository = Schema.TaggedStruct("NoRepository", { why: Schema.String })
const NoCommit = Schema.TaggedStruct("NoCommit", {})
/** Nothing of the workspace's folder is in the last commit. */
const NotCommitted = Schema.TaggedStruct("NotCommitted", { folder: Schema.String })
const Submodules = Schema.TaggedStruct("Submodules", { paths: Schema.Array(Schema.String) })
const PartialClone = Schema.TaggedStruct("PartialClone", {})
/** Names that a disk which does not tell case apart takes for the same. */
const SameNames = Schema.TaggedStruct("SameNames", { paths: Schema.Array(Schema.String) })
const NoRoom = Schema.TaggedStruct("NoRoom", { folder: Schema.String })
const Disk = Schema.TaggedStruct("Disk", { path: Schema.String, code: Schema.String })
/** A command of git that failed with these words. */
const Failed = Schema.TaggedStruct("Failed", { command: Schema.String, said: Schema.String })
const Setup = Schema.TaggedStruct("Setup", { command: Schema.String, said: Schema.String })
const Copy = Schema.TaggedStruct("Copy", { pattern: Schema.String, why: Schema.String })

export const WorktreeReason = Schema.Union([
  NoGit,
  OldGit,
  NoRepository,
  NoCommit,
  NotCommitted,
  Submodules,
  PartialClone,
  SameNames,
  NoRoom,
  Disk,
  Failed,
  Setup,
  Copy
])
export type WorktreeReason = typeof WorktreeReason.Type

export class WorktreeError extends Schema.TaggedError<WorktreeError>()("WorktreeError", {
  /** The folder that agents were to work in. */
  workspace: Schema.String,
  reason: WorktreeReason
}) {
  override get message(): string {
    return `${what(this.reason)}: ${whyOf(this.reason)}`
  }
  get hint(): string {
    return hintOf(this.reason)
  }
}

// internal

const what = ({ _tag }: WorktreeReason): string =>
  during.has(_tag) ? "the agent's own tree failed" : "agents cannot have trees of their own here"

const during: ReadonlySet<WorktreeReason["_tag"]> = new Set(["NoRoom", "Disk", "Failed", "Setup"])

const whyOf = (reason: WorktreeReason): string => {
  switch (reason._tag) {
    case "NoGit":
      return `git cannot be run (${reason.why})`
    case "OldGit":
      return `git ${reason.version} is too old, ${reason.needed} is the least`
    case "NoRepository":
      return reason.why
    case "NoCommit":
      return "the repository has no commit yet"
    case "NotCommitted":
      return `the last commit holds nothing of ${visibleLine(reason.folder)}`
    case "Submodules":
      return `the repository has submodules, which trees would not hold (${list(reason.paths)})`
    case "PartialClone":
      return "the repository is a partial clone, of which contents may be missing"
    case "SameNames":
      return `this disk does not tell case apart, and names differ in nothing else (${list(reason.paths)})`
    case "NoRoom":
      return `the disk of ${reason.folder} is full`
    case "Disk":
      return `${visibleLine(reason.path)} cannot be written (${reason.code})`
    case "Failed":
      return `git ${reason.command} said: ${visibleLine(reason.said)}`
    case "Setup":
      return `the setup command \`${visibleLine(reason.command)}\` failed: ${visibleLine(reason.said)}`
    case "Copy":
      return `the pattern ${visibleLine(reason.pattern)} of what is to be copied ${reason.why}`
  }
}

const hintOf = (reason: WorktreeReason): string => {
  switch (reason._tag) {
    case "NoGit":
      return "Install git where systems keep their programs, or run with --isolation none."
    case "OldGit":
      return "Update git, or run with --isolation none."
    case "NoRepository":
      return "Work in a git repository's own folder (git init), or run with --isolation none."
    case "NoCommit":
      return "Commit what agents are to start from, or run with --isolation none."
    case "NotCommitted":
      return "Commit what agents are to start from, name a workspace that is committed, or run with --isolation none."
    case "Submodules":
    case "SameNames":
      return "Run with --isolation none."
    case "PartialClone":
      return "Fetch the rest (git fetch --refetch --no-filter), or run with --isolation none."
    case "NoRoom":
      return "Free some space, then resume the run: nothing that was committed is lost."
    case "Disk":
      return "Look at the rights of the folder and at the disk, then resume the run."
    case "Failed":
      return "Look at the repository with git fsck, then resume the run."
    case "Setup":
      return "Run the command in a fresh clone to see why; worktree.setup in your config.yaml holds it, or the definition."
    case "Copy":
      return "Write globs relative to the workspace, such as .env or node_modules."
  }
}

const mostListed = 3

const list = (paths: ReadonlyArray<string>): string =>
  `${paths.slice(0, mostListed).map(visibleLine).join(", ")}${paths.length > mostListed ? ", …" : ""}`
