import { describe, expect, it } from "@effect/vitest"
import type { Message } from "../../../src/domain/Message.ts"
import { callsOf, converse, type Files, requestOf } from "../MemoryWorkspace.ts"

const empty = (...paths: ReadonlyArray<string>): Files => Object.fromEntries(paths.map((path) => [path, ""]))

/** `count` files of this name, with a number where the `#` is. */
const many = (count: number, name: string): Files =>
  empty(...Array.from({ length: count }, (_, index) => name.replace("#", String(index))))

/** A workspace of packages, counted by hand: core 3, cli 2 with its tool 1, the root 2 besides; docs and bin none. */
const shop = empty(
  "package.json",
  "vitest.config.ts",
  "scripts/check.mts",
  "scripts/run.sh",
  "packages/core/package.json",
  "packages/core/src/index.ts",
  "packages/core/src/view.tsx",
  "packages/core/test/index.test.ts",
  "packages/cli/package.json",
  "packages/cli/main.ts",
  "packages/cli/src/args.cts",
  "packages/cli/src/notes.md",
  "packages/cli/tool/package.json",
  "packages/cli/tool/tool.ts",
  "packages/docs/package.json",
  "packages/docs/index.md",
  "packages/LICENSE"
)

const count = (files: Files, goal: string, scope: ReadonlyArray<string> = []) =>
  converse(files, requestOf({ goal, scope }))

/** The rows of the table of a report, its head apart. */
const rows = (report: string): ReadonlyArray<string> =>
  report
    .split("\n")
    .filter((line) => /^\| (?!---)/.test(line))
    .slice(1)

describe("files by package", () => {
  it("belong to the nearest folder above them that has a manifest", () => {
    const { report } = count(shop, "Count the TypeScript files by package and write a table")
    expect(report).toBe(`8 TypeScript files in the workspace.

| Package | TypeScript files |
| --- | ---: |
| \`packages/core\` | 3 |
| \`.\` | 2 |
| \`packages/cli\` | 2 |
| \`packages/cli/tool\` | 1 |
| **Total** | **8** |

No TypeScript files in: \`packages/docs\`.

## What was counted

- Files named \`*.{ts,tsx,mts,cts}\`. Those that ignore rules leave out or that may not be read are not counted.
- A file belongs to the nearest folder above it that has a \`package.json\`.

## Limits of this report

Evidence-only mode counted names of files and opened none of them. What they hold needs a language model.`)
  })

  it("outside of all packages are counted apart where the workspace is none", () => {
    const { "package.json": _, ...rest } = shop
    expect(rows(count(rest, "Count the TypeScript files by package").report)).toStrictEqual([
      "| `packages/core` | 3 |",
      "| `packages/cli` | 2 |",
      "| `packages/cli/tool` | 1 |",
      "| outside any package | 2 |",
      "| **Total** | **8** |"
    ])
  })

  it("are counted below the scope alone", () => {
    expect(rows(count(shop, "Count the TypeScript files by package", ["packages/cli"]).report)).toStrictEqual([
      "| `packages/cli` | 2 |",
      "| `packages/cli/tool` | 1 |",
      "| **Total** | **3** |"
    ])
  })

  it("are found by the manifests of other languages where there is no package.json", () => {
    const crates = empty("Cargo.toml", "src/lib.rs", "crates/a/Cargo.toml", "crates/a/src/a.rs", "crates/a/src/b.rs")
    const { report } = count(crates, "Count the Rust files by package")
    expect(rows(report)).toStrictEqual(["| `crates/a` | 2 |", "| `.` | 1 |", "| **Total** | **3** |"])
    expect(report).toContain("the nearest folder above it that has a `Cargo.toml`")
  })

  it("are one number where nothing says what a package is", () => {
    const { report } = count(empty("a.ts", "b/c.ts"), "Count the TypeScript files by package")
    expect(report).toContain("2 TypeScript files in the workspace.")
    expect(report).toContain("Which folders are packages could not be told")
  })
})

describe("files by folder and by kind", () => {
  it("are told by the first folder below the scope", () => {
    expect(rows(count(shop, "Count the files by folder").report)).toStrictEqual([
      "| `packages` | 13 |",
      "| `scripts` | 2 |",
      "| directly in it | 2 |",
      "| **Total** | **17** |"
    ])
  })

  it("are told by their endings, those without one at the end", () => {
    expect(rows(count(shop, "Count the files by kind").report)).toStrictEqual([
      "| `.json` | 5 |",
      "| `.ts` | 5 |",
      "| `.md` | 2 |",
      "| `.cts` | 1 |",
      "| `.mts` | 1 |",
      "| `.sh` | 1 |",
      "| `.tsx` | 1 |",
      "| others | 1 |",
      "| **Total** | **17** |"
    ])
  })
})

