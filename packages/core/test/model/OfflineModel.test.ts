import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { droppedErrors } from "../../src/agent/roles/probes/errors.ts"
import { childProcess, processImports, processOptions } from "../../src/agent/roles/probes/processes.ts"
import { dynamicCode, secrets } from "../../src/agent/roles/probes/security.ts"
import { skippedTests, untestedFiles } from "../../src/agent/roles/probes/tests.ts"
import type { Brief, ModelPart } from "../../src/model/Model.ts"
import { Model } from "../../src/model/Model.ts"
import { answer, OfflineModel } from "../../src/model/OfflineModel.ts"
import { callsOf, converse, type Files, readingTools, requestOf } from "./MemoryWorkspace.ts"

const files: Files = {
  "README.md": "# Shop\n\nA child process renders `invoice` pages.\n",
  "package-lock.json": '{ "child_process": "1.0.0" }\n',
  "src/run.ts": [
    'import { exec, spawn } from "node:child_process"',
    "",
    "export const build = (name: string) => {",
    '  exec("make " + name)',
    '  const child = spawn("git", ["log"], { env: process.env })',
    "  return child",
    "}",
    "",
    "",
    "",
    "",
    "",
    "",
    "",
    "",
    "",
    "export const guarded = (signal: AbortSignal) =>",
    '  spawn("sleep", ["1"], { shell: true, signal })',
    ""
  ].join("\n"),
  "src/invoice.ts": "export const total = (lines: number[]) => lines.reduce((a, b) => a + b, 0)\n".repeat(3),
  "src/ticket.ts": "export interface Ticket { id: string }\nexport const open = (id: string): Ticket => ({ id })\n",
  "src/covered.ts": "export const covered = 1\n",
  "src/imported/index.ts": "export const imported = 2\n",
  "src/probes.ts": [
    "export const table = [",
    '  { pattern: "\\\\b(spawn|exec)\\\\s*\\\\(" },',
    "  { pattern: String.raw`\\bspawn\\(\\s*` },",
    "  // spawn(name) starts a process",
    '  { title: "use spawn( for processes" }',
    "]",
    ""
  ].join("\n"),
  "src/secret.ts": 'const password = "correct-horse-battery"\nconst run = (text: string) => eval(text)\n',
  "test/covered.test.ts": 'import { imported } from "../src/imported/index.ts"\nit.skip("waits", () => imported)\n'
}

const reviewer = [droppedErrors, skippedTests, childProcess, processImports, processOptions]
const review = (goal: string, more: Partial<Brief> = {}) =>
  converse(files, requestOf({ goal, probes: reviewer, ...more }))
const writeTests = (goal: string) =>
  converse(files, requestOf({ agent: "test-gen", goal, probes: [untestedFiles, skippedTests] }))

/** The headings of a report. */
const headings = (report: string): ReadonlyArray<string> => report.split("\n").filter((line) => line.startsWith("## "))

