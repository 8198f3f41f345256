import { describe, expect, it } from "@effect/vitest"
import { builtInRoles as roles } from "../../src/definition/roles/Roles.ts"
import type { AgentRequest } from "../../src/runtime/RunRequest.ts"
import { shares } from "../../src/runtime/Shares.ts"

const role = roles[0]
if (role === undefined) throw new Error("there are built-in roles")
const agent = (tokens?: number): AgentRequest => ({
  definition: role.definition,
  probes: [],
  goal: "look",
  scope: [],
  ...(tokens === undefined ? {} : { tokens })
})
const divide = (agents: ReadonlyArray<AgentRequest>, tokens?: number) => {
  const { places, total } = shares({ workspace: "/w", agents, ...(tokens === undefined ? {} : { tokens }) })
  return { total, shares: places.map(({ guarantee, limit }) => ({ limit, guarantee })) }
}

describe("the shares of a run's agents", () => {
  it("add up to the whole when each agent has a budget of its own", () => {
    expect(divide([agent(40_000), agent(30_000)])).toStrictEqual({
      total: 70_000,
      shares: [
        { limit: 40_000, guarantee: 40_000 },
        { limit: 30_000, guarantee: 30_000 }
      ]
    })
  })

  it("are even guarantees under a whole budget, while each may use what others leave", () => {
    expect(divide([agent(), agent()], 30_000)).toStrictEqual({
      total: 30_000,
      shares: [
        { limit: 30_000, guarantee: 15_000 },
        { limit: 30_000, guarantee: 15_000 }
      ]
    })
  })

  it("never guarantee an agent more than its own limit", () => {
    expect(divide([agent(5_000), agent(90_000)], 40_000)).toStrictEqual({
      total: 40_000,
      shares: [
        { limit: 5_000, guarantee: 5_000 },
        { limit: 40_000, guarantee: 20_000 }
      ]
    })
  })

  it("give copies of one agent paths of their own", () => {
    const { places } = shares({ workspace: "/w", agents: [agent(), agent(), agent()] })
    const name = role.definition.name
    expect(places.map((place) => place.path)).toStrictEqual([`/root/${name}`, `/root/${name}#2`, `/root/${name}#3`])
  })
})