describe("more files than a listing holds", () => {
  const large: Files = {
    ...many(700, "packages/core/src/a#.ts"),
    ...many(450, "packages/core/test/b#.ts"),
    ...many(20, "packages/cli/c#.ts"),
    ...many(600, "docs/d#.md"),
    ...empty("package.json", "packages/core/package.json", "packages/cli/package.json", "packages/x.ts", "y.ts")
  }

  it("are counted folder by folder; of one that is too long for itself there are at least as many as it shows", () => {
    const { report } = count(large, "Count the TypeScript files by package")
    expect(report).toContain("at least 972 TypeScript files in the workspace.")
    expect(rows(report)).toStrictEqual([
      "| `packages/core` | at least 950 |",
      "| `packages/cli` | 20 |",
      "| `.` | 2 |",
      "| **Total** | **at least 972** |"
    ])
    expect(report).toContain("“At least” and “not counted”: a list was cut at its limit")
  })

  it("are exact where every folder fits into a listing", () => {
    const { "packages/core/src/a0.ts": _, ...rest } = large
    const split = Object.fromEntries(
      Object.keys(rest).map((path) => [path.replace(/src\/a(\d*[02468])\.ts$/, "src/even/a$1.ts"), ""])
    )
    expect(rows(count(split, "Count the TypeScript files by package").report)).toStrictEqual([
      "| `packages/core` | 1149 |",
      "| `packages/cli` | 20 |",
      "| `.` | 2 |",
      "| **Total** | **1171** |"
    ])
    expect(rows(count(split, "Count the files by kind").report)).toContain("| `.ts` | 1171 |")
    expect(rows(count(split, "Count the TypeScript files by folder").report)).toContain("| `packages` | 1170 |")
  })
})

describe("a listing that was cut to what the agent has room for", () => {
  const goal = "How many TypeScript files are there?"
  const asked = callsOf(count(shop, goal).turns[0] ?? [])[0]
  const afterwards = (text: string, ok = true): string => {
    const call = asked ?? { id: "", name: "", args: "" }
    const messages: ReadonlyArray<Message> = [
      { _tag: "User", text: goal },
      { _tag: "Assistant", keepsakes: [], text: "", calls: [call] },
      { _tag: "Tool", callId: call.id, name: call.name, ok, text }
    ]
    return converse(shop, requestOf({ goal }, { messages, tools: [] })).report
  }
  const note = "more lines, 900 more bytes; use a narrower pattern or path)"

  it("still tells how many lines it had", () => {
    expect(afterwards(`a.ts\nb.ts\n(… 40 ${note}`)).toContain("42 TypeScript files in the workspace.")
  })

  it("is not told by the name of a file", () => {
    const hostile = "(… 40 more lines, 900 more bytes.ts"
    expect(afterwards(`${hostile}\na.ts\nb.ts`)).toContain("at least 2 TypeScript files in the workspace.")
    expect(afterwards(`${hostile}\na.ts\nb.ts\n(… 3 ${note}`)).toContain(
      "at least 5 TypeScript files in the workspace."
    )
  })

  it("tells only the least where it had reached the limit of the tool as well", () => {
    expect(afterwards(`a.ts\nb.ts\n(… 499 ${note}`)).toContain("at least 500 TypeScript files")
    expect(afterwards(`a.ts\n(… 40 ${note}`)).toContain("at least 40 TypeScript files")
  })

  it("says that nothing was counted where nothing can be read off it", () => {
    for (const text of ["(… cut)", "(… more)"]) {
      expect(afterwards(text)).toContain("How many TypeScript files there are in the workspace could not be counted.")
    }
    expect(afterwards("error: reading is not granted", false)).toContain("Not looked into: `reading is not granted`")
  })
})

describe("a count", () => {
  it("is written in the language of the goal", () => {
    const first = (goal: string) => count(shop, goal).report.split("\n")[0]
    expect(first("TypeScript ファイルをパッケージごとに数えて表にして")).toBe(
      "ワークスペース全体の TypeScript ファイル:8 個。"
    )
    expect(first("统计每个包的 TypeScript 文件数量")).toBe("整个工作区中的 TypeScript 文件:8 个。")
    expect(first("Zähle die TypeScript-Dateien je Paket")).toBe("8 TypeScript-Dateien in dem Arbeitsbereich.")
  })

  it("names the folder that the goal names, and says when there is none such", () => {
    expect(count(shop, "How many TypeScript files are in packages/core?").report).toContain(
      "3 TypeScript files in `packages/core`."
    )
    expect(count(shop, "How many TypeScript files are in packages/nowhere?").report).toContain(
      "Not looked into: `packages/nowhere does not exist`"
    )
  })

  it("never takes more room than the answer has", () => {
    const wide = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`folder-number-${index}/a.ts`, ""]))
    for (const maxOutputTokens of [20, 60, 160, 400, 1_000]) {
      const { report } = converse(wide, requestOf({ goal: "Count the files by folder" }, { maxOutputTokens }))
      expect(Buffer.byteLength(report)).toBeLessThanOrEqual(maxOutputTokens * 4)
    }
  })

  it("begins again for a question that follows an answer", () => {
    const first = count(shop, "How many TypeScript files are there?")
    const messages = [...first.messages, { _tag: "User" as const, text: "Count the files by kind" }]
    const { report } = converse(shop, requestOf({ goal: "How many TypeScript files are there?" }, { messages }))
    expect(report).toContain("17 files in the workspace.")
  })
})
