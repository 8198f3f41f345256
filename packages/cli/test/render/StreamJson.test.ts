import { resultJson } from "@deputize/core/runtime/ResultJson"
import * as Schema from "effect/Schema"
import { describe, expect, it } from "vitest"
import { advance, emptyView } from "../../src/render/Progress.ts"
import { linesOf, resultLine, StreamLine } from "../../src/render/StreamJson.ts"
import { asked, call, factsOf, type Happening, start, started } from "./Events.ts"
import { agentResult, runResult } from "./Results.ts"

const streamed = (happenings: ReadonlyArray<Happening>): ReadonlyArray<StreamLine> => {
  let view = emptyView
  return factsOf(happenings).flatMap((event) => {
    view = advance(view, event)
    return linesOf(view, event)
  })
}

const failure = { tag: "ModelError", message: "it broke", hint: "", stage: "streaming" }
const head = (seq: number, path = "/root/code-reviewer", parent: string | null = "/root") => ({
  run: "r0mh8k3x2q7f4a",
  path,
  parent,
  seq,
  time: start + (seq - 1) * 1_000
})
const none = { tokens: { used: 0, limit: 40_000 }, usd: { used: null, limit: null } }

const life: ReadonlyArray<Happening> = [
  asked("code-reviewer"),
  started("code-reviewer"),
  { what: "agent.TurnRequested", body: { turn: 1, attempt: 1 } },
  { what: "agent.TurnProgress", body: { turn: 1, text: "I lo" } },
  {
    what: "agent.TurnFailed",
    body: { turn: 1, attempt: 1, charged: 0, nanoUsd: null, error: failure, retryInMs: 250 }
  },
  {
    what: "agent.TurnCompleted",
    body: { turn: 1, text: "I look", calls: [], charged: 1_000, nanoUsd: 1_500_000, finish: "tool_calls" }
  },
  {
    what: "agent.TurnCompleted",
    body: { turn: 2, text: "", calls: [], charged: 10, nanoUsd: null, finish: "tool_calls" }
  },
  {
    what: "tool.Decided",
    body: { callId: "1", action: { _tag: "Read", path: "src" }, decision: { _tag: "Allow", rule: "read **" } }
  },
  {
    what: "tool.Decided",
    body: {
      callId: "2",
      action: { _tag: "Exec", argv: ["rm"] },
      decision: { _tag: "Deny", rule: "exec", reason: "no shell" }
    }
  },
  { what: "tool.Intent", body: { call: call("1", "grep", { pattern: "TODO" }) } },
  { what: "tool.Intent", body: { call: { id: "3", name: "grep", args: "no json" } } },
  { what: "tool.Done", body: { callId: "1", ok: true, text: "src/a.ts:1", ms: 4.5, changes: [] } },
  { what: "agent.Ended", body: { result: { status: "failed", answer: "I look", error: failure } } },
  { what: "run.Ended", body: {} }
]

const steps = [
  { text: "Look", status: "done" },
  { text: "Test", status: "doing" }
]
const child = "code-reviewer/x"

/** What an agent that starts others does beyond that. */
const nested: ReadonlyArray<Happening> = [
  { what: "tool.Intent", body: { call: call("1", "update_plan", { steps }) } },
  { what: "tool.Done", body: { callId: "1", ok: true, text: "Noted.", ms: 1, changes: [] } },
  { what: "agent.Queued", agent: child, body: { agent: "x", goal: "Look", position: 3, of: 12 } },
  { ...started("x"), agent: child },
  { what: "agent.Waiting", body: { paths: ["/root/code-reviewer/x"] } },
  { what: "agent.Sent", agent: child, body: { id: "m1", to: "/root/code-reviewer", text: "Found it" } },
  { what: "agent.Heard", body: { id: "m1", from: "/root/code-reviewer/x", text: "Found it" } },
  { what: "agent.Resumed", body: { ms: 40 } },
  { what: "agent.TurnRequested", body: { turn: 2, purpose: "summary" } },
  { what: "agent.TurnProgress", body: { turn: 2, text: "So f" } },
  { what: "agent.TurnCompleted", body: { turn: 2, purpose: "summary", charged: 10, text: "So far", finish: "stop" } },
  { what: "agent.Compacted", body: { before: 5, summary: "So far" } }
]

