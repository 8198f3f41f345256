import type { Left } from "@deputize/core/changes/Left"
import { describe, expect, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { makeStyle } from "../../src/render/Style.ts"
import { UndoJson, undoJson, undoneSummary, undoneText } from "../../src/render/UndoText.ts"

const left: ReadonlyArray<Left> = [
  { path: "changed", why: { _tag: "Changed", by: null } },
  { path: "by-run", why: { _tag: "Made", by: "r0mh8k3x2q7f4a" } },
  { path: "gone", why: { _tag: "Gone", by: null } },
  { path: "by-agent", why: { _tag: "ChangedByAgent", agent: "/root/x" } },
  { path: "between", why: { _tag: "ChangedBetween" } },
  { path: "folder", why: { _tag: "Folder" } },
  { path: "link", why: { _tag: "Link" } },
  { path: "blocked", why: { _tag: "Blocked" } },
  { path: "lost", why: { _tag: "Lost" } },
  { path: "refused\u001b", why: { _tag: "Refused", message: "the disk is full" } }
]
const files = {
  acts: [
    { path: "a", from: "1", to: "2", mode: null },
    { path: "b", from: "1", to: null, mode: null },
    { path: "c", from: null, to: "2", mode: 0o755 }
  ],
  folders: ["d"],
  left
}

describe("an undo", () => {
  it("is told a line for each file, with the reason for what is left", () => {
    expect(undoneText(files, makeStyle(false, true)).trimEnd().split("\n")).toStrictEqual([
      "restore  a",
      "remove   b",
      "recreate c",
      "remove   d/",
      "leave    changed: changed since",
      "leave    by-run: made anew since by run r0mh8k3x2q7f4a",
      "leave    gone: removed since",
      "leave    by-agent: changed later by /root/x",
      "leave    between: somebody else changed it in between, and what came before stays",
      "leave    folder: a folder stands there now",
      "leave    link: a link stands there now, or on the way",
      "leave    blocked: a folder on the way is a file now",
      "leave    lost: the bytes that it had are not kept any more, or damaged",
      "leave    refused\\u{1b}: the disk is full"
    ])
    expect([undoneSummary(files, false), undoneSummary({ ...files, left: [] }, true)]).toStrictEqual([
      "3 files put back, 10 left as they are",
      "3 files changed again"
    ])
  })

  it("is told as data, with the later run or agent that is in the way", () => {
    const about = { run: "r0mh8k3x2q7f4a", agent: null, redo: false, isDry: true, undo: null }
    const json = undoJson(about, files)
    expect(Schema.is(UndoJson)(json)).toBe(true)
    expect(json.files).toStrictEqual([
      { path: "a", action: "restore" },
      { path: "b", action: "remove" },
      { path: "c", action: "recreate" }
    ])
    expect(json.left.map(({ agent, reason, run }) => [reason, run, agent])).toStrictEqual([
      ["changed", null, null],
      ["made", "r0mh8k3x2q7f4a", null],
      ["gone", null, null],
      ["changed_by_agent", null, "/root/x"],
      ["changed_between", null, null],
      ["folder", null, null],
      ["link", null, null],
      ["blocked", null, null],
      ["lost", null, null],
      ["refused", null, null]
    ])
  })
})
