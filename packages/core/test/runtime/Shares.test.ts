import { describe, expect, it } from "@effect/vitest"
import { AgentDefinition } from "../../src/definition/AgentDefinition.ts"
import { builtInRoles as roles } from "../../src/definition/roles/Roles.ts"
import type { LimitValues } from "../../src/domain/Limits.ts"
import { shares } from "../../src/runtime/plan/Shares.ts"
import type { AgentRequest } from "../../src/runtime/RunRequest.ts"

const role = roles[0]
if (role === undefined) throw new Error("there are built-in roles")
const agent = (limits: LimitValues = {}): AgentRequest => ({
  definition: role,
  goal: "look",
  scope: [],
  limits
})
const divide = (agents: ReadonlyArray<AgentRequest>, limits: LimitValues = {}) => {
  const { places, total } = shares({ workspace: "/w", agents, limits })
  return { total, shares: places.map(({ guarantee, limit }) => ({ limit, guarantee })) }
}

describe("the shares of a run's agents", () => {
  it("add up to the whole when each agent has a budget of its own", () => {
    expect(divide([agent({ tokens: 40_000 }), agent({ tokens: 30_000, toolCalls: 10 })])).toStrictEqual({
      total: { tokens: 70_000, calls: 410, agents: 32 },
      shares: [
        { limit: { tokens: 40_000, calls: 400 }, guarantee: { tokens: 40_000 } },
        { limit: { tokens: 30_000, calls: 10 }, guarantee: { tokens: 30_000 } }
      ]
    })
  })

  it("are even guarantees under a whole budget, while each may use what others leave", () => {
    expect(divide([agent(), agent()], { tokens: 30_000, nanoUsd: 2_000, toolCalls: 7 })).toStrictEqual({
      total: { tokens: 30_000, nanoUsd: 2_000, calls: 7, agents: 32 },
      shares: [
        { limit: { tokens: 30_000, nanoUsd: 2_000, calls: 7 }, guarantee: { tokens: 15_000, nanoUsd: 1_000 } },
        { limit: { tokens: 30_000, nanoUsd: 2_000, calls: 7 }, guarantee: { tokens: 15_000, nanoUsd: 1_000 } }
      ]
    })
  })

  it("never guarantee an agent more than its own limit", () => {
    expect(divide([agent({ tokens: 5_000 }), agent({ tokens: 90_000 })], { tokens: 40_000 }).shares).toStrictEqual([
      { limit: { tokens: 5_000, calls: 400 }, guarantee: { tokens: 5_000 } },
      { limit: { tokens: 40_000, calls: 400 }, guarantee: { tokens: 20_000 } }
    ])
  })

  it("limit the whole in money only if every agent is limited in it", () => {
    expect(divide([agent({ nanoUsd: 100 }), agent()]).total).toStrictEqual({ tokens: 80_000, calls: 800, agents: 32 })
    expect(divide([agent({ nanoUsd: 100 }), agent({ nanoUsd: 50 })]).total).toStrictEqual({
      tokens: 80_000,
      nanoUsd: 150,
      calls: 800,
      agents: 32
    })
  })

  it("hold the tool calls of all that an agent may start", () => {
    const chief = new AgentDefinition({ ...role, tools: ["Read", "Task"] })
    const of = (limits: LimitValues) =>
      shares({ workspace: "/w", agents: [{ ...agent(limits), definition: chief }] }).total
    expect(of({})).toStrictEqual({ tokens: 40_000, calls: 13_200, agents: 32 })
    expect(of({ children: 4 })).toStrictEqual({ tokens: 40_000, calls: 2_000, agents: 32 })
    expect(of({ toolCalls: 9 })).toStrictEqual({ tokens: 40_000, calls: 9, agents: 32 })
  })

  it("give copies of one agent paths and numbers of their own", () => {
    const { places } = shares({ workspace: "/w", agents: [agent(), agent(), agent()] })
    const name = role.name
    expect(places.map(({ copy, path }) => [path, copy])).toStrictEqual([
      [`/root/${name}`, 1],
      [`/root/${name}#2`, 2],
      [`/root/${name}#3`, 3]
    ])
  })
})
