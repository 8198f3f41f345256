/**
 * The tolerant readers of namespace `worktree`, one for each type of event.
 */
import { MergeStatus } from "../worktree/MergeReport.ts"
import type { WorktreeEvent } from "../worktree/WorktreeEvent.ts"
import { at, listAt, type Readers, textAt, textsAt } from "./Body.ts"

export const worktreeReaders = {
  Based: (body: unknown) => ({
    _tag: "worktree.Based" as const,
    commit: textAt(body, "commit"),
    uncommitted: textsAt(body, "uncommitted"),
    filters: textsAt(body, "filters")
  }),
  Made: (body: unknown) => ({
    _tag: "worktree.Made" as const,
    root: textAt(body, "root"),
    start: textAt(body, "start"),
    copied: textsAt(body, "copied")
  }),
  Committed: (body: unknown) => ({
    _tag: "worktree.Committed" as const,
    ref: textAt(body, "ref"),
    files: textsAt(body, "files"),
    left: textsAt(body, "left")
  }),
  Stuck: (body: unknown) => ({
    _tag: "worktree.Stuck" as const,
    tree: textAt(body, "tree"),
    message: textAt(body, "message")
  }),
  Merged: (body: unknown) => ({
    _tag: "worktree.Merged" as const,
    status: MergeStatus.literals.find((each) => each === textAt(body, "status")) ?? "kept",
    ref: textAt(body, "ref") || null,
    branch: textAt(body, "branch") || null,
    files: textsAt(body, "files"),
    conflicts: textsAt(body, "conflicts"),
    why: textAt(body, "why")
  }),
  Bringing: (body: unknown) => ({
    _tag: "worktree.Bringing" as const,
    paths: listAt(body, "changes").map((each) => textAt(at(each, "change"), "path"))
  }),
  Brought: (body: unknown) => ({
    _tag: "worktree.Brought" as const,
    files: textsAt(body, "files"),
    left: listAt(body, "left").map((left) => ({ path: textAt(left, "path"), why: textAt(left, "why") }))
  })
} satisfies Readers<WorktreeEvent>

export type WorktreeFact = ReturnType<(typeof worktreeReaders)[keyof typeof worktreeReaders]>