describe("a run as lines of JSON", () => {
  it("has a line for each thing that happens, with its place in the record", () => {
    expect(streamed(life)).toStrictEqual([
      {
        type: "init",
        ...head(1, "/root", null),
        schema_version: 1,
        workspace: "/w",
        provider: "offline",
        mode: "evidence-only",
        budget: { tokens: 80_000, usd: null, deadline_ms: null },
        agents: [{ path: "/root/code-reviewer", agent: "code-reviewer", goal: "Goal of code-reviewer" }]
      },
      {
        type: "agent_start",
        ...head(2),
        agent: "code-reviewer",
        goal: "g",
        scope: ["src"],
        model: "m",
        tools: ["grep"],
        unavailable: [],
        budget: { tokens: 40_000, usd: null }
      },
      { type: "message", ...head(4), turn: 1, partial: true, text: "I lo", finish: null },
      { type: "error", ...head(5), turn: 1, attempt: 1, error: failure, retry_in_ms: 250 },
      { type: "budget", ...head(5), ...none },
      { type: "message", ...head(6), turn: 1, partial: false, text: "I look", finish: "tool_calls" },
      { type: "budget", ...head(6), tokens: { used: 1_000, limit: 40_000 }, usd: { used: 0.0015, limit: null } },
      { type: "budget", ...head(7), tokens: { used: 1_010, limit: 40_000 }, usd: { used: 0.0015, limit: null } },
      {
        type: "permission",
        ...head(8),
        id: "1",
        action: { _tag: "Read", path: "src" },
        allowed: true,
        rule: "read **",
        reason: null
      },
      {
        type: "permission",
        ...head(9),
        id: "2",
        action: { _tag: "Exec", argv: ["rm"] },
        allowed: false,
        rule: "exec",
        reason: "no shell"
      },
      { type: "tool_use", ...head(10), id: "1", name: "grep", input: { pattern: "TODO" } },
      { type: "tool_use", ...head(11), id: "3", name: "grep", input: "no json" },
      { type: "tool_result", ...head(12), id: "1", ok: true, text: "src/a.ts:1", duration_ms: 4.5, settled: null },
      { type: "agent_end", ...head(13), status: "failed", answer: "I look", error: failure }
    ])
  })

  it("tells what agents do with others, and with their own conversation", () => {
    const below = (seq: number) => head(seq, "/root/code-reviewer/x", "/root/code-reviewer")
    const message = { id: "m1", from: "/root/code-reviewer/x", to: "/root/code-reviewer", text: "Found it" }
    const limits = { tokens: 40_000, usd: null }
    expect(streamed(nested)).toStrictEqual([
      { type: "tool_use", ...head(1), id: "1", name: "update_plan", input: { steps } },
      { type: "tool_result", ...head(2), id: "1", ok: true, text: "Noted.", duration_ms: 1, settled: null },
      { type: "plan", ...head(2), steps },
      { type: "agent_queued", ...below(3), agent: "x", goal: "Look", position: 3, of: 12 },
      {
        type: "agent_start",
        ...below(4),
        agent: "x",
        goal: "g",
        scope: ["src"],
        model: "m",
        tools: ["grep"],
        unavailable: [],
        budget: limits
      },
      { type: "agent_waiting", ...head(5), paths: ["/root/code-reviewer/x"] },
      { type: "agent_message", ...below(6), event: "sent", ...message },
      { type: "agent_message", ...head(7), event: "heard", ...message },
      { type: "agent_resumed", ...head(8), waited_ms: 40 },
      { type: "budget", ...head(11), tokens: { used: 10, limit: null }, usd: { used: null, limit: null } },
      { type: "compaction", ...head(12), summary: "So far" }
    ])
  })

  it("ends with the result, as --json has it", () => {
    const result = resultJson(runResult([agentResult({})]))
    const last = factsOf(life).at(-1)
    expect(last === undefined ? undefined : resultLine(last, result)).toStrictEqual({
      type: "result",
      ...head(14, "/root", null),
      result
    })
  })

  it("is described by its schema, also where a record of another version lacks what it shows", () => {
    const bare = [...life, ...nested].map(({ what }) => ({ what, body: {} }))
    expect(
      [...streamed(life), ...streamed(nested), ...streamed(bare)].filter((line) => !Schema.is(StreamLine)(line))
    ).toStrictEqual([])
  })

  it("passes over events that it does not know", () => {
    expect(streamed([{ what: "other.Thing" }, { what: "agent.Invented" }, { what: "run.Ended" }])).toStrictEqual([])
  })
})
