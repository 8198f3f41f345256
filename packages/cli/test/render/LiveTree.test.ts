import { join } from "node:path"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { liveTree } from "../../src/render/LiveTree.ts"
import { emptyView } from "../../src/render/Progress.ts"
import { makeStyle } from "../../src/render/Style.ts"
import { widthOf } from "../../src/render/Width.ts"
import { asked, call, type Happening, start, started, viewOf } from "./Events.ts"

const golden = (name: string) => join(import.meta.dirname, "golden", `${name}.txt`)
const text = (lines: ReadonlyArray<string>) => `${lines.join("\n")}\n`
const look = { style: makeStyle(false, true), texts: true }
const ascii = { style: makeStyle(false, false), texts: true }

const turn = (agent: string, charged: number, nanoUsd: number | null, said: string): Happening => ({
  what: "agent.TurnCompleted",
  agent,
  body: { turn: 1, charged, nanoUsd, text: said, calls: [] }
})

/** Something of everything: tools, a child of an agent, a retry, all kinds of ends, wide names. */
const view = viewOf([
  asked("code-reviewer", "test-gen", "セキュリティ監査", "docs-gen", "refactorer", "researcher"),
  started("code-reviewer"),
  turn("code-reviewer", 3_120, 12_300_000, "I look at the parser first.\n次にテストを見ます 👩‍💻"),
  { what: "tool.Intent", body: { call: call("1", "grep", { pattern: "TODO", path: "src" }) }, at: 13_000 },
  { what: "tool.Intent", body: { call: call("2", "read_file", { path: "src/a.ts" }) }, at: 13_000 },
  started("test-gen", null),
  {
    what: "agent.TurnProgress",
    agent: "test-gen",
    body: { turn: 1, text: "Writing the tests of the parser" },
    at: 7_000
  },
  started("test-gen/explorer", 1_000),
  {
    what: "agent.TurnFailed",
    agent: "test-gen/explorer",
    body: { turn: 1, charged: 10, retryInMs: 6_500 },
    at: 10_000
  },
  started("test-gen/explorer#2", 1_000, 14_000),
  started("セキュリティ監査", 4_000),
  turn("セキュリティ監査", 3_990, null, ""),
  { what: "agent.Ended", agent: "セキュリティ監査", body: { result: { status: "paused" } }, at: 14_000 },
  started("docs-gen", 4_000, 1_000),
  { what: "agent.Ended", agent: "docs-gen", body: { result: { status: "completed" } }, at: 75_000 },
  started("refactorer", 100, 1_000),
  turn("refactorer", 120, 2_500_000_000, "It is done."),
  { what: "agent.Ended", agent: "refactorer", body: { result: { status: "failed" } }, at: 9_000 }
])
const now = start + 15_000

const queued = (agent: string, goal: string): Happening => ({ what: "agent.Queued", agent, body: { goal } })
const startedFor = (agent: string, goal: string, tokens: number, at: number): Happening => ({
  what: "agent.Started",
  agent,
  body: { agent, goal, tokens },
  at
})
const plan = (agent: string, ...steps: ReadonlyArray<readonly [string, string]>): ReadonlyArray<Happening> => {
  const args = { steps: steps.map(([text, status]) => ({ text, status })) }
  return [
    { what: "tool.Intent", agent, body: { call: call("p", "update_plan", args) }, at: 6_000 },
    { what: "tool.Done", agent, body: { callId: "p", ok: true }, at: 6_000 }
  ]
}

