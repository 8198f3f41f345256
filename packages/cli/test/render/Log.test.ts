import { describe, expect, it } from "vitest"
import { dateAndTime, logLine } from "../../src/render/Log.ts"
import { makeStyle } from "../../src/render/Style.ts"
import { asked, call, factsOf, type Happening, start, started } from "./Events.ts"

const golden = (name: string) => new URL(`golden/${name}.txt`, import.meta.url).pathname

const long = `# Report\n\n${"- `src/a.ts:1` swallows an error\n".repeat(4)}`

/** One of every kind. */
const life: ReadonlyArray<Happening> = [
  asked("code-reviewer", "test-gen"),
  started("code-reviewer"),
  { what: "agent.TurnRequested", body: { turn: 1, attempt: 1, reserved: 4_407, maxOutputTokens: 900, closing: false } },
  { what: "agent.TurnProgress", body: { turn: 1, text: "I look\nfirst" } },
  {
    what: "agent.TurnFailed",
    body: { turn: 1, attempt: 1, charged: 4_407, error: { message: "the stream was cut" }, retryInMs: 1_500 }
  },
  { what: "agent.TurnRequested", body: { turn: 1, attempt: 2, reserved: 4_407, closing: true } },
  {
    what: "agent.TurnCompleted",
    body: {
      turn: 1,
      text: "",
      calls: [call("1", "grep", { pattern: "TODO", path: "src" })],
      charged: 837,
      nanoUsd: 1_200_000,
      finish: "tool_calls"
    }
  },
  {
    what: "tool.Decided",
    body: { action: { _tag: "Read", path: "src" }, decision: { _tag: "Allow", rule: "read **" } }
  },
  { what: "tool.Intent", body: { call: call("1", "grep", { pattern: "TODO", path: "src" }) } },
  { what: "tool.Changing", body: { callId: "1", change: { path: "src/a.ts", before: null, after: "ab" } } },
  {
    what: "tool.Done",
    body: { callId: "1", ok: true, text: "src/a.ts:1: TODO", ms: 120, changes: [{ path: "src/a.ts" }] }
  },
  {
    what: "tool.Decided",
    body: {
      action: { _tag: "Exec", argv: ["rm", "-rf"] },
      decision: { _tag: "Deny", rule: "exec", reason: "no command may be run" }
    }
  },
  { what: "tool.Done", body: { callId: "2", ok: false, text: "no command may be run", ms: 0, changes: [] } },
  { what: "agent.Compacted", body: { before: 12 } },
  { what: "agent.Checked", body: { check: { command: "npm test", ok: false, exitCode: 1, output: "boom" } } },
  { what: "agent.Told", body: { text: "npm test failed:\nboom" } },
  { what: "agent.Checked", body: { check: { command: "npm test", ok: true, exitCode: 0, output: "" } } },
  {
    what: "agent.TurnCompleted",
    body: { turn: 2, text: long, calls: [], charged: 900, nanoUsd: null, finish: "length" }
  },
  {
    what: "agent.Ended",
    body: {
      result: { status: "completed", turns: 2, toolCalls: 1, durationMs: 16_000, tokensCharged: 6_144, error: null }
    }
  },
  {
    what: "agent.Ended",
    agent: "test-gen",
    body: { result: { status: "timed_out", error: { message: "/root/test-gen ran\nout of time" } } }
  },
  { what: "mail.Sent", body: { to: "nobody" } },
  { what: "run.Ended", body: { status: "partial", wallMs: 21_000, usedTokens: 6_144, nanoUsd: null } }
]

