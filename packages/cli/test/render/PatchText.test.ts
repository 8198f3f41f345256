import type { FilePatch } from "@deputize/core/changes/FilePatch"
import { textDiff } from "@deputize/core/changes/TextDiff"
import { describe, expect, it } from "@effect/vitest"
import { patchRemarks, patchText } from "../../src/render/PatchText.ts"
import { makeStyle } from "../../src/render/Style.ts"

const patchOf = (before: string, after: string): FilePatch => ({
  path: "a",
  from: null,
  kind: "changed",
  agents: [],
  isMixed: false,
  executable: { before: null, after: null },
  content: { _tag: "Text", ...textDiff(before, after) }
})
const terminal = { isTerminal: true, style: makeStyle(true, true, 80) }
const pipe = { isTerminal: false, style: makeStyle(false, true) }
const last = (text: string, count: number) => text.trimEnd().split("\n").slice(-count)

describe("a patch", () => {
  it("is coloured on a terminal, and nothing in it is obeyed", () => {
    expect(last(patchText(patchOf("a\n\u001b[2J\n", "a\nb"), terminal), 5)).toStrictEqual([
      "\u001b[36m@@ -1,2 +1,2 @@\u001b[0m",
      " a",
      "\u001b[31m-\\u{1b}[2J\u001b[0m",
      "\u001b[32m+b\u001b[0m",
      "\\ No newline at end of file"
    ])
  })

  it("goes byte for byte where no terminal is", () => {
    expect(last(patchText(patchOf("a\r\n\u001b[2J\n", "a\r\nb\n"), pipe), 3)).toStrictEqual([
      " a\r",
      "-\u001b[2J",
      "+b"
    ])
  })

  it("shows carriage returns on a terminal where only some lines have them", () => {
    expect([
      last(patchText(patchOf("a\r\nb\r\n", "a\r\nc\r\n"), terminal), 3)[0],
      last(patchText(patchOf("a\r\n", "a\n"), terminal), 2)[0]
    ]).toStrictEqual([" a", "\u001b[31m-a\\u{d}\u001b[0m"])
  })

  it("comes with what is not in it, and what somebody else did", () => {
    const mixed = { ...patchOf("a", "b"), isMixed: true }
    const lost: FilePatch = { ...mixed, path: "lost", content: { _tag: "Missing", what: "after" } }
    expect(patchRemarks("r1", "/root/x", [mixed, lost], makeStyle(false, true)).split("\n")).toStrictEqual([
      "/root/x in run r1: 2 files",
      "note: a: somebody else changed it in between, which is shown with it",
      "note: left out: lost, it was changed since, and what the run made of it is not kept",
      ""
    ])
    expect([patchRemarks("r1", null, [], pipe.style), patchText(lost, pipe)]).toStrictEqual([
      "run r1 has changed no file\n",
      ""
    ])
  })
})
