import { describe, expect, it } from "vitest"
import { type Amounts, allCostText, costJson, type RunCost, runCostText } from "../../src/render/Cost.ts"
import { makeStyle } from "../../src/render/Style.ts"
import { start } from "./Events.ts"

const plain = makeStyle(false, true)
const golden = (name: string) => new URL(`golden/${name}.txt`, import.meta.url).pathname

const amounts = (facts: Partial<Amounts>): Amounts => ({
  requests: 4,
  input: 3_557,
  cached: 1_024,
  output: 163,
  reasoning: 20,
  charged: 3_720,
  unknown: 0,
  nanoUsd: 12_300_000,
  ...facts
})

const reviewer = {
  path: "/root/code-reviewer",
  agent: "code-reviewer",
  model: "gpt-5.1",
  tally: amounts({}),
  inFlight: 0
}
const unpriced = amounts({ requests: 1, charged: 9_000, unknown: 5_280, nanoUsd: null })
const tester = { path: "/root/日本語#2", agent: "日本語", model: "local", tally: unpriced, inFlight: 4_000 }

const whole = amounts({ requests: 5, charged: 12_720, unknown: 5_280, nanoUsd: null })
const run: RunCost = {
  run: "r0mh8k3x2q7f4a",
  state: "lost",
  startedAt: start,
  agents: [reviewer, tester],
  tally: whole
}
const models = [
  { model: "gpt-5.1", tally: reviewer.tally },
  { model: "local", tally: unpriced }
]
const priced: RunCost = {
  ...run,
  run: "r0mh8k3x2q7f4b",
  state: "completed",
  agents: [reviewer],
  tally: reviewer.tally
}

describe("the cost of a run", () => {
  it("has a line for each agent and each model, and says what is not known", async () => {
    await expect(runCostText(run, models, plain)).toMatchFileSnapshot(golden("cost"))
  })
  it("leaves out the models where there is one only", async () => {
    await expect(runCostText(priced, models.slice(0, 1), plain)).toMatchFileSnapshot(golden("cost-one-model"))
  })
  it("holds no request against a run that is still waiting for it", () => {
    expect(runCostText({ ...run, state: "running" }, models, plain)).not.toContain("no answer yet")
  })
  it("has a line for each of many runs", async () => {
    await expect(allCostText([run, priced], models, whole)).toMatchFileSnapshot(golden("cost-all"))
  })
  it("is data with names that stay", () => {
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
    expect(costJson([priced], models.slice(0, 1), amounts({ nanoUsd: null }))).toStrictEqual({
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
      usage: { ...usage, usd: null }
    })
  })
})
