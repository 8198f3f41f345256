import type { LimitValues } from "@deputize/core/domain/Limits"
import { describe, expect, it } from "vitest"
import { within } from "../../src/config/Within.ts"
import { configured } from "./Files.ts"

const user = "budget: [60k, 2usd, 20min]\nmax_calls: 30\ndeadline: 10min\nmax_agents: 5\n"

/** Any request that has limits. */
const asked: { readonly workspace: string; readonly limits?: LimitValues } = { workspace: "/w" }

describe("a run", () => {
  it("is held to what is configured, as a whole", () => {
    expect(within(configured({ user }), asked)).toStrictEqual({
      request: {
        workspace: "/w",
        limits: { tokens: 60_000, nanoUsd: 2_000_000_000, toolCalls: 30, wallMs: 600_000, children: 5 }
      },
      caps: { tokens: 60_000, nanoUsd: 2_000_000_000, calls: 30, ms: 600_000 }
    })
  })

  it("keeps limits of its own that are lower, and those of nested agents", () => {
    const limits = { tokens: 1_000, nanoUsd: 1, toolCalls: 1, wallMs: 1, turns: 3, children: 9, depth: 2 }
    expect(within(configured({ user }), { limits })).toStrictEqual({ request: { limits }, caps: {} })
  })

  it("is not held to a kind that a flag says something about", () => {
    const flags = { budget: ["90k", "5usd"], "max-calls": ["99"], deadline: ["3h"] }
    const { caps } = within(configured({ user, flags }), { limits: { tokens: 90_000 } })
    expect(caps).toStrictEqual({})
    expect(within(configured({ user, flags: { ...flags, budget: ["1h", "40calls"] } }), {}).caps).toStrictEqual({
      tokens: 60_000,
      nanoUsd: 2_000_000_000
    })
  })

  it("has nothing added where nothing is configured", () => {
    expect(within(configured({}), { limits: { turns: 3 } })).toStrictEqual({
      request: { limits: { turns: 3 } },
      caps: {}
    })
  })
})
