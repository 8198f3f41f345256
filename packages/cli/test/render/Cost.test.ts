import type { AgentRecord } from "@deputize/core/history/RunRecord"
import type { ReadRun } from "@deputize/core/history/Runs"
import { sumOf, type Tally } from "@deputize/core/history/Tally"
import { describe, expect, it } from "vitest"
import { allCostText, costJson, runCostText } from "../../src/render/Cost.ts"
import { costByJson, costByText } from "../../src/render/CostBy.ts"
import { makeStyle } from "../../src/render/Style.ts"
import { agentRecord, readRun, tally } from "./Records.ts"

const plain = makeStyle(false, true)
const narrow = makeStyle(false, true, 80)
const golden = (name: string) => new URL(`golden/${name}.txt`, import.meta.url).pathname

const run = (facts: Parameters<typeof readRun>[0], ...agents: ReadonlyArray<AgentRecord>): ReadRun =>
  readRun({ ...facts, agents, tally: sumOf(agents.map(({ tally }) => tally)) })

const reviewer = agentRecord("code-reviewer", { model: "gpt-5.1", tally: tally({}) })
const unpriced: Tally = tally({ requests: 1, charged: 9_000, unknown: 5_280, nanoUsd: null })
const tester = agentRecord("日本語#2", { agent: "日本語", model: "local", tally: unpriced, inFlight: 4_000 })

const lost = run({ state: "lost" }, reviewer, tester)
const priced = run({ run: "r0mh8k3x2q7f4b" }, reviewer)
const nested = run(
  {
    tools: [
      { tool: "spawn_agent", calls: 3, failed: 1, ms: 40 },
      { tool: "grep", calls: 12, failed: 0, ms: 1_800 }
    ]
  },
  agentRecord("code-lead", { model: "gpt-5.1", tally: tally({ requests: 2 }) }),
  agentRecord("code-lead/explorer", { model: "gpt-5-mini", tally: tally({ nanoUsd: 900_000 }) }),
  agentRecord("code-lead/explorer/探索", { agent: "探索", model: "gpt-5-mini", tally: tally({ nanoUsd: 100_000 }) }),
  agentRecord("code-lead/explorer#2", { agent: "explorer", model: "gpt-5-mini", tally: tally({ nanoUsd: 500_000 }) })
)
const dayAfter = run({ run: "r0mh8k3x2q7f4c", startedAt: nested.startedAt + 86_400_000 }, reviewer)
const dayOf = (time: number) => new Date(time).toISOString().slice(0, 10)

describe("the cost of a run", () => {
  it("has a line for each agent and each model, and says what is not known", async () => {
    await expect(runCostText(lost, plain)).toMatchFileSnapshot(golden("cost"))
  })
  it("leaves out the models where there is one only", async () => {
    await expect(runCostText(priced, plain)).toMatchFileSnapshot(golden("cost-one-model"))
  })
  it("has a line for each model of an agent that went on with another one", async () => {
    const byModel = [
      { model: "gpt-5.1", tally: tally({}) },
      { model: "gpt-5-mini", tally: tally({ requests: 1, charged: 500, nanoUsd: 100_000 }) }
    ]
    const whole = sumOf(byModel.map(({ tally }) => tally))
    const resumed = run({}, agentRecord("code-reviewer", { model: "gpt-5-mini", tally: whole, byModel }))
    await expect(runCostText(resumed, plain)).toMatchFileSnapshot(golden("cost-other-model"))
    const { groups } = costByJson("model", [resumed], dayOf)
    expect(groups).toMatchObject([{ name: "gpt-5.1" }, { name: "gpt-5-mini" }])
  })
  it("has the agents that an agent started below it, also where figures have no room", async () => {
    await expect(runCostText(nested, plain)).toMatchFileSnapshot(golden("cost-nested"))
    await expect(runCostText(nested, narrow)).toMatchFileSnapshot(golden("cost-nested-narrow"))
  })
  it("holds no request against a run that is still waiting for it", () => {
    expect(runCostText({ ...lost, state: "running" }, plain)).not.toContain("no answer yet")
  })
  it("has a line for each of many runs", async () => {
    await expect(allCostText([lost, priced], plain)).toMatchFileSnapshot(golden("cost-all"))
  })
  it("is data with names that stay", () => {
    expect(costJson([priced])).toStrictEqual({
      schema_version: 1,
      runs: [
        {
          run: "r0mh8k3x2q7f4b",
          state: "completed",
          started_at: "2023-11-14T22:13:20.000Z",
          agents: [
            { path: "/root/code-reviewer", agent: "code-reviewer", model: "gpt-5.1", usage, in_flight_tokens: 0 }
          ],
          usage
        }
      ],
      models: [{ model: "gpt-5.1", usage }],
      usage
    })
  })
})

describe("the cost by what it was for", () => {
  it.each(["agent", "model", "day", "tool"] as const)("is added up by %s", async (kind) => {
    const text = costByText(kind, [nested, dayAfter], dayOf, narrow)
    await expect(text).toMatchFileSnapshot(golden(`cost-by-${kind}`))
  })
  it("is data with names that stay", () => {
    expect(costByJson("day", [dayAfter], dayOf)).toStrictEqual({
      schema_version: 1,
      by: "day",
      groups: [{ name: "2023-11-15", members: 1, usage }],
      usage
    })
    expect(costByJson("tool", [nested], dayOf)).toStrictEqual({
      schema_version: 1,
      by: "tool",
      groups: [
        { name: "spawn_agent", calls: 3, failed: 1, duration_ms: 40 },
        { name: "grep", calls: 12, failed: 0, duration_ms: 1_800 }
      ]
    })
  })
})

const usage = {
  requests: 4,
  input_tokens: 3_557,
  cached_tokens: 1_024,
  output_tokens: 163,
  reasoning_tokens: 20,
  unknown_tokens: 0,
  charged_tokens: 3_720,
  usd: 0.0123
}
