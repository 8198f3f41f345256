import { describe, expect, it } from "vitest"
import { plainLines } from "../../src/render/PlainLines.ts"
import { advance, emptyView } from "../../src/render/Progress.ts"
import { asked, call, factsOf, type Happening } from "./Events.ts"

const linesOf = (happenings: ReadonlyArray<Happening>) => {
  let view = emptyView
  return factsOf(happenings).flatMap((event) => {
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

  it("tell what agents that started others do with them", () => {
    const lead: ReadonlyArray<Happening> = [
      { what: "agent.Started", agent: "lead", body: { tokens: 80_000, goal: "Review all" } },
      {
        what: "tool.Intent",
        agent: "lead",
        body: { call: call("1", "update_plan", { steps: [{ text: "Look", status: "doing" }] }) }
      },
      { what: "tool.Done", agent: "lead", body: { callId: "1", ok: true } },
      {
        what: "tool.Intent",
        agent: "lead",
        body: { call: call("2", "spawn_agent", { agent: "explorer", goal: "Find what has\nno tests" }) }
      },
      {
        what: "agent.Queued",
        agent: "lead/explorer",
        body: { agent: "explorer", goal: "Find what has\nno tests", position: 3, of: 12 }
      },
      { what: "tool.Done", agent: "lead", body: { callId: "2", ok: true } },
      {
        what: "agent.Started",
        agent: "lead/explorer",
        body: { tokens: 8_000, goal: `Find what has no tests, ${"very ".repeat(20)}long` }
      },
      { what: "tool.Intent", agent: "lead", body: { call: call("3", "wait", { paths: ["explorer", "explorer#2"] }) } },
      { what: "agent.Waiting", agent: "lead", body: { paths: ["/root/lead/explorer", "/root/lead/explorer#2"] } },
      { what: "agent.Sent", agent: "lead/explorer", body: { id: "m1", to: "/root/lead", text: "src has none" } },
      { what: "agent.Heard", agent: "lead", body: { id: "m1", from: "/root/lead/explorer", text: "src has none" } },
      { what: "agent.Resumed", agent: "lead", body: { ms: 3_200 } },
      {
        what: "agent.TurnCompleted",
        agent: "lead",
        body: { turn: 3, purpose: "summary", charged: 900, text: "So far" }
      },
      { what: "agent.Compacted", agent: "lead", body: { before: 7, summary: "So far" } },
      { what: "agent.Waiting", agent: "lead", body: { paths: ["a", "b", "c", "d"].map((name) => `/root/${name}`) } },
      { what: "agent.Compacted", agent: "lead", body: { before: 9, summary: null } }
    ]
    expect(textsOf(lead)).toStrictEqual([
      "lead: started, 80,000 tokens",
      "lead: plan 0/1 Look",
      "lead: spawn_agent explorer Find what has no tests",
      "lead/explorer: queued, 3rd of 12: Find what has no tests",
      `lead/explorer: started, 8,000 tokens: Find what has no tests, ${"very ".repeat(10)}ver...`,
      "lead: wait explorer explorer#2",
      "lead: waits for lead/explorer, lead/explorer#2",
      "lead/explorer: to lead: src has none",
      "lead: goes on after 3.2 s",
      "lead: the conversation was summed up to make room",
      "lead: waits for 4 agents",
      "lead: the conversation was shortened: early results are only named from here on"
    ])
  })

  it("tell how many are at work at a time where more are asked for, and how that moves", () => {
    const begun = { ...asked("a", "b", "c"), at: 0 }
    const automatic = { ...begun, body: { ...Object(begun.body), request: { maxParallel: "auto" } } }
    const moved = (to: number, why: string) => ({ what: "run.Parallelism", body: { to, spawned: to, why } })
    const queued = { what: "agent.Queued", agent: "a/x", body: { agent: "x", goal: "Look" } }
    expect([textsOf([asked("a", "b")]), textsOf([begun, queued])]).toStrictEqual([
      [],
      ["run: 2 of 3 agents at a time", "a/x: queued, others are at work: Look"]
    ])
    expect(textsOf([automatic, moved(3, "waiting"), moved(1, "complaint")])).toStrictEqual([
      "run: 2 of 3 agents at a time at first",
      "run: 3 agents at a time: more of them wait",
      "run: 1 agent at a time: the provider says that it is asked too much"
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