/** All `path:line` of a report with the code quoted behind them, unwrapped from their code spans. */
const citations = (report: string): ReadonlyArray<{ path: string; line: number; quoted: string }> =>
  [...report.matchAll(/`([^`\n]+):(\d+)` (`+)(.+?)\3(?!`)/g)].map((match) => ({
    path: match[1] ?? "",
    line: Number(match[2]),
    quoted: (match[4] ?? "").trim().replace(/…$/, "")
  }))

describe("a goal that names what to look for", () => {
  it("finds each use of child processes, with a remark that the lines support", () => {
    const { report } = review("Review the use of child processes")
    expect(report).toContain("Found 4 lines in 1 file for “Review the use of child processes”.")
    expect(headings(report)).toStrictEqual([
      "## Processes that are started (3)",
      "## Imports of process modules (1)",
      "## What was searched",
      "## Limits of this report"
    ])
    expect(report.split("\n").filter((line) => line.startsWith("- `src/"))).toStrictEqual([
      '- `src/run.ts:4` `exec("make " + name)`: builds a shell command from parts on this line; exec hands its text to a shell; no signal, timeout or kill in lines 4–15',
      '- `src/run.ts:5` `const child = spawn("git", ["log"], { env: process.env })`: no signal, timeout or kill in lines 5–16; passes the whole environment on',
      '- `src/run.ts:18` `spawn("sleep", ["1"], { shell: true, signal })`: runs through a shell (shell option on this line)',
      '- `src/run.ts:1` `import { exec, spawn } from "node:child_process"`: imports the process module'
    ])
  })

  it("lists a line once, and counts it for each look-up that found it", () => {
    const { report } = review("Review the use of child processes")
    expect(report.match(/`src\/run\.ts:5`/g)).toHaveLength(1)
    expect(report).toMatch(/shell\\s.* in the workspace: 2 lines in 1 file/)
  })

  it("says nothing of prose, lock files, comments, strings and tables of patterns where code is found", () => {
    const { report } = review("Review the use of child processes")
    expect(citations(report).map((cited) => cited.path)).not.toContain("README.md")
    expect(report).not.toMatch(/probes\.ts:|package-lock\.json:/)
    expect(report).toContain("weaker matches (comments, string data, prose, generated files) not listed")
  })

  it("finds source files that no test names or imports, biggest first, with what they define", () => {
    const { report } = writeTests("Find code without tests")
    expect(report.split("\n").filter((line) => line.startsWith("- `src/"))).toStrictEqual([
      expect.stringMatching(/^- `src\/run\.ts:3` `export const build.*`, `src\/run\.ts:17` .* \(0\.\d kB\)$/),
      expect.stringMatching(/^- `src\/invoice\.ts:1` `export const total/),
      expect.stringMatching(/^- `src\/probes\.ts:1` /),
      expect.stringMatching(/^- `src\/ticket\.ts:2` `export const open.*`, `src\/ticket\.ts:1` `export interface/),
      "- `src/secret.ts` (0.1 kB)"
    ])
    expect(report).toContain("Evidence-only mode wrote no code and no text")
  })

  it.each([
    ["Review the use of child processes", ["child-process", "process-imports", "process-options"]],
    ["how is child_process used?", ["child-process", "process-imports", "process-options"]],
    ["子プロセスの使い方をレビュー", ["child-process", "process-imports", "process-options"]],
    ["审查子进程的使用情况", ["child-process", "process-imports", "process-options"]],
    ["Prüfe die Verwendung von Kindprozessen", ["child-process", "process-imports", "process-options"]],
    ["Find skipped tests", ["skipped-tests"]],
    ["エラー処理を確認", ["dropped-errors"]],
    ["review the code", ["dropped-errors", "skipped-tests", "child-process", "process-imports", "process-options"]],
    [
      "コードをレビューしてください",
      ["dropped-errors", "skipped-tests", "child-process", "process-imports", "process-options"]
    ],
    ["invoice totals", []]
  ])("%s runs the probes %j", (goal, probes) => {
    const calls = callsOf(review(goal).turns[0] ?? [])
    expect(calls.flatMap((call) => /^probe-(.+)-1$/.exec(call.id)?.[1] ?? [])).toStrictEqual(probes)
  })

  it.each([
    ["セキュリティ脆弱性レビュー", ["secrets", "dynamic-code"]],
    ["包括的ユニットテスト生成", ["untested-files"]]
  ])("%s, which has no spaces, runs the probes %j", (goal, probes) => {
    const request = requestOf({ goal, probes: [secrets, dynamicCode, untestedFiles] })
    const ids = callsOf(answer(request)).map((call) => call.id)
    expect(ids.flatMap((id) => /^probe-(.+?)-1(?:-sources)?$/.exec(id)?.[1] ?? [])).toStrictEqual(probes)
  })
})

describe("the report's language", () => {
  it.each([
    ["Review the use of child processes", "## Limits of this report"],
    ["子プロセスの使用をレビュー", "## このレポートの限界"],
    ["审查子进程的使用情况", "## 本报告的局限"],
    ["Prüfe die Verwendung von Kindprozessen", "## Grenzen dieses Berichts"],
    ["Explique où le invoice est écrit", "Reports in this goal's language are not available"],
    ["Проверь invoice", "Reports in this goal's language are not available"]
  ])("%s: %s", (goal, text) => {
    expect(review(goal).report).toContain(text)
  })
})

