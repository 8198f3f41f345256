import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import type { Brief, ModelPart } from "../../src/model/Model.ts"
import { Model } from "../../src/model/Model.ts"
import { OfflineModel } from "../../src/model/OfflineModel.ts"
import { droppedErrors } from "../../src/model/offline/probes/errors.ts"
import { probesOf } from "../../src/model/offline/probes/Probes.ts"
import { childProcess, processImports, processOptions } from "../../src/model/offline/probes/processes.ts"
import { dynamicCode, secrets } from "../../src/model/offline/probes/security.ts"
import { skippedTests, untestedFiles } from "../../src/model/offline/probes/tests.ts"
import { ask, callsOf, converse, type Files, readingTools, requestOf } from "./MemoryWorkspace.ts"

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
    expect(report).toContain("Shell, environment and ending of processes in the workspace: 2 lines in 1 file")
  })

  it("says nothing of prose, lock files, comments, strings and tables of patterns where code is found", () => {
    const { report } = review("Review the use of child processes")
    expect(citations(report).map((cited) => cited.path)).not.toContain("README.md")
    expect(report).not.toMatch(/probes\.ts:|package-lock\.json:/)
  })

  it("finds source files that no test names or imports, biggest first, constants last, with what they define", () => {
    const { report } = writeTests("Find code without tests")
    expect(report.split("\n").filter((line) => line.startsWith("- `src/"))).toStrictEqual([
      expect.stringMatching(/^- `src\/run\.ts:3` `export const build.*`, `src\/run\.ts:17` .* \(0\.\d kB\)$/),
      expect.stringMatching(/^- `src\/invoice\.ts:1` `export const total/),
      expect.stringMatching(/^- `src\/ticket\.ts:2` `export const open.*`, `src\/ticket\.ts:1` `export interface/),
      "- `src/secret.ts` (0.1 kB)",
      expect.stringMatching(/^- `src\/probes\.ts:1` `export const table/)
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
    const ids = callsOf(ask(request)).map((call) => call.id)
    expect(ids.flatMap((id) => /^probe-(.+?)-1(?:-sources)?$/.exec(id)?.[1] ?? [])).toStrictEqual(probes)
  })
})

const named = (agent: string, goal: string): ReadonlyArray<string> => {
  const turns = converse({ "a.ts": "" }, requestOf({ agent, goal, probes: probesOf(agent) })).turns
  return turns.flatMap(callsOf).flatMap((call) => /^probe-(.+?)-1(?:-sources)?$/.exec(call.id)?.[1] ?? [])
}

describe("a goal that names the topic of another role", () => {
  const security = [
    "child-process",
    "process-options",
    "path-joins",
    "parsed-text",
    "dynamic-code",
    "secrets",
    "sql-text",
    "weak-crypto",
    "tls-off",
    "raw-markup"
  ]

  it.each(["セキュリティ脆弱性レビュー", "Security vulnerability review", "Sicherheitsprüfung", "安全漏洞审查"])(
    "%s: the reviewer runs the probes of the audit",
    (goal) => {
      expect(named("code-reviewer", goal)).toStrictEqual(security)
      expect(named("sec-audit", goal)).toStrictEqual(security)
    }
  )

  it.each([
    ["explorer", "Find code without tests", ["untested-files"]],
    ["explorer", "What happens on Ctrl-C?", ["signals"]],
    ["test-gen", "Find TODO and FIXME", ["open-work"]],
    ["code-reviewer", "List the dependencies", ["dependencies"]],
    ["docs-gen", "Which functions are too long?", ["deep-nesting", "largest-files"]],
    ["my-own-agent", "エラー処理の見直し", ["dropped-errors"]],
    ["debugger", "Prüfe die Fehlerbehandlung", ["dropped-errors"]]
  ])("%s, %s: %j", (agent, goal, probes) => {
    expect(named(agent, goal).toSorted()).toStrictEqual(probes)
  })

  it("takes words of everyday use for a topic only if the goal says nothing else", () => {
    expect(named("debugger", "How is the state of a lease restored?")).toStrictEqual([])
    expect(named("debugger", "Review the state")).toStrictEqual(["shared-state"])
  })

  it("never runs borrowed probes for a goal that names nothing, unless the agent has none of its own", () => {
    expect(named("sec-audit", "review")).toStrictEqual(security.slice(0, 6))
    expect(named("my-own-agent", "review")).toStrictEqual(named("code-reviewer", "review"))
  })
})

describe("calls whose names are common", () => {
  const started = (made: Files) => {
    const { report } = converse(made, requestOf({ goal: "Review the use of child processes", probes: reviewer }))
    return citations(report).map(({ line, path }) => `${path}:${line}`)
  }

  it("start processes only where the file imports them", () => {
    const workspace = {
      "src/effect.ts": 'import { fork } from "./fibers.ts"\nconst fiber = fork(workerPath)\nexec("x")\n',
      "src/regex.ts": "const match = /a/.exec(text)\n",
      "src/other.ts": 'import { spawn } from "node:child_process"\nexec("migrate")\nspawn("git")\n',
      "src/whole.ts": 'import * as cp from "node:child_process"\nexec("migrate")\ncp.exec("ls")\n',
      "src/several.ts": 'import {\n  exec\n} from "node:child_process"\nexec("ls")\n'
    }
    expect(started(workspace)).toStrictEqual([
      "src/other.ts:3",
      "src/several.ts:4",
      "src/whole.ts:3",
      "src/other.ts:1",
      "src/several.ts:3",
      "src/whole.ts:1"
    ])
  })

  it("are listed in source before tests before benches", () => {
    const uses = 'import { spawn } from "node:child_process"\nspawn("a")\n'
    const workspace = { "bench/a.ts": uses, "src/z.ts": uses, "test/a.test.ts": uses }
    expect(started(workspace).slice(0, 3)).toStrictEqual(["src/z.ts:2", "test/a.test.ts:2", "bench/a.ts:2"])
  })
})

describe("code without tests", () => {
  const workspace = {
    "src/agent/Loader.ts": "export const load = () => 1\n",
    "src/definition/formats/Yaml.ts": "export const parse = () => 1\n",
    "src/agent/Turn.ts": "export const turn = () => 1\n",
    "src/agent/Types.ts": "export interface Types {}\n".repeat(50),
    "src/main.ts": "export const main = () => 1\n".repeat(50),
    "test/all.test.ts":
      'import { load } from "@shop/core/agent/Loader"\nimport {\n  parse\n} from "../src/definition/formats/Yaml.ts"\nconst turn = "Turn"\n'
  }

  it("is what no test imports by path or package name; types and entry files come last", () => {
    const { report, turns } = converse(
      workspace,
      requestOf({ goal: "Find code without tests", probes: [untestedFiles] })
    )
    expect(citations(report).map((cited) => cited.path)).toStrictEqual([
      "src/agent/Turn.ts",
      ...Array(2).fill("src/agent/Types.ts"),
      ...Array(2).fill("src/main.ts")
    ])
    expect(report).toContain("“Without a test” means: no test file has this name, and no test file imports this file.")
    expect(turns).toHaveLength(3)
  })

  it("says how many of many files it looked up", () => {
    const many = Object.fromEntries(
      Array.from({ length: 40 }, (_, index) => [`src/part${index}.ts`, "export const run = () => 1\n"])
    )
    const { report } = converse(many, requestOf({ goal: "Find code without tests", probes: [untestedFiles] }))
    expect(report).toContain("Found 24 files")
    expect(report).toContain("40 files have no test of their name; 24 of them were looked up in the tests' imports.")
  })

  it("is not claimed of files whose imports were cut", () => {
    const { messages } = converse(workspace, requestOf({ goal: "Find code without tests", probes: [untestedFiles] }))
    const cut = messages
      .slice(0, -1)
      .map((message) =>
        message._tag === "Tool" && message.callId.startsWith("mention-")
          ? { ...message, text: "(… 9 more lines, 800 more bytes; use a narrower pattern)" }
          : message
      )
    const parts = ask(
      requestOf({ goal: "Find code without tests", probes: [untestedFiles] }, { messages: cut, closing: true })
    )
    expect(textOf(parts)).toContain("not all imports of the test files were seen")
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

  it("that are names of files are looked for there first, with what else the goal says", () => {
    const workspace = {
      "src/alpha.ts": "export const budget = 1\n".repeat(30),
      "src/budget/Tree.ts": "export const grow = 1\nexport const reserve = 2\n",
      "README.md": 'ask "How are budgets reserved?"\n'
    }
    const { report } = converse(workspace, requestOf({ goal: "How are budgets reserved?" }))
    expect(citations(report)[0]).toStrictEqual({
      path: "src/budget/Tree.ts",
      line: 2,
      quoted: "export const reserve = 2"
    })
    expect(report).not.toContain("README.md:1")
  })

  it("are looked for by what code calls them, if the goal's language has another word", () => {
    const workspace = { "src/Budget.ts": "export class Budget {}\n" }
    for (const goal of ["解释预算如何工作", "予算の仕組みを説明"]) {
      expect(citations(converse(workspace, requestOf({ goal })).report)).toContainEqual({
        path: "src/Budget.ts",
        line: 1,
        quoted: "export class Budget {}"
      })
    }
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
    expect(callsOf(turns[0] ?? []).map((call) => call.id)).toStrictEqual(["term-1-1"])
    expect(report).toContain("Nothing in the searched files matches “(*[”.")
  })

  it("are read from the beginning of a goal of a megabyte", () => {
    const { report, turns } = review(`invoice ${"🚀 padding ".repeat(100_000)}`)
    expect(callsOf(turns[0] ?? []).length).toBeLessThan(20)
    expect(report).toContain("Only the first 2000 characters of the goal were read.")
    expect(report).toContain("src/invoice.ts")
  })
})

describe("a review of security", () => {
  const audit = (made: Files) =>
    converse(made, requestOf({ agent: "sec-audit", goal: "Security review", probes: probesOf("sec-audit") }))

  it("names what it looked for and did not find in one line", () => {
    const { report } = audit({ "src/a.ts": "const value = JSON.parse(text)\n" })
    expect(report.split("\n").slice(0, 3)).toStrictEqual([
      "Found 1 line in 1 file for “Security review”.",
      "",
      "Looked for and not found in code: Processes that are started, Shell, environment and ending of processes, Paths built from variables, Text that runs as code, Credentials in source, Values inside SQL text, Weak hashes and predictable numbers, Certificate checks turned off, Markup written without escaping."
    ])
  })

  it("says of parsed text only what the lines around it show", () => {
    const { report } = audit({
      "src/a.ts": `const value = JSON.parse(text)\n${"\n".repeat(20)}`,
      "src/b.ts": `try {\n  value = JSON.parse(text)\n} catch (error) {\n}\n${"\n".repeat(20)}`
    })
    expect(report).toContain(
      "- `src/a.ts:1` `const value = JSON.parse(text)`: parses text; no try or catch in lines 1–12"
    )
    expect(report).toContain("- `src/b.ts:2` `value = JSON.parse(text)`\n")
  })

  it("says so when there is nothing but the data of tests", () => {
    const { report } = audit({ "test/fixtures/bad.ts": "eval(text)\n" })
    expect(report.split("\n")[0]).toBe(
      "Nothing in code for “Security review”, only 1 weaker match in comments, string data, prose or generated files."
    )
  })

  it("lists neither the tables of a scanner nor the data of tests", () => {
    const { report } = audit({
      "src/rules.ts": "export const rules = [\n  /\\beval\\s*\\(/,\n  String.raw`\\bJSON\\.parse\\(`\n]\n",
      "test/a.test.ts": 'const data = { "a.ts": "eval(text)" }\n',
      "test/fixtures/bad.ts": "eval(text)\n"
    })
    expect(citations(report)).toStrictEqual([])
  })
})

describe("a conversation", () => {
  it.effect("streams the same parts for the same request, and ends with its usage", () =>
    Effect.gen(function* () {
      const model = yield* Model
      const request = requestOf({ goal: "Review the use of child processes", probes: reviewer })
      const parts = yield* Stream.runCollect(model.stream(request))
      expect(parts).toStrictEqual(ask(structuredClone(request)))
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
    const parts = ask(requestOf({ goal, probes: reviewer }, { messages: early, closing: true }))
    expect(parts.some((part) => part._tag === "Call")).toBe(false)
    expect(textOf(parts)).toContain("src/run.ts:5")
  })

  it("reads windows of a file that lie close together with one call", () => {
    const lines = Array.from({ length: 60 }, (_, index) => (index % 20 === 0 ? "eval(text)" : ""))
    const { turns } = converse({ "src/a.ts": lines.join("\n") }, requestOf({ goal: "eval", probes: [dynamicCode] }))
    const reads = turns.flatMap(callsOf).filter((call) => call.name === "read_file")
    expect(reads.map((call) => JSON.parse(call.args))).toStrictEqual([{ path: "src/a.ts", offset: 1, limit: 52 }])
  })

  it("spreads many look-ups over turns, because the results of a turn share its room", () => {
    const request = requestOf({ agent: "sec-audit", goal: "Security review", probes: probesOf("sec-audit") })
    expect(
      converse(files, request)
        .turns.slice(0, 2)
        .map((parts) => callsOf(parts).length)
    ).toStrictEqual([6, 5])
  })

  it("says that nothing was searched when it has to close before any result", () => {
    const text = textOf(ask(requestOf({ goal: "child processes", probes: reviewer }, { closing: true })))
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
        const parts = ask(
          requestOf({ goal, probes: allProbes }, { messages: messages.slice(0, -1), maxOutputTokens, closing: true })
        )
        const finish = parts.at(-1)
        expect(
          finish?._tag === "Finish" && finish.reason === "stop" && (finish.usage?.output ?? Infinity) <= maxOutputTokens
        ).toBe(true)
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
