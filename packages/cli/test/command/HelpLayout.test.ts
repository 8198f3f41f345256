import { describe, expect, it } from "vitest"
import { type HelpPage, layOut } from "../../src/command/HelpLayout.ts"

const page: HelpPage = [
  ["Gives one agent a goal and prints its answer, wherever it has been defined."],
  [
    "Flags:",
    ["-g, --goal TEXT", "The goal, as the argument GOAL; may begin with a dash"],
    ["    --日本語 値", "目標を指定します。複数行に分けて表示されます。"]
  ],
  [
    "Examples:",
    { line: 'deputize delegate test-gen "Test the parser" --check "npm test"', what: "Done when the tests pass" }
  ]
]

describe("a page of help", () => {
  it("has meanings beside the names where there is room", () => {
    expect(layOut(page, 60).split("\n")).toStrictEqual([
      "Gives one agent a goal and prints its answer, wherever it",
      "has been defined.",
      "",
      "Flags:",
      "  -g, --goal TEXT  The goal, as the argument GOAL; may begin",
      "                   with a dash",
      "      --日本語 値  目標を指定します。複数行に分けて表示され",
      "                   ます。",
      "",
      "Examples:",
      "  # Done when the tests pass",
      '  deputize delegate test-gen "Test the parser" \\',
      '    --check "npm test"',
      ""
    ])
  })

  it("has them below where there is little", () => {
    expect(layOut(page, 32).split("\n")).toStrictEqual([
      "Gives one agent a goal and",
      "prints its answer, wherever it",
      "has been defined.",
      "",
      "Flags:",
      "  -g, --goal TEXT",
      "      The goal, as the argument",
      "      GOAL; may begin with a",
      "      dash",
      "      --日本語 値",
      "      目標を指定します。複数行に",
      "      分けて表示されます。",
      "",
      "Examples:",
      "  # Done when the tests pass",
      "  deputize delegate test-gen \\",
      '    "Test the parser" \\',
      '    --check "npm test"',
      ""
    ])
  })

  it("is no wider than a reader's eye follows, and no narrower than a word", () => {
    const widest = (columns: number) =>
      Math.max(
        ...layOut([["word ".repeat(100).trim()]], columns)
          .split("\n")
          .map(({ length }) => length)
      )
    expect([widest(500), widest(100), widest(3)]).toStrictEqual([99, 99, 19])
  })
})
