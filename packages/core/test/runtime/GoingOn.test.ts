import { describe, expect, it } from "@effect/vitest"
import type { AgentResult, AgentStatus } from "../../src/agent/AgentResult.ts"
import type { Amounts } from "../../src/budget/Amounts.ts"
import type { Failure } from "../../src/domain/Failure.ts"
import { AgentPath, rootPath } from "../../src/domain/Ids.ts"
import { Usage } from "../../src/domain/Usage.ts"
import { goingOn, type Situation } from "../../src/runtime/resume/GoingOn.ts"
import type { AgentPast } from "../../src/runtime/resume/RunPast.ts"

type Told = ReadonlyArray<string>

/** `lead`, and `lead/a`, `lead/b` below it; a state is that of its end, null for one that has none. */
const family = (
  states: Readonly<Record<string, AgentStatus | Failure | null>>,
  told: Readonly<Record<string, Told>> = {}
): ReadonlyMap<AgentPath, AgentPast> =>
  new Map(
    Object.entries(states).map(([name, state]) => {
      const path = AgentPath.make(`${rootPath}/${name}`)
      const parent = AgentPath.make(path.slice(0, path.lastIndexOf("/")))
      const agent: AgentPast = {
        path,
        parent,
        spawned: parent === rootPath ? null : spawned,
        result: state === null ? null : ended(path, state),
        events: [],
        told: new Set((told[name] ?? []).map((each) => AgentPath.make(`${path}/${each}`))),
        heard: new Set(),
        sent: [],
        failedCalls: new Set()
      }
      return [path, agent]
    })
  )

const spawned: NonNullable<AgentPast["spawned"]> = {
  _tag: "Spawned",
  call: "c",
  agent: "x",
  definition: "",
  goal: "",
  inputs: {},
  scope: [],
  ceiling: [],
  limit: {},
  guarantee: {},
  copy: 1,
  order: 1
}

const ended = (path: AgentPath, state: AgentStatus | Failure): AgentResult => ({
  path,
  agent: "x",
  goal: "",
  scope: [],
  model: "m",
  status: typeof state === "string" ? state : "paused",
  verified: false,
  answer: "",
  artifacts: [],
  turns: 1,
  toolCalls: 0,
  durationMs: 0,
  waitedMs: 0,
  usage: Usage.zero,
  tokens: null,
  tokensCharged: 0,
  unknownTokens: 0,
  overdraft: 0,
  nanoUsd: 0,
  checks: [],
  error: typeof state === "string" ? null : state
})

const lacks = (asked: number, more: object = {}): Failure => ({
  tag: "BudgetExceeded",
  message: "",
  hint: "",
  unit: "tokens",
  asked,
  ...more
})

const decided = (
  states: Parameters<typeof family>[0],
  more: Partial<Situation> & { readonly told?: Readonly<Record<string, Told>>; readonly left?: number } = {}
) => {
  const { left = 1_000, told, ...rest } = more
  const total: Amounts = { tokens: left }
  const { agents, lacking } = goingOn({
    agents: family(states, told),
    limits: new Map(),
    total,
    used: () => ({}),
    turns: () => 10,
    more: {},
    said: new Set(),
    ...rest
  })
  const going = Array.from(agents, ([path, { revived }]) => `${path.slice(6)}${revived ? " revived" : ""}`)
  return { going, lacking }
}

describe("of the agents of a run", () => {
  const cases: ReadonlyArray<{
    readonly what: string
    readonly states: Parameters<typeof family>[0]
    readonly more?: Parameters<typeof decided>[1]
    readonly going: ReadonlyArray<string>
  }> = [
    {
      what: "those that were cut go on, and those that are complete do not",
      states: { lead: null, "lead/a": null, "lead/b": "completed", other: "completed" },
      going: ["lead", "lead/a"]
    },
    {
      what: "a child whose end its parent knows does not, however it ended",
      states: { lead: null, "lead/a": "failed", "lead/b": "cancelled" },
      more: { told: { lead: ["a"] } },
      going: ["lead", "lead/b"]
    },
    {
      what: "children of one that does not go on do not",
      states: { lead: "completed", "lead/a": "failed", "lead/b": "timed_out" },
      going: []
    },
    {
      what: "one that failed, was cancelled or had no time left goes on",
      states: { a: "failed", b: "cancelled", c: "timed_out" },
      going: ["a", "b", "c"]
    },
    {
      what: "one that lacked budget stays closed while it still does",
      states: { a: lacks(2_000), b: lacks(900) },
      going: ["b revived"]
    },
    {
      what: "one that lacked budget goes on with what comes",
      states: { a: lacks(2_000) },
      more: { more: { tokens: 1_000 } },
      going: ["a revived"]
    },
    {
      what: "one that was billed beyond what was held stays closed whatever comes",
      states: { a: lacks(10, { closed: "overdrawn" }) },
      more: { more: { tokens: 1_000 } },
      going: []
    },
    {
      what: "one that had no turns left goes on with more of them",
      states: {
        a: { tag: "TurnLimitReached", message: "", hint: "", turns: 9 },
        b: { tag: "TurnLimitReached", message: "", hint: "", turns: 10 }
      },
      going: ["a revived"]
    },
    {
      what: "one that something was said to goes on, with all above it and nobody beside it",
      states: { lead: "completed", "lead/a": "completed", "lead/b": "failed", other: "completed" },
      more: { said: new Set([AgentPath.make("/root/lead/a")]), told: { lead: ["a", "b"] } },
      going: ["lead revived", "lead/a revived"]
    }
  ]
  it.each(cases)("$what", ({ going, more, states }) => {
    expect(decided(states, more).going).toStrictEqual(going)
  })

  it("what those lack that stay closed is added up", () => {
    const turns = { tag: "TurnLimitReached", message: "", hint: "", turns: 12 }
    expect(decided({ a: lacks(1_300), b: lacks(1_500), c: turns }).lacking).toStrictEqual({ tokens: 800, turns: 13 })
  })

  it("a node above an agent may be what lacks", () => {
    const [lead, a] = [AgentPath.make("/root/lead"), AgentPath.make("/root/lead/a")]
    const limits = new Map([
      [lead, { tokens: 500 }],
      [a, { tokens: 2_000 }]
    ])
    const states = { lead: null, "lead/a": lacks(300) }
    const used = (path: AgentPath) => ({ tokens: path === lead ? 300 : 100 })
    expect(decided(states, { limits, used }).going).toStrictEqual(["lead"])
    expect(decided(states, { limits, used: () => ({ tokens: 100 }) }).going).toStrictEqual(["lead", "lead/a revived"])
  })
})
