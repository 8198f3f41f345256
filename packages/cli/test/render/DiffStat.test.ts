import type { FilePatch } from "@deputize/core/changes/FilePatch"
import { describe, expect, it } from "@effect/vitest"
import { statText } from "../../src/render/DiffStat.ts"
import { makeStyle } from "../../src/render/Style.ts"
import { widthOf } from "../../src/render/Width.ts"

const file = (path: string, content: FilePatch["content"], from: string | null = null): FilePatch => ({
  path,
  from,
  kind: from === null ? "changed" : "renamed",
  agents: [],
  isMixed: false,
  executable: { before: null, after: null },
  content
})
const lines = (added: number, removed: number) => ({ _tag: "Text", hunks: [], added, removed }) as const

const patches = [
  file("src/a.ts", lines(3, 1)),
  file("docs/漢字のとても長い名前のファイル.md", lines(0, 2)),
  file("new name", { _tag: "Same" }, "old name"),
  file("logo.bin", { _tag: "Binary", before: new Uint8Array(12_345), after: null }),
  file("lost\u001b[31m", { _tag: "Missing", what: "before" })
]

describe("the numbers of lines of a run", () => {
  it("stand in columns, whatever is wide, joined or hidden in a name", () => {
    expect(statText(patches, makeStyle(false, true))).toBe(
      [
        " src/a.ts                               | 4 +++-",
        " docs/漢字のとても長い名前のファイル.md | 2 --",
        " old name => new name                   | 0",
        " logo.bin                               | 12,345 -> 0 bytes",
        " lost\\u{1b}[31m                         | ?",
        " 5 files changed, 3 lines added, 3 removed",
        ""
      ].join("\n")
    )
  })

  it.each([20, 40, 79, 200])("fit into %i columns, with the end of a long name", (columns) => {
    const many = [...patches, file(`${"folder/".repeat(30)}end.ts`, lines(12_345, 678)), file("x", lines(1, 0))]
    const shown = statText(many, makeStyle(false, true, columns))
      .trimEnd()
      .split("\n")
      .slice(0, -1)
    expect(shown.filter((line) => widthOf(line) > Math.max(columns, 60))).toStrictEqual([])
    expect(shown[5]).toContain("end.ts | ")
    expect([shown[5]?.match(/\+/g)?.length ?? 0, shown[6]?.endsWith(" +")]).toStrictEqual([
      expect.toSatisfy((marks: number) => marks >= 1),
      true
    ])
  })

  it("are none for a run that changed nothing", () => {
    expect(statText([], makeStyle(false, true))).toBe("")
  })
})
