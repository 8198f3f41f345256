import { describe, expect, it } from "vitest"
import { type ListedRun, runListJson, runListText } from "../../src/render/RunList.ts"
import { makeStyle } from "../../src/render/Style.ts"
import { start } from "./Events.ts"

const golden = (name: string) => new URL(`golden/${name}.txt`, import.meta.url).pathname

const listed = (n: number, facts: Partial<ListedRun>): ListedRun => ({
  run: `r0mh8k3x2q7f4${n}`,
  state: "completed",
  startedAt: start,
  lastAt: start + 83_000,
  readAt: start + 200_000,
  limits: { tokens: 80_000, nanoUsd: null },
  agents: [
    { goal: "Review the parser", status: "completed" },
    { goal: "Test it", status: "completed" }
  ],
  tally: { charged: 8_249, nanoUsd: 12_300_000 },
  ...facts
})

const runs: ReadonlyArray<ListedRun> = [
  listed(1, {
    state: "running",
    readAt: start + 12_000,
    lastAt: start + 3_000,
    limits: { tokens: null, nanoUsd: 2_000_000_000 },
    agents: [
      { goal: "パーサーをレビューして、根拠となる行をすべて示し、\n直し方も書いてください", status: "running" },
      { goal: "Wait", status: "waiting" },
      { goal: "Test it", status: "failed" }
    ]
  }),
  listed(2, { tally: { charged: 8_249, nanoUsd: null } }),
  listed(3, { state: "lost", readAt: start + 7_200_000 }),
  listed(4, { state: "timed_out", readAt: start + 3 * 86_400_000, tally: { charged: 81_000, nanoUsd: 0 } }),
  listed(5, { state: "cancelled", agents: [], lastAt: start })
]

describe("the list of runs", () => {
  it("has a line for each with what it used and how long it took", async () => {
    await expect(runListText(runs, makeStyle(false, true))).toMatchFileSnapshot(golden("runs"))
  })
  it("falls back to marks of ASCII", async () => {
    await expect(runListText(runs, makeStyle(false, false))).toMatchFileSnapshot(golden("runs-ascii"))
  })
  it("shows a goal, and does not obey it", () => {
    const agents = [{ goal: "clear\u001b[2J", status: "running" }]
    expect(runListText([listed(1, { agents })], makeStyle(false, true))).toContain("clear\\x1b[2J")
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
          agents: { done: 1, all: 3 },
          budget: { tokens: { used: 8_249, limit: null }, usd: { used: 0.0123, limit: 2 } },
          goal: "パーサーをレビューして、根拠となる行をすべて示し、\n直し方も書いてください"
        }
      ]
    })
  })
})