/** Of an agent that starts others. */
const nested: ReadonlyArray<Happening> = [
  asked("code-lead"),
  started("code-lead"),
  {
    what: "tool.Intent",
    agent: "code-lead",
    body: {
      call: call("1", "update_plan", {
        steps: [
          { text: "一覧を作る", status: "done" },
          { text: "Have each reviewed", status: "doing" }
        ]
      })
    }
  },
  { what: "tool.Intent", agent: "code-lead", body: { call: call("2", "load_skill", { name: "review-in-parts" }) } },
  {
    what: "tool.Decided",
    agent: "code-lead",
    body: { action: { _tag: "Spawn", agent: "explorer" }, decision: { _tag: "Allow", rule: "spawn explorer" } }
  },
  {
    what: "tool.Intent",
    agent: "code-lead",
    body: { call: call("3", "spawn_agent", { agent: "explorer", goal: "Find what has no tests" }) }
  },
  {
    what: "agent.Queued",
    agent: "code-lead/explorer",
    body: { agent: "explorer", goal: "Find what has no tests", position: 3, of: 12 }
  },
  { ...started("code-lead/explorer"), agent: "code-lead/explorer" },
  { ...started("code-lead/explorer/test-gen"), agent: "code-lead/explorer/test-gen" },
  { what: "agent.Waiting", agent: "code-lead", body: { paths: ["/root/code-lead/explorer"] } },
  {
    what: "agent.Sent",
    agent: "code-lead/explorer/test-gen",
    body: { id: "m", to: "/root/code-lead/explorer", text: "a\nb" }
  },
  {
    what: "agent.Heard",
    agent: "code-lead/explorer",
    body: { id: "m", from: "/root/code-lead/explorer/test-gen", text: "a\nb" }
  },
  {
    what: "tool.Decided",
    agent: "code-lead/explorer/test-gen",
    body: {
      action: { _tag: "Spawn", agent: "refactorer" },
      decision: { _tag: "Deny", rule: "spawn", reason: "it may start explorer only" }
    }
  },
  { what: "agent.TurnRequested", agent: "code-lead/explorer", body: { turn: 4, purpose: "summary", reserved: 9_000 } },
  {
    what: "agent.TurnCompleted",
    agent: "code-lead/explorer",
    body: { turn: 4, purpose: "summary", charged: 8_100, nanoUsd: null, text: "Found so far: a", finish: "stop" }
  },
  { what: "agent.Compacted", agent: "code-lead/explorer", body: { before: 12, summary: "Found so far: a" } },
  { what: "agent.Resumed", agent: "code-lead", body: { ms: 12_400 } },
  { what: "run.Resumed", body: {} },
  { what: "run.Parallelism", body: { to: 5, spawned: 5, why: "waiting" } },
  { what: "run.Parallelism", body: { to: 2, spawned: 2, why: "complaint" } }
]

const logOf = (verbose: boolean, events = factsOf(life)): string =>
  events
    .map((event) => logLine(event, { style: makeStyle(false, true), verbose, clock: (time) => dateAndTime(time, 0) }))
    .filter((line) => line !== null)
    .map((line) => `${line}\n`)
    .join("")

describe("the log of a run", () => {
  it("has a line in plain words for every event", async () => {
    await expect(logOf(false)).toMatchFileSnapshot(golden("log"))
  })
  it("has whole texts, and text as it came, when more is asked for", async () => {
    await expect(logOf(true)).toMatchFileSnapshot(golden("log-verbose"))
  })
  it("has what agents that others started do further to the right", async () => {
    await expect(logOf(false, factsOf(nested))).toMatchFileSnapshot(golden("log-nested"))
  })
  it("has a line for events whose bodies have nothing that it knows", () => {
    const bare = factsOf(life.map(({ what }) => ({ what, body: null })))
    expect(logOf(true, bare).split("\n")).toHaveLength(life.length + 1)
  })
  it("says why an agent lives again", () => {
    const [resumed, alone, crashed] = factsOf([
      { what: "agent.Continued", body: { cause: "resume", restart: 0 } },
      { what: "agent.Continued", body: { cause: "restart", restart: 1 } },
      { what: "agent.Continued", body: { cause: "restart", restart: 2, crash: { tag: "E", message: "it\nbroke" } } }
    ])
    const manner = { style: makeStyle(false, true), verbose: false, clock: () => "now" }
    expect([resumed, alone, crashed].map((event) => event && logLine(event, manner))).toStrictEqual([
      "now code-reviewer: goes on from its record",
      "now code-reviewer: is restarted, the 1st time",
      "now code-reviewer: is restarted, the 2nd time: it broke"
    ])
  })
  it("marks what went wrong, and shows what a terminal would obey", () => {
    const [event] = factsOf([
      { what: "agent.Ended", body: { result: { status: "failed", error: { message: "\u001b[2J" } } } }
    ])
    const manner = { style: makeStyle(true, true), verbose: false, clock: () => "now" }
    expect(event && logLine(event, manner)).toBe(
      "\u001b[2mnow\u001b[0m \u001b[36mcode-reviewer:\u001b[0m \u001b[31mfailed, no turns, no tool calls, 0.0 s, 0 tokens: \\u{1b}[2J\u001b[0m"
    )
  })
})

describe("the time of an event", () => {
  it("is that of the reader's zone", () => {
    expect([0, 540, -300].map((offset) => dateAndTime(start, offset))).toStrictEqual([
      "2023-11-14 22:13:20",
      "2023-11-15 07:13:20",
      "2023-11-14 17:13:20"
    ])
  })
})
