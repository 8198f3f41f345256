import { AgentPath } from "@deputize/core/domain/Ids"
import { describe, expect, it } from "vitest"
import { advance, noProgress, type Progress } from "../../src/render/Progress.ts"

const event = (namespace: string, type: string, body: unknown, path = "/root/code-reviewer") => ({
  namespace,
  type,
  body,
  path: AgentPath.make(path)
})

const linesOf = (events: ReadonlyArray<ReturnType<typeof event>>): ReadonlyArray<string> => {
  let progress: Progress = noProgress
  return events.flatMap((event) => {
    const next = advance(progress, event)
    progress = next.progress
    return next.lines
  })
}

const usage = (input: number, output: number) => ({ input, cached: 0, output, reasoning: 0 })

describe("progress", () => {
  it("tells an agent's life from its events, tokens added up per agent", () => {
    expect(
      linesOf([
        event("run", "Started", {}, "/root"),
        event("agent", "Started", { agent: "code-reviewer", tokens: 40_000, unavailable: ["tool ast", "net *"] }),
        event("agent", "Started", { agent: "test-gen", tokens: null, unavailable: [] }, "/root/test-gen"),
        event("tool", "Decided", { callId: "1", decision: { _tag: "Allow", rule: "read **" } }),
        event("tool", "Intent", { call: { id: "1", name: "grep", args: '{"pattern":"TODO\\n","path":"src"}' } }),
        event("agent", "TurnCompleted", { turn: 1, usage: usage(900, 100) }),
        event("agent", "TurnCompleted", { turn: 1, usage: usage(10, 5) }, "/root/test-gen"),
        event("tool", "Decided", {
          callId: "2",
          decision: { _tag: "Deny", rule: "read src", reason: "/etc is outside" }
        }),
        event("agent", "TurnCompleted", { turn: 2, usage: usage(2_000, 120) }),
        event("agent", "TurnFailed", {
          turn: 3,
          charged: 10,
          error: { tag: "ModelError", message: "it broke", hint: "" }
        }),
        event("agent", "Ended", { result: { status: "timed_out" } })
      ])
    ).toStrictEqual([
      "code-reviewer: started, 40,000 tokens",
      "code-reviewer: not available in this version: tool ast, net *",
      "test-gen: started",
      "code-reviewer: grep TODO src",
      "code-reviewer: turn 1, 1,000 / 40,000 tokens (3 %)",
      "test-gen: turn 1, 15 tokens",
      "code-reviewer: denied: /etc is outside",
      "code-reviewer: turn 2, 3,120 / 40,000 tokens (8 %)",
      "code-reviewer: turn 3 failed: it broke",
      "code-reviewer: timed out"
    ])
  })

  it("passes over events and arguments that it does not know", () => {
    expect(
      linesOf([
        event("other", "Thing", null),
        event("agent", "Invented", 7),
        event("tool", "Intent", { call: { name: "glob", args: "not json" } })
      ])
    ).toStrictEqual(["code-reviewer: glob"])
  })
})
