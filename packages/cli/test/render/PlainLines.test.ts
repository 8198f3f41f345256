import { describe, expect, it } from "vitest"
import { plainLines } from "../../src/render/PlainLines.ts"
import { advance, emptyView } from "../../src/render/Progress.ts"
import { call, eventsOf, type Happening } from "./Events.ts"

const linesOf = (happenings: ReadonlyArray<Happening>) => {
  let view = emptyView
  return eventsOf(happenings).flatMap((event) => {
    view = advance(view, event)
    return plainLines(view, event)
  })
}

const textsOf = (happenings: ReadonlyArray<Happening>) => linesOf(happenings).map(({ text }) => text)

const usage = (input: number, output: number) => ({ input, cached: 0, output, reasoning: 0 })

const life: ReadonlyArray<Happening> = [
  { what: "run.Started" },
  { what: "agent.Started", body: { agent: "code-reviewer", tokens: 40_000, unavailable: ["tool ast", "net *"] } },
  { what: "agent.Started", agent: "test-gen", body: { agent: "test-gen", tokens: null, unavailable: [] } },
  { what: "tool.Decided", body: { callId: "1", decision: { _tag: "Allow", rule: "read **" } } },
  { what: "tool.Intent", body: { call: call("1", "grep", { pattern: "TODO\n", path: "src" }) } },
  { what: "agent.TurnProgress", body: { turn: 1, text: "I look" } },
  { what: "agent.TurnCompleted", body: { turn: 1, charged: 1_000, usage: usage(900, 100) } },
  { what: "agent.TurnCompleted", agent: "test-gen", body: { turn: 1, usage: usage(10, 5) } },
  {
    what: "tool.Decided",
    body: { callId: "2", decision: { _tag: "Deny", rule: "read src", reason: "/etc is outside" } }
  },
  { what: "agent.TurnCompleted", body: { turn: 2, charged: 2_110, usage: usage(2_000, 110) } },
  { what: "agent.TurnFailed", body: { turn: 3, charged: 10, error: { message: "it broke" }, retryInMs: 2_000 } },
  { what: "agent.TurnFailed", body: { turn: 3, charged: 0, error: { message: "it broke\nagain" }, retryInMs: null } },
  { what: "agent.Ended", body: { result: { status: "timed_out" } } }
]

describe("plain lines", () => {
  it("tell an agent's life from its events, tokens added up per agent", () => {
    expect(textsOf(life)).toStrictEqual([
      "code-reviewer: started, 40,000 tokens",
      "code-reviewer: not available in this version: tool ast, net *",
      "test-gen: started",
      "code-reviewer: grep TODO src",
      "code-reviewer: turn 1, 1,000 / 40,000 tokens (3 %)",
      "test-gen: turn 1, 15 tokens",
      "code-reviewer: denied: /etc is outside",
      "code-reviewer: turn 2, 3,110 / 40,000 tokens (8 %)",
      "code-reviewer: turn 3 failed: it broke; trying again in 2.0 s",
      "code-reviewer: turn 3 failed: it broke again",
      "code-reviewer: timed out"
    ])
  })

  it("that are said beside a live tree are those that something is wrong in", () => {
    expect(linesOf(life).flatMap(({ isNotable, text }) => (isNotable ? [text] : []))).toStrictEqual([
      "code-reviewer: not available in this version: tool ast, net *",
      "code-reviewer: denied: /etc is outside",
      "code-reviewer: turn 3 failed: it broke; trying again in 2.0 s",
      "code-reviewer: turn 3 failed: it broke again"
    ])
  })

  it("pass over events and arguments that they do not know", () => {
    expect(
      textsOf([
        { what: "other.Thing", body: null },
        { what: "agent.Invented", body: 7 },
        { what: "tool.Intent", body: { call: { name: "glob", args: "not json" } } }
      ])
    ).toStrictEqual(["code-reviewer: glob"])
  })
})