describe("terms of the goal's own", () => {
  it("are searched literally, whatever a regular expression would read into them", () => {
    const { report, turns } = review('find "lines.reduce((a, b)" and nothing else')
    expect(callsOf(turns[0] ?? []).find((call) => call.id === "term-1-1")?.args).toContain(
      JSON.stringify("lines\\.reduce\\(\\(a, b\\)").slice(1, -1)
    )
    expect(report).toContain("src/invoice.ts:1")
  })

  it("are looked for in prose only when no code has them", () => {
    const { report } = review("renders pages")
    expect(citations(report)).toStrictEqual([
      { path: "README.md", line: 3, quoted: "A child process renders `invoice` pages." }
    ])
  })

  it("that are found nowhere are said to be found nowhere, and among how many files", () => {
    const { report } = review("qwertzuiop flurbulator")
    expect(report).toContain("Nothing in the searched files matches “qwertzuiop flurbulator”.")
    expect(report).toContain(`searched ${Object.keys(files).length} files for \`qwertzuiop flurbulator\``)
    expect(report).toContain("no line matches `qwertzuiop|flurbulator` in the workspace")
    expect(citations(report)).toStrictEqual([])
  })

  it("may be nothing but marks, which are looked for as they stand", () => {
    const { report, turns } = review("(*[")
    expect(callsOf(turns[0] ?? []).map((call) => call.id)).toStrictEqual(["list-1", "term-1-1"])
    expect(report).toContain("Nothing in the searched files matches “(*[”.")
  })

  it("are read from the beginning of a goal of a megabyte", () => {
    const { report, turns } = review(`invoice ${"🚀 padding ".repeat(100_000)}`)
    expect(callsOf(turns[0] ?? []).length).toBeLessThan(20)
    expect(report).toContain("Only the first 2000 characters of the goal were read.")
    expect(report).toContain("src/invoice.ts")
  })
})

describe("a conversation", () => {
  it.effect("streams the same parts for the same request, and ends with its usage", () =>
    Effect.gen(function* () {
      const model = yield* Model
      const request = requestOf({ goal: "Review the use of child processes", probes: reviewer })
      const parts = yield* Stream.runCollect(model.stream(request))
      expect(parts).toStrictEqual(answer(structuredClone(request)))
      const finish = parts.at(-1)
      const bytes = (value: unknown) => Buffer.byteLength(typeof value === "string" ? value : JSON.stringify(value))
      expect(finish).toMatchObject({
        _tag: "Finish",
        reason: "tool_calls",
        usage: {
          input: Math.ceil((bytes(request.system) + bytes(request.messages) + bytes(request.tools)) / 4),
          output: Math.ceil(bytes(callsOf(parts)) / 4)
        }
      })
    }).pipe(Effect.provide(OfflineModel.layer))
  )

  it("never uses a call id twice, also for a question asked after the answer", () => {
    const first = review("Review the use of child processes")
    const messages = [...first.messages, { _tag: "User" as const, text: "Find skipped tests" }]
    const second = converse(
      files,
      requestOf({ goal: "Review the use of child processes", probes: reviewer }, { messages })
    )
    const ids = second.messages.flatMap((message) =>
      message._tag === "Assistant" ? message.calls.map((call) => call.id) : []
    )
    expect(new Set(ids).size).toBe(ids.length)
    expect(headings(second.report)[0]).toBe("## Tests that do not run (1)")
  })

  it("asks only for tools that are offered", () => {
    const tools = readingTools.filter((tool) => tool.name === "grep")
    const { report, turns } = converse(files, requestOf({ goal: "child processes", probes: reviewer }, { tools }))
    expect(new Set(turns.flatMap(callsOf).map((call) => call.name))).toStrictEqual(new Set(["grep"]))
    expect(report).toContain("src/run.ts:5")
    expect(report).not.toContain("no signal, timeout or kill")
  })

  it("searches the scopes, and reports a look-up that failed", () => {
    const { report, turns } = review("child processes", { scope: ["./src/", "gone"] })
    const paths = callsOf(turns[0] ?? [])
      .filter((call) => call.id.startsWith("probe-child-process"))
      .map((call) => JSON.parse(call.args).path)
    expect(paths).toStrictEqual(["src", "gone"])
    expect(report).toContain("in `src`: 5 lines in 2 files")
    expect(report).toContain("was not searched: `gone does not exist`")
    expect(review("child processes", { scope: ["gone"] }).report).toContain("was not searched: `gone does not exist`")
  })

  it("writes its answer from what is there when it has to close", () => {
    const goal = "Review the use of child processes"
    const full = review(goal)
    const early = full.messages.slice(0, full.messages.findIndex((message) => message._tag === "Tool") + 4)
    const parts = answer(requestOf({ goal, probes: reviewer }, { messages: early, closing: true }))
    expect(parts.some((part) => part._tag === "Call")).toBe(false)
    expect(textOf(parts)).toContain("src/run.ts:5")
  })

  it("says that nothing was searched when it has to close before any result", () => {
    const text = textOf(answer(requestOf({ goal: "child processes", probes: reviewer }, { closing: true })))
    expect(text).toMatch(/^No file was searched: /)
    expect(citations(text)).toStrictEqual([])
  })
})

