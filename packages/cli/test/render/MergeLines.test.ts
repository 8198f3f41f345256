import { AgentPath } from "@deputize/core/domain/Ids"
import type { Merge } from "@deputize/core/worktree/MergeReport"
import { describe, expect, it } from "vitest"
import { mergeLines, unmergedLines } from "../../src/render/MergeLines.ts"
import { basedText, broughtText } from "../../src/render/Merges.ts"

const ref = "refs/deputize/r0mh8k3x2q7f4a"

const merge = (name: string, facts: Partial<Merge>): Merge => ({
  agent: AgentPath.make(`/root/${name}`),
  status: "merged",
  ref: `${ref}/${name}`,
  commit: "c1",
  branch: null,
  files: ["a.ts"],
  conflicts: [],
  why: "",
  ...facts
})

const merges = {
  base: "c0",
  ref: `${ref}/merged`,
  merges: [
    merge("one", { files: ["a.ts", "b.ts"] }),
    merge("two", { status: "unchanged", files: [] }),
    merge("three#2", {
      status: "conflict",
      branch: "deputize/r0mh8k3x2q7f4a/three#2",
      conflicts: ["a.ts", "b.ts"],
      why: "others have changed the same lines"
    }),
    merge("four", { status: "check_failed", branch: "deputize/r0mh8k3x2q7f4a/four", why: "`npm test` ended with 1" }),
    merge("five", { status: "kept", ref: null, commit: null, why: "the disk is full" })
  ],
  brought: ["a.ts", "b.ts"],
  left: [{ path: "c\u202e.ts", why: "it was changed here" }]
}

const open = [
  "three#2: not merged: others have changed the same lines (a.ts, b.ts)",
  "  kept by the branch deputize/r0mh8k3x2q7f4a/three#2; what it holds more than the others:",
  `  git diff ${ref}/merged...'${ref}/three#2'`,
  "four: not merged: `npm test` ended with 1",
  "  kept by the branch deputize/r0mh8k3x2q7f4a/four; what it holds more than the others:",
  `  git diff ${ref}/merged...${ref}/four`,
  "five: not merged: the disk is full"
]

describe("what became of agents' own trees", () => {
  it("is told of each, with the command that shows what was not merged", () => {
    expect(mergeLines({ merges })).toStrictEqual([
      "one: merged, 2 files",
      "two: nothing to merge",
      ...open,
      "in your working tree, not committed: 2 files",
      "left as it is: c\\u{202e}.ts (it was changed here)"
    ])
    expect(mergeLines({ merges: null })).toStrictEqual([])
  })

  it("is told to who asked for nothing else where something is left to do", () => {
    expect(unmergedLines({ merges })).toStrictEqual([...open, "left as it is: c\\u{202e}.ts (it was changed here)"])
    expect(unmergedLines({ merges: null })).toStrictEqual([])
  })

  it("is told while it happens", () => {
    const names = ["a", "b", "c", "d", "e", "f", "g"]
    expect([
      broughtText({ _tag: "worktree.Brought", files: ["a"], left: [] }),
      broughtText({ _tag: "worktree.Brought", files: [], left: merges.left }),
      basedText({ _tag: "worktree.Based", commit: "c0", uncommitted: names, filters: ["lfs"] }),
      basedText({ _tag: "worktree.Based", commit: "c0", uncommitted: [], filters: [] })
    ]).toStrictEqual([
      "in the working tree now: 1 file",
      "in the working tree now: no files; left as they are: c\\u{202e}.ts (it was changed here)",
      [
        "agents' own trees begin with the last commit, without what is not committed: a, b, c, d, e and 2 more",
        "agents' own trees have files of the filter lfs as git stores them"
      ],
      []
    ])
  })
})
