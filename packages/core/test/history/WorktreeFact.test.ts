import { expect, it } from "@effect/vitest"
import { AgentPath } from "../../src/domain/Ids.ts"
import type { WorktreeEvent } from "../../src/worktree/WorktreeEvent.ts"
import { factsOf } from "./Events.ts"

const change = { path: "a", before: null, after: "1" }
const events: ReadonlyArray<WorktreeEvent> = [
  { _tag: "Based", commit: "c0", uncommitted: ["b"], filters: ["lfs"] },
  { _tag: "Made", root: "/trees/one/repo", start: "c0", copied: [".env"] },
  { _tag: "Committed", ref: "refs/deputize/r/one", commit: "c1", files: ["a"], left: ["nested"] },
  { _tag: "Stuck", tree: "/trees/one/repo", message: "the disk is full", hint: "Free some space." },
  {
    _tag: "Merged",
    agent: AgentPath.make("/root/one"),
    status: "conflict",
    ref: "refs/deputize/r/one",
    commit: "c1",
    branch: "deputize/r/one",
    files: ["a"],
    conflicts: ["a"],
    why: "both changed it"
  },
  { _tag: "Bringing", changes: [{ change, mode: 0o644 }] },
  { _tag: "Brought", from: "c0", to: "c2", files: ["a"], left: [{ path: "b", why: "it was changed here" }] }
]

const recorded = (bodies: ReadonlyArray<{ readonly _tag: string }>) =>
  factsOf(bodies.map((body) => ({ what: `worktree.${body._tag}`, agent: "", body }))).map(({ fact }) => fact)

it("what becomes of agents' own trees is told, and by records that lack something", () => {
  expect(recorded(events)).toStrictEqual([
    { _tag: "worktree.Based", commit: "c0", uncommitted: ["b"], filters: ["lfs"] },
    { _tag: "worktree.Made", root: "/trees/one/repo", start: "c0", copied: [".env"] },
    { _tag: "worktree.Committed", ref: "refs/deputize/r/one", files: ["a"], left: ["nested"] },
    { _tag: "worktree.Stuck", tree: "/trees/one/repo", message: "the disk is full" },
    {
      _tag: "worktree.Merged",
      status: "conflict",
      ref: "refs/deputize/r/one",
      branch: "deputize/r/one",
      files: ["a"],
      conflicts: ["a"],
      why: "both changed it"
    },
    { _tag: "worktree.Bringing", paths: ["a"] },
    { _tag: "worktree.Brought", files: ["a"], left: [{ path: "b", why: "it was changed here" }] }
  ])
  expect(recorded(events.map(({ _tag }) => ({ _tag })))).toStrictEqual([
    { _tag: "worktree.Based", commit: "", uncommitted: [], filters: [] },
    { _tag: "worktree.Made", root: "", start: "", copied: [] },
    { _tag: "worktree.Committed", ref: "", files: [], left: [] },
    { _tag: "worktree.Stuck", tree: "", message: "" },
    { _tag: "worktree.Merged", status: "kept", ref: null, branch: null, files: [], conflicts: [], why: "" },
    { _tag: "worktree.Bringing", paths: [] },
    { _tag: "worktree.Brought", files: [], left: [] }
  ])
})