const textOf = (parts: ReadonlyArray<ModelPart>): string =>
  parts.map((part) => (part._tag === "Text" ? part.text : "")).join("")

const goals = [
  "Review the use of child processes",
  "セキュリティ脆弱性レビュー",
  "审查子进程的使用情况",
  "Prüfe die Sicherheit",
  "review",
  "spawn `name` [a-z]+ (exec",
  "what does src/run.ts do?",
  "Find code without tests",
  "qwertzuiop"
]
const allProbes = [...reviewer, secrets, dynamicCode, untestedFiles]

describe("for any workspace", () => {
  const Line = Schema.Literals([
    "",
    'spawn("a")',
    "  exec(`rm file`) // `tick`",
    "``` fence ```",
    'import { fork } from "node:child_process"',
    "# spawn(x) 見出し",
    "export const spawn = 1\t\u001b[31mred",
    `const password = "${"p".repeat(300)}"`,
    "it.skip(name)",
    "日本語のセキュリティ 🚀",
    "a:12:b",
    "\\b(spawn|exec)\\("
  ])
  const Path = Schema.Literals([
    "src/a.ts",
    "src/a.test.ts",
    "b.py",
    "docs/c.md",
    "x y/ü.ts",
    "node_modules/d/e.js",
    "yarn.lock"
  ])
  const Workspace = Schema.Array(Schema.Struct({ path: Path, lines: Schema.Array(Line) }))

  it.effect.prop(
    "every line that is cited stands in a tool result with the text that is quoted",
    [Workspace, Schema.Literals(goals)],
    ([made, goal]) =>
      Effect.sync(() => {
        const workspace = Object.fromEntries(made.map(({ lines, path }) => [path, lines.join("\n")]))
        const { messages, report } = converse(workspace, requestOf({ goal, probes: allProbes }))
        const seen = messages.flatMap((message) => (message._tag === "Tool" ? [message.text] : [])).join("\n")
        for (const { line, path, quoted } of citations(report)) {
          const actual = (workspace[path] ?? "").split("\n")[line - 1] ?? ""
          expect(actual.replace(/[\t]/g, " ").replace(/\u001b/g, "\uFFFD")).toContain(quoted)
          expect(seen).toContain(actual.slice(0, 240))
        }
      })
  )

  it.effect.prop(
    "no answer is larger than was asked for, and one that had to be shortened says how much is missing",
    [Schema.Literals(goals), Schema.Int.pipe(Schema.check(Schema.isBetween({ minimum: 1, maximum: 700 })))],
    ([goal, maxOutputTokens]) =>
      Effect.sync(() => {
        const many = { ...files, "src/many.ts": 'spawn("a")\n'.repeat(40) }
        const { messages } = converse(many, requestOf({ goal, probes: allProbes }))
        const parts = answer(
          requestOf({ goal, probes: allProbes }, { messages: messages.slice(0, -1), maxOutputTokens, closing: true })
        )
        const finish = parts.at(-1)
        expect(finish?._tag === "Finish" && finish.reason === "stop" && finish.usage.output <= maxOutputTokens).toBe(
          true
        )
        const started = /## Processes that are started \((\d+)\)\n\n((?:- `.*\n)*)(?:- … (\d+) more)?/.exec(
          textOf(parts)
        )
        if (started !== null) {
          const listed = (started[2] ?? "").split("\n").filter((line) => line !== "").length
          expect(listed + Number(started[3] ?? 0)).toBe(Number(started[1]))
        }
      })
  )
})
