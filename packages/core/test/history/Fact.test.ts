import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { AgentEvent } from "../../src/agent/AgentEvent.ts"
import { factOf } from "../../src/history/Fact.ts"
import { RunEvent } from "../../src/runtime/RunEvent.ts"
import { ToolEvent } from "../../src/tool/ToolEvent.ts"

const types = [
  ...RunEvent.members.map(({ fields }) => ["run", fields._tag.schema.literal] as const),
  ...AgentEvent.members.map(({ fields }) => ["agent", fields._tag.schema.literal] as const),
  ...ToolEvent.members.map(({ fields }) => ["tool", fields._tag.schema.literal] as const)
]

/** What a view may meet in the place of a body, or of any part of one. */
const anything: ReadonlyArray<unknown> = [undefined, null, 7, "text", true, [], {}, [null], { agents: 3, calls: [7] }]

describe("the fact of an event", () => {
  it.each(types)("is known for what this version writes: %s.%s", (namespace, type) => {
    const tags = anything.map((body) => factOf({ namespace, type, body })._tag)
    expect(new Set(tags)).toStrictEqual(new Set([`${namespace}.${type}`]))
  })

  it("has everything of a body that views tell of it", () => {
    const result = {
      agent: "a",
      goal: "g",
      model: "m",
      status: "paused",
      verified: true,
      answer: "It is so.",
      artifacts: ["a.md"],
      turns: 2,
      toolCalls: 3,
      durationMs: 40,
      waitedMs: 7,
      tokensCharged: 50,
      nanoUsd: 6,
      error: { tag: "BudgetExceeded", message: "no more", hint: "give more", at: "/root" }
    }
    const body = { result: { ...result, later: "unknown" } }
    expect(factOf({ namespace: "agent", type: "Ended", body })).toStrictEqual({ _tag: "agent.Ended", result })
  })

  it("keeps what another package or a later version has written", () => {
    const strangers = [
      { namespace: "mail", type: "Sent", body: { to: "nobody" } },
      { namespace: "agent", type: "Dreamt", body: 7 },
      { namespace: "tool", type: "constructor", body: null }
    ]
    expect(strangers.map(factOf)).toStrictEqual(strangers.map((event) => ({ _tag: "Unknown", ...event })))
  })

  it("takes no state that it does not know for a success", () => {
    const statuses = ["completed", "partial", "thriving", 7, undefined]
    expect(
      statuses.map((status) => {
        const run = factOf({ namespace: "run", type: "Ended", body: { status } })
        const agent = factOf({ namespace: "agent", type: "Ended", body: { result: { status } } })
        return [run._tag === "run.Ended" ? run.status : run, agent._tag === "agent.Ended" ? agent.result.status : agent]
      })
    ).toStrictEqual([
      ["completed", "completed"],
      ["partial", "failed"],
      ["failed", "failed"],
      ["failed", "failed"],
      ["failed", "failed"]
    ])
  })

  it("charges a turn of a record from before charges were kept at its usage", () => {
    const body = { turn: 1, usage: { input: 100, output: 20 } }
    const fact = factOf({ namespace: "agent", type: "TurnCompleted", body })
    expect(fact).toMatchObject({ charged: 120, usage: { input: 100, cached: 0, output: 20, reasoning: 0 } })
  })

  it.effect.prop(
    "never fails, whatever the body",
    [Schema.Json, Schema.Literals(types.map(([, type]) => type))],
    ([body, type]) =>
      Effect.sync(() => {
        for (const namespace of ["run", "agent", "tool"]) {
          expect(typeof factOf({ namespace, type, body })._tag).toBe("string")
        }
      })
  )
})
