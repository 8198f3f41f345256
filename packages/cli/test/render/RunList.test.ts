import type { ReadRun } from "@deputize/core/history/Runs"
import { emptyTally } from "@deputize/core/history/Tally"
import { describe, expect, it } from "vitest"
import { openAgentsText, runListJson, runListText } from "../../src/render/RunList.ts"
import { makeStyle } from "../../src/render/Style.ts"
import { start } from "./Events.ts"
import { agentRecord, readRun } from "./Records.ts"

const golden = (name: string) => new URL(`golden/${name}.txt`, import.meta.url).pathname

const used = { ...emptyTally, charged: 8_249, nanoUsd: 12_300_000 }

const listed = (n: number, facts: Partial<ReadRun>): ReadRun =>
  readRun({
    run: `r0mh8k3x2q7f4${n}`,
    agents: [agentRecord("code-reviewer"), agentRecord("test-gen", { goal: "Test it" })],
    tally: used,
    ...facts
  })

const runs: ReadonlyArray<ReadRun> = [
  listed(1, {
    state: "running",
    readAt: start + 12_000,
    lastAt: start + 3_000,
    limits: { tokens: null, nanoUsd: 2_000_000_000 },
    agents: [
      agentRecord("code-lead", {
        goal: "パーサーをレビューして、根拠となる行をすべて示し、\n直し方も書いてください",
        status: "waiting"
      }),
      agentRecord("code-lead/explorer", { status: "failed" }),
      agentRecord("code-lead/explorer#2", { status: "running" }),
      agentRecord("code-lead/explorer#3", { status: "queued" }),
      agentRecord("test-gen", { goal: "Test it" })
    ],
    queue: [{ path: "/root/code-lead/explorer#3", position: 1, of: 1 }]
  }),
  listed(2, { tally: { ...used, nanoUsd: null } }),
  listed(3, { state: "lost", readAt: start + 7_200_000 }),
  listed(4, {
    state: "timed_out",
    readAt: start + 3 * 86_400_000,
    tally: { ...used, charged: 81_000, nanoUsd: 0 }
  }),
  listed(5, { state: "cancelled", agents: [], lastAt: start })
]

describe("the list of runs", () => {
  it("has a line for each with what it used and how long it took", async () => {
    await expect(runListText(runs, makeStyle(false, true))).toMatchFileSnapshot(golden("runs"))
  })
  it("lets columns go on a terminal that has no room for them", async () => {
    await expect(runListText(runs, makeStyle(false, true, 80))).toMatchFileSnapshot(golden("runs-narrow"))
  })
  it("has the agents that are at work or wait below it, each with its place in the queue", async () => {
    await expect(openAgentsText(runs, makeStyle(false, true))).toMatchFileSnapshot(golden("runs-open"))
    expect(openAgentsText(runs.slice(1), makeStyle(false, true))).toBe("")
  })
  it("falls back to marks of ASCII", async () => {
    await expect(runListText(runs, makeStyle(false, false))).toMatchFileSnapshot(golden("runs-ascii"))
  })
  it("shows a goal, and does not obey it", () => {
    const agents = [agentRecord("a", { goal: "clear\u001b[2J" })]
    expect(runListText([listed(1, { agents })], makeStyle(false, true))).toContain("clear\\u{1b}[2J")
  })
  it("is data with names that stay", () => {
    expect(runListJson(runs.slice(0, 1))).toStrictEqual({
      schema_version: 1,
      runs: [
        {
          run: "r0mh8k3x2q7f41",
          state: "running",
          started_at: "2023-11-14T22:13:20.000Z",
          duration_ms: 12_000,
          agents: { done: 2, all: 5 },
          started: { done: 1, all: 3 },
          queue: [{ path: "/root/code-lead/explorer#3", position: 1, of: 1 }],
          budget: { tokens: { used: 8_249, limit: null }, usd: { used: 0.0123, limit: 2 } },
          goal: "パーサーをレビューして、根拠となる行をすべて示し、\n直し方も書いてください"
        }
      ]
    })
  })
})
