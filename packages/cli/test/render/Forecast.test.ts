import { AgentPath } from "@deputize/core/domain/Ids"
import type { AgentForecast } from "@deputize/core/runtime/Forecast"
import { describe, expect, it } from "vitest"
import { forecastText } from "../../src/render/Forecast.ts"
import { makeStyle } from "../../src/render/Style.ts"

const golden = (name: string) => new URL(`golden/${name}.txt`, import.meta.url).pathname

const agent = (facts: Partial<AgentForecast>): AgentForecast => ({
  path: AgentPath.make("/root/code-lead"),
  agent: "code-lead",
  goal: "Review every package",
  scope: [],
  model: "gpt-6-luna",
  tools: ["read_file", "spawn_agent"],
  unavailable: [],
  contextFiles: ["AGENTS.md"],
  promptTokens: 1_234,
  floor: { tokens: 3_400, nanoUsd: 2_000_000 },
  ceiling: { tokens: 80_000, nanoUsd: null },
  ...facts
})

const forecast = {
  agents: [
    agent({}),
    agent({ path: AgentPath.make("/root/監査"), goal: "秘密情報を\n探す", contextFiles: [], unavailable: ["tool ast"] })
  ],
  ceiling: { tokens: 160_000, nanoUsd: null }
}

describe("what a run would do", () => {
  it("is a line for each agent, then what each has, who may start others, and the whole", async () => {
    const team = "code-lead may start any agent, 32 agents in all, 3 levels deep, 4 at a time"
    await expect(forecastText(forecast, team, makeStyle(false, true, 80))).toMatchFileSnapshot(golden("forecast"))
  })
  it("says nothing of others where nobody may start any", () => {
    expect(forecastText(forecast, null, makeStyle(false, true))).not.toContain("may start")
  })
})