/** An agent that has started others: at work with and without words, with children of their own, queued, ended. */
const nested = viewOf([
  asked("code-lead", "docs-gen"),
  started("code-lead", 80_000, 0),
  ...plan("code-lead", ["List the folders", "done"], ["Have each reviewed", "doing"], ["Sum it up", "pending"]),
  turn("code-lead", 5_120, 8_000_000, "Five reviews at once."),
  ...[
    "エラーの扱いを src/解析 で調べる",
    "Find what has no tests",
    "Look for secrets",
    "Read the docs",
    "Time the build"
  ].map((goal, index) => queued(`code-lead/explorer${index === 0 ? "" : `#${index + 1}`}`, goal)),
  startedFor("code-lead/explorer", "エラーの扱いを src/解析 で調べる", 16_000, 7_000),
  ...plan("code-lead/explorer", ["全ファイルを読む", "done"], ["根拠となる行を集める", "doing"]),
  turn("code-lead/explorer", 2_400, 900_000, "src/解析/構文.ts を見ています"),
  {
    what: "tool.Intent",
    agent: "code-lead/explorer",
    body: { call: call("1", "grep", { pattern: "catch" }) },
    at: 14_000
  },
  startedFor("code-lead/explorer#2", "Find what has no tests", 16_000, 7_000),
  startedFor("code-lead/explorer#2/test-gen", "Write the first of them", 8_000, 9_000),
  { what: "agent.Waiting", agent: "code-lead/explorer#2", body: { paths: ["/root/x"] }, at: 9_000 },
  startedFor("code-lead/explorer#3", "Look for secrets", 16_000, 8_000),
  { what: "agent.Ended", agent: "code-lead/explorer#3", body: { result: { status: "completed" } }, at: 12_000 },
  startedFor("code-lead/explorer#4", "Read the docs", 16_000, 8_000),
  { what: "agent.Ended", agent: "code-lead/explorer#4", body: { result: { status: "failed" } }, at: 13_000 },
  { what: "agent.Waiting", agent: "code-lead", body: { paths: ["/root/a", "/root/b", "/root/c"] }, at: 8_000 }
])

describe("the live tree", () => {
  it("has a line or two for each agent, and one for the whole", async () => {
    await expect(text(liveTree(view, now, { columns: 110, rows: 30 }, look))).toMatchFileSnapshot(golden("live-wide"))
  })

  it("has one line for each where there is no room for two", async () => {
    await expect(text(liveTree(view, now, { columns: 79, rows: 12 }, look))).toMatchFileSnapshot(golden("live-low"))
  })

  it("lets figures go where there is no room for them", async () => {
    await expect(text(liveTree(view, now, { columns: 40, rows: 30 }, look))).toMatchFileSnapshot(golden("live-narrow"))
  })

  it("has the agents at work first where there is no room for all, and counts the others", async () => {
    await expect(text(liveTree(view, now, { columns: 79, rows: 6 }, look))).toMatchFileSnapshot(golden("live-overflow"))
  })

  it("is ASCII but for names and texts where the terminal shows no more", async () => {
    const lines = liveTree(view, now, { columns: 110, rows: 30 }, ascii)
    await expect(text(lines)).toMatchFileSnapshot(golden("live-ascii"))
    expect(text(lines).replace(/セキュリティ監査|次にテストを見ます 👩‍💻/g, "")).toMatch(/^[\n -~]*$/)
  })

  it.each([
    ["has the agents that an agent started below it, with what each is for", "nested-wide", 110, 30, look],
    ["has their plans on their only lines where there is no room for two", "nested-low", 79, 12, look],
    ["lets their figures go where there is no room for them", "nested-narrow", 40, 30, look],
    ["keeps those at work below the ones that started them, and sums the others up", "nested-overflow", 79, 6, look],
    ["is ASCII but for names and texts with them, too", "nested-ascii", 79, 30, ascii]
  ])("%s", async (_, name, columns, rows, look) => {
    await expect(text(liveTree(nested, now, { columns, rows }, look))).toMatchFileSnapshot(golden(`live-${name}`))
  })

  it("shows the step of a plan also where what agents say is shown elsewhere", () => {
    const lines = liveTree(nested, now, { columns: 79, rows: 30 }, { ...look, texts: false })
    expect(lines.slice(0, 4)).toStrictEqual([
      "● code-lead       5,120 / 80,000  $0.0080  waiting for 3 agents",
      "│    1/3 Have each reviewed",
      "├─ ● explorer     2,400 / 16,000  $0.0009  grep catch",
      "│    1/2 根拠となる行を集める"
    ])
  })

  it("draws the branches of every depth", () => {
    const deep = viewOf(["a", "a/x", "a/x/z", "a/y", "b"].map((agent) => started(agent, null, 0)))
    const lines = liveTree(deep, start, { columns: 40, rows: 20 }, { ...look, texts: false })
    expect(lines.map((line) => line.replace(/ +thinking$/, ""))).toStrictEqual([
      "● a",
      "├─ ● x",
      "│  └─ ● z",
      "└─ ● y",
      "● b",
      "0 tokens · 2 + 3 agents: 5 running"
    ])
  })

  it("tells those that wait for a place where they stand, and how many places a run has found out that it may have", () => {
    const four = asked("a", "b", "c", "d")
    const automatic = { ...four, body: { ...Object(four.body), maxParallel: 1, request: { maxParallel: "auto" } } }
    const moved = { what: "run.Parallelism", body: { to: 2, spawned: 2, why: "waiting" } }
    const lines = (...more: ReadonlyArray<Happening>) =>
      liveTree(viewOf([automatic, started("a", null, 0), ...more]), start, { columns: 79, rows: 20 }, look)
    expect(lines(moved, started("b", null, 0)).map((line) => line.replace(/ {2,}.* {2,}/, "  "))).toStrictEqual([
      "● a  thinking",
      "● b  thinking",
      "○ c  queued, 1st of 2",
      "○ d  queued, 2nd of 2",
      "0 s · 0 / 80,000 tokens (0 %) · 4 agents: 2 running, 2 queued · 2 at a time"
    ])
    expect(lines().at(-1)).toBe("0 s · 0 / 80,000 tokens (0 %) · 4 agents: 1 running, 3 queued · 1 at a time")
  })

  it("tells silence from three seconds on", () => {
    const silent = viewOf([started("code-reviewer", 40_000, 0)])
    const at = (ms: number) => liveTree(silent, start + ms, { columns: 60, rows: 5 }, look)[0]
    expect([at(2_999), at(3_000), at(65_000)]).toStrictEqual([
      "● code-reviewer  0 / 40,000  thinking",
      "● code-reviewer  0 / 40,000  thinking · silent 3 s",
      "● code-reviewer  0 / 40,000  thinking · silent 1 min 5 s"
    ])
  })

  it("shows the end of a text that is longer than a line", () => {
    const long = viewOf([
      started("a", null, 0),
      { what: "agent.TurnProgress", agent: "a", body: { turn: 1, text: "one two three four five six seven" }, at: 0 }
    ])
    expect(liveTree(long, start, { columns: 20, rows: 5 }, look)[1]).toBe("  …ur five six seven")
  })

  it("colours what it has cut, never the other way round", () => {
    const coloured = liveTree(view, now, { columns: 30, rows: 12 }, { style: makeStyle(true, true), texts: true })
    expect(coloured.join("\n").replace(/\u001b\[\d+m/g, "")).toBe(
      liveTree(view, now, { columns: 30, rows: 12 }, look).join("\n")
    )
    expect(coloured[0]?.startsWith("\u001b[36m●\u001b[0m code-")).toBe(true)
  })

  it("is a line for the whole before anything has happened", () => {
    expect(liveTree(emptyView, now, { columns: 60, rows: 5 }, look)).toStrictEqual(["0 tokens · no agents"])
  })

  it.effect.prop(
    "is never wider or higher than its room, whatever names and texts are",
    [
      Schema.Int,
      Schema.Int,
      Schema.Array(
        Schema.Literals(["a", "日本語のとても長い名前のエージェント", "👩‍💻👩‍💻", "─│x", "b/c", "b/c/日本"])
      ),
      Schema.String
    ],
    ([width, height, names, said]) =>
      Effect.sync(() => {
        const room = { columns: 1 + Math.abs(width % 130), rows: Math.abs(height % 15) }
        const some = viewOf(
          names.flatMap((name, index) => [
            started(`${name}${index}`),
            ...plan(`${name}${index}`, [said, index % 2 === 0 ? "doing" : "pending"]),
            turn(`${name}${index}`, 10 ** (index % 9), 7, said)
          ])
        )
        for (const style of [look, ascii]) {
          const lines = liveTree(some, now, room, style)
          expect(lines.length).toBeLessThanOrEqual(room.rows)
          expect(Math.max(0, ...lines.map(widthOf))).toBeLessThanOrEqual(room.columns)
          expect(lines.join("")).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/)
        }
      })
  )

  it("costs less than a hundredth of a second for a thousand agents", () => {
    const names = Array.from({ length: 1_000 }, (_, index) => `agent-${index}`)
    const many = viewOf([
      asked(...names),
      ...names.flatMap((name) => [started(name), turn(name, 10, 7, "Some text\nthat it said")])
    ])
    const before = performance.now()
    for (let frame = 0; frame < 20; frame += 1) liveTree(many, start + frame * 1_000, { columns: 119, rows: 50 }, look)
    expect((performance.now() - before) / 20).toBeLessThan(10)
  })
})
