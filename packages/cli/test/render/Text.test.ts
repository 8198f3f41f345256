import { AgentPath } from "@deputize/core/domain/Ids"
import { describe, expect, it } from "vitest"
import { makeStyle } from "../../src/render/Style.ts"
import { answerText, headerText, reportText, summaryText } from "../../src/render/Text.ts"
import { widthOf } from "../../src/render/Width.ts"
import { agentResult, runResult } from "./Results.ts"

const plain = makeStyle(false, true)
const ascii = makeStyle(false, false)
const golden = (name: string) => new URL(`golden/${name}.txt`, import.meta.url).pathname

const two = runResult([
  agentResult({}),
  agentResult({
    agent: "test-gen",
    goal: "Find what has no tests, then\nsay which to write first",
    scope: [],
    durationMs: 2_345,
    artifacts: ["artifacts/tests.md"],
    verified: true
  })
])

const japanese = runResult([
  agentResult({
    goal: "パーサーをレビューして",
    scope: ["src/解析"],
    answer: "# 報告\n\n- `src/解析/構文.ts:3` エラーを捨てている\n"
  }),
  agentResult({
    agent: "セキュリティ監査",
    goal: "秘密情報と危険な関数の使い方をすべて調べて、根拠となる行を示してください",
    status: "paused",
    tokens: 4_000,
    tokensCharged: 3_990,
    error: {
      tag: "BudgetExceeded",
      message: "/root/セキュリティ監査 asked for 900 tokens and 10 are left",
      hint: "Give it more with --budget."
    }
  }),
  agentResult({
    agent: "test-gen",
    path: AgentPath.make("/root/test-gen#2"),
    goal: "Write tests",
    status: "failed",
    answer: "",
    turns: 0,
    toolCalls: 0,
    durationMs: 71_000,
    error: { tag: "AgentDefect", message: "/root/test-gen#2 crashed: boom", hint: "" }
  })
])

describe("a parallel run as text", () => {
  it("has a block for each agent and the whole", async () => {
    await expect(reportText(two, "/tmp/out.json", plain)).toMatchFileSnapshot(golden("parallel"))
  })
  it("keeps columns aligned with wide characters", async () => {
    await expect(reportText(japanese, undefined, plain)).toMatchFileSnapshot(golden("parallel-japanese"))
  })
  it("falls back to ASCII marks", async () => {
    await expect(reportText(japanese, undefined, ascii)).toMatchFileSnapshot(golden("parallel-ascii"))
  })
  it("shows only what was asked of it as data, whatever a model writes", () => {
    const hostile = runResult([agentResult({ answer: "a\u001b]0;title\u0007b\r\nc\u202ed", goal: "x\u001b[2Jy" })])
    expect(reportText(hostile, undefined, plain)).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/)
    expect(answerText(hostile)).toBe("a\\u{1b}]0;title\\u{7}b\nc\\u{202e}d\n")
  })
})

/** An agent that started others, and one that did not. */
const nested = runResult([
  agentResult({ agent: "code-lead", goal: "Review every package", durationMs: 21_400, waitedMs: 16_200 }),
  ...[
    {
      name: "explorer",
      goal: "エラーの扱いを src/解析 で調べ、根拠となる行をすべて示してください",
      tokensCharged: 2_400
    },
    { name: "explorer/test-gen", goal: "Write the first of them", artifacts: ["test/解析.test.ts"] },
    { name: "explorer/refactorer", goal: "Split the parser", status: "cancelled" as const, durationMs: 300 },
    {
      name: "explorer#2",
      goal: "Look for secrets",
      status: "failed" as const,
      error: { tag: "AgentDefect", message: "/root/code-lead/explorer#2 crashed: boom", hint: "Try again." }
    },
    { name: "explorer#3", goal: "Read the\ndocs", durationMs: 64_000 }
  ].map(({ name, ...facts }) =>
    agentResult({ ...facts, path: AgentPath.make(`/root/code-lead/${name}`), agent: name.replace(/^.*\/|#.*$/g, "") })
  ),
  agentResult({ agent: "docs-gen", goal: "Write the docs", artifacts: ["docs/index.md"] })
])

describe("agents that an agent started", () => {
  it("stand below its result, short, and in the whole as numbers", async () => {
    await expect(reportText(nested, undefined, plain)).toMatchFileSnapshot(golden("nested"))
  })
  it.each([
    ["where a terminal is narrow", "nested-narrow", 50, true],
    ["on a terminal of 80 columns", "nested-80", 80, true],
    ["in ASCII", "nested-ascii", 80, false]
  ])("stand below a single answer %s", async (_, name, columns, unicode) => {
    const style = makeStyle(false, unicode, columns)
    const single = { ...nested, agents: nested.agents.slice(0, -1) }
    const text = summaryText(single, undefined, style)
    await expect(text).toMatchFileSnapshot(golden(name))
    const tooWide = text.split("\n").filter((line) => widthOf(line) > columns)
    expect(tooWide).toStrictEqual([])
  })
  it("are summed up where there are many, those that did not complete the last to go", () => {
    const many = Array.from({ length: 60 }, (_, index) =>
      agentResult({
        agent: "x",
        path: AgentPath.make(`/root/code-lead/x#${index + 2}`),
        status: index >= 58 ? "failed" : "completed"
      })
    )
    const text = summaryText(runResult([agentResult({ agent: "code-lead" }), ...many]), undefined, plain)
    const lines = text.split("\n").map((line) => line.trim().split(/ {2,}/)[0])
    expect(lines.slice(2, 5)).toStrictEqual(["├─ ✓ x#2", "├─ ✓ x#3", "├─ ✓ x#4"])
    expect(lines.slice(30, 34)).toStrictEqual(["├─ ✓ x#30", "├─ ✗ x#60", "└─ ✗ x#61", "and 29 agents: 29 completed"])
  })
})

describe("a single agent as text", () => {
  it("has its answer as data", () => {
    expect(answerText(runResult([agentResult({})]))).toBe("# Report\n\n- `src/parser/Parse.ts:12` swallows an error\n")
  })
  it("has no data without an answer", () => {
    expect(answerText(runResult([agentResult({ answer: "" })]))).toBe("")
  })
  it("has a header and a summary beside it", async () => {
    const header = headerText(
      {
        run: "r0mh8k3x2q7f4a",
        workspace: "/home/u/日本語 project",
        provider: ["offline, evidence-only: quotes the workspace", "chosen because nothing else was"],
        budget: "20,000 tokens (its definition says 40,000), deadline 15 min",
        team: null,
        record: "/home/u/.local/state/deputize/project-0123/journal.db"
      },
      plain
    )
    await expect(header + summaryText(runResult([agentResult({})]), "out.json", plain)).toMatchFileSnapshot(
      golden("single")
    )
  })
  it("says in the header who may start other agents", () => {
    const facts = { run: "r", workspace: "/w", provider: ["openai"], budget: "10,000 tokens", record: "/r" }
    const team = "code-lead may start any agent, 32 agents in all, 3 levels deep, 4 at a time"
    expect(
      headerText({ ...facts, team }, plain)
        .split("\n")
        .slice(3, 6)
    ).toStrictEqual(["budget     10,000 tokens", `team       ${team}`, "record     /r"])
  })
  it("colours the status only", () => {
    const colour = makeStyle(true, true)
    expect(summaryText(runResult([agentResult({})]), undefined, colour).split("\n")[0]).toBe(
      "\u001b[32m✓ completed\u001b[0m · 1.2 s · 3,120 / 40,000 tokens (8 %) · 3 turns · 5 tool calls · no artifacts"
    )
  })
})
