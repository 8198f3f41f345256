/**
 * Budgets against a provider that counts for itself: what it bills is the witness.
 */
import { afterAll, describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type { RunRequest } from "../../src/runtime/RunRequest.ts"
import { type Answer, alwaysCalls, providerServer, type Received } from "../../src/testing/ProviderServer.ts"
import { agent, makeWorkspace, overTheWire, run, type Wire, wires } from "./Rig.ts"

const workspace = makeWorkspace()
afterAll(workspace.remove)

const endless = (received: Received): Answer =>
  received.toolNames.length === 0 ? { text: `Closing answer to: ${received.goal}` } : alwaysCalls(received)

const goals = (count: number) => Array.from({ length: count }, (_, index) => `goal number ${index}`)

/** Runs against a provider of its own and says what both sides counted. */
const witnessed = (
  wire: Wire,
  request: Omit<RunRequest, "workspace">,
  answer: (received: Received) => Answer = endless
) =>
  Effect.gen(function* () {
    const server = yield* providerServer(answer)
    const result = yield* run({ workspace: workspace.root, ...request }).pipe(
      Effect.provide(overTheWire(workspace.root, server.url, wire))
    )
    return { billed: server.billed.total, requests: server.requests.length, result }
  }).pipe(Effect.scoped)

describe.each(wires)("over the %s wire", (wire) => {
  it.live.each([1, 10, 50])("%i agents for ever calling tools stay within one budget of 10,000 and use it", (count) =>
    Effect.gen(function* () {
      const agents = goals(count).map((goal) => agent("explorer", goal))
      const { billed, result } = yield* witnessed(wire, { agents, limits: { tokens: 10_000 } })
      expect(billed).toBeLessThanOrEqual(10_000)
      expect(billed).toBeGreaterThan(4_000)
      expect(result.budget.tokens.used).toBe(billed)
      expect(result.limitReached).toBe("budget")
      expect(result.agents.length).toBe(count)
      for (const [index, each] of result.agents.entries()) {
        expect([each.status, each.error?.tag]).toStrictEqual(["paused", "BudgetExceeded"])
        expect(each.answer).toBe(each.turns === 0 ? "" : `Closing answer to: goal number ${index}`)
      }
      expect(result.agents.filter((each) => each.turns > 0).length).toBeGreaterThan(0)
    })
  )

  it.live.each([3_000, 5_000, 8_000])("a budget of %i ends with an answer", (tokens) =>
    Effect.gen(function* () {
      const { billed, result } = yield* witnessed(wire, { agents: [agent("explorer", "look", { limits: { tokens } })] })
      expect(billed).toBeLessThanOrEqual(tokens)
      expect(result.agents[0]?.answer).toBe("Closing answer to: look")
      expect(result.agents[0]?.status).toBe("paused")
    })
  )

  it.live("budgets of the agents' own hold each for itself", () =>
    Effect.gen(function* () {
      const limits = [4_000, 9_000, 14_000]
      const agents = limits.map((tokens, index) => agent("explorer", `goal number ${index}`, { limits: { tokens } }))
      const { billed, result } = yield* witnessed(wire, { agents })
      expect(billed).toBe(result.budget.tokens.used)
      for (const [index, each] of result.agents.entries()) {
        expect(each.tokensCharged).toBeLessThanOrEqual(limits[index] ?? 0)
        expect(each.answer).toBe(`Closing answer to: goal number ${index}`)
      }
    })
  )

  it.live("a greedy agent leaves a modest one its even part", () =>
    Effect.gen(function* () {
      const looks = (received: Received): Answer =>
        received.goal === "greedy" || received.toolNames.length === 0
          ? endless(received)
          : received.toolOutputs.length < 2
            ? alwaysCalls(received)
            : { text: "modest is done" }
      const agents = [agent("explorer", "greedy"), agent("researcher", "modest")]
      const { billed, result } = yield* witnessed(wire, { agents, limits: { tokens: 24_000 }, maxParallel: 1 }, looks)
      expect(billed).toBeLessThanOrEqual(24_000)
      expect(result.agents.map(({ answer, status }) => [answer, status])).toStrictEqual([
        ["Closing answer to: greedy", "paused"],
        ["modest is done", "completed"]
      ])
      expect(result.limitReached).toBe("budget")
    })
  )

  it.live("a limit in money and one on tool calls hold as well", () =>
    Effect.gen(function* () {
      const agents = goals(4).map((goal) => agent("explorer", goal))
      const nanoUsd = 20_000_000
      const money = yield* witnessed(wire, { agents, limits: { tokens: 1_000_000, nanoUsd } })
      expect(money.result.nanoUsd).toBeLessThanOrEqual(nanoUsd)
      expect(money.result.nanoUsd).toBeGreaterThan(nanoUsd / 4)
      expect(money.result.agents.map(({ error }) => error?.unit)).toStrictEqual(goals(4).map(() => "nanoUsd"))
      const calls = yield* witnessed(wire, { agents, limits: { tokens: 1_000_000, toolCalls: 10 } })
      expect(calls.result.agents.map(({ error }) => error?.unit)).toStrictEqual(goals(4).map(() => "calls"))
      expect(calls.result.limitReached).toBe("budget")
    })
  )

  it.live("a provider that bills more than its cap is named, and its agent closed", () =>
    Effect.gen(function* () {
      const over = (received: Received): Answer => ({ ...endless(received), text: "x".repeat(30_000), ignoreCap: true })
      const agents = [agent("explorer", "look", { limits: { tokens: 8_000 } })]
      const { billed, result } = yield* witnessed(wire, { agents }, over)
      const [only] = result.agents
      expect(only?.overdraft).toBeGreaterThan(0)
      expect([only?.status, only?.error?.tag, only?.error?.closed]).toStrictEqual([
        "paused",
        "BudgetExceeded",
        "overdrawn"
      ])
      expect(only?.tokensCharged).toBe(billed)
      expect(only?.turns).toBe(1)
    })
  )
})
