import { describe, expect, it } from "vitest"
import type { AgentView } from "../../src/render/AgentView.ts"
import { advance, emptyView, queueIn } from "../../src/render/Progress.ts"
import { asked, call, factsOf, type Happening, start, started, viewOf } from "./Events.ts"

/** The only agent after all that, without what stays the same. */
const after = (...happenings: ReadonlyArray<Happening>): Partial<AgentView> => {
  const [agent] = viewOf([started("code-reviewer"), ...happenings]).agents
  const {
    depth: _,
    order: _______,
    goal: __,
    limit: ___,
    line: ________,
    nanoUsdLimit: ____,
    path: _____,
    startedAt: ______,
    ...rest
  } = agent ?? unknown
  return rest
}
const unknown = { depth: 0, order: null, goal: "", limit: 0, line: null, nanoUsdLimit: 0, path: "", startedAt: 0 }

const running = (activity: unknown) => ({ _tag: "Running", activity })
const fresh = { used: 0, nanoUsd: null, turns: 0, said: { turn: 0, text: "" }, plan: null }

describe("a run's view", () => {
  it("has the agents in the order asked, waiting, and children behind those that started them", () => {
    const { agents, ...run } = viewOf([
      asked("a", "b"),
      started("b", null),
      started("b/x", 500),
      started("a", 1_000),
      started("a/y"),
      started("b/x/z"),
      started("b/w")
    ])
    expect(agents.map(({ depth, path, state }) => `${depth} ${path} ${state._tag}`)).toStrictEqual([
      "1 /root/a Running",
      "2 /root/a/y Running",
      "1 /root/b Running",
      "2 /root/b/x Running",
      "3 /root/b/x/z Running",
      "2 /root/b/w Running"
    ])
    expect([...run.places]).toStrictEqual(agents.map(({ path }, index) => [path, index]))
    expect(run).toMatchObject({ startedAt: start, limit: 80_000, nanoUsdLimit: null })
  })

  it("has an agent queued until it starts", () => {
    expect(viewOf([asked("a")]).agents).toStrictEqual([
      {
        ...fresh,
        path: "/root/a",
        order: null,
        depth: 1,
        goal: "Goal of a",
        state: { _tag: "Queued" },
        limit: null,
        nanoUsdLimit: null,
        startedAt: null,
        lastAt: start,
        line: { path: "/root/a", asked: 0, priority: "normal", phase: "queued", isTold: false, hasBegun: false }
      }
    ])
  })

  it("knows where those stand that wait for a place, and moves them up as others begin", () => {
    const full = [asked("a", "b", "c", "d"), started("b"), started("a")]
    const told = (...happenings: ReadonlyArray<Happening>) =>
      [...queueIn(viewOf(happenings))].map(([path, { of, position }]) => `${path} ${position}/${of}`)
    const ended = { what: "agent.Ended", agent: "a", body: { result: { status: "completed" } } }
    const fewer = { what: "run.Parallelism", body: { to: 1, spawned: 1, why: "complaint" } }
    expect([told(asked("a", "b", "c")), told(...full), told(...full, ended, started("c"))]).toStrictEqual([
      [],
      ["/root/c 1/2", "/root/d 2/2"],
      ["/root/d 1/1"]
    ])
    expect([told(...full, ended), told(...full, ended, fewer)]).toStrictEqual([[], ["/root/c 1/2", "/root/d 2/2"]])
  })

  it("tells thinking from answering, and shows the text of the turn that is under way", () => {
    const request = { what: "agent.TurnRequested", body: { turn: 1, attempt: 1 } }
    const word = (text: string) => ({ what: "agent.TurnProgress", body: { turn: 1, text } })
    const thinking = running({ _tag: "Thinking" })
    expect(after(request)).toStrictEqual({ ...fresh, state: thinking, lastAt: start + 1_000 })
    expect(after(request, word("I loo"), word("k at it"))).toStrictEqual({
      ...fresh,
      state: running({ _tag: "Answering" }),
      said: { turn: 1, text: "I look at it" },
      lastAt: start + 3_000
    })
    expect(
      after(request, word("I"), {
        what: "agent.TurnCompleted",
        body: { turn: 1, charged: 7, nanoUsd: 50, text: "I do" }
      })
    ).toStrictEqual({
      state: thinking,
      used: 7,
      nanoUsd: 50,
      turns: 1,
      said: { turn: 1, text: "I do" },
      plan: null,
      lastAt: start + 3_000
    })
  })

  it("keeps the end of a long text", () => {
    const long = after({ what: "agent.TurnProgress", body: { turn: 1, text: `${"x".repeat(1_000)}end` } })
    expect(long.said?.text).toBe(`${"x".repeat(397)}end`)
  })

  it("shows the calls that have not ended", () => {
    const intent = (id: string) => ({ what: "tool.Intent", body: { call: call(id, "grep", { pattern: id }) } })
    const done = (callId: string) => ({ what: "tool.Done", body: { callId, ok: true, text: "", ms: 1, changes: [] } })
    const states = [
      [intent("1"), intent("2")],
      [intent("1"), intent("2"), done("1")],
      [intent("1"), done("1")]
    ]
    expect(states.map((happenings) => after(...happenings).state)).toStrictEqual([
      running({
        _tag: "Calling",
        calls: [
          { id: "1", text: "grep 1", plan: null },
          { id: "2", text: "grep 2", plan: null }
        ]
      }),
      running({ _tag: "Calling", calls: [{ id: "2", text: "grep 2", plan: null }] }),
      running({ _tag: "Thinking" })
    ])
  })

  it("voids the text of a failed turn, charges it, and knows when it is tried again", () => {
    const word = { what: "agent.TurnProgress", body: { turn: 1, text: "I look" } }
    const failed = {
      what: "agent.TurnFailed",
      body: { turn: 1, attempt: 1, charged: 30, nanoUsd: null, retryInMs: 2_500 }
    }
    expect(after(word, failed)).toStrictEqual({
      ...fresh,
      used: 30,
      state: running({ _tag: "Retrying", until: start + 4_500 }),
      lastAt: start + 2_000
    })
  })

  it("has an agent that another started queued with its goal until its turn comes", () => {
    const queued = { what: "agent.Queued", agent: "a/x", body: { agent: "x", goal: "Look" } }
    const states = [[queued], [queued, started("a/x")]].map((happenings) => {
      const { agents } = viewOf([asked("a", "b"), started("a"), ...happenings])
      return agents.map(({ goal, path, state }) => [path, state._tag, goal])
    })
    expect(states).toStrictEqual([
      [
        ["/root/a", "Running", "g"],
        ["/root/a/x", "Queued", "Look"],
        ["/root/b", "Queued", "Goal of b"]
      ],
      [
        ["/root/a", "Running", "g"],
        ["/root/a/x", "Running", "g"],
        ["/root/b", "Queued", "Goal of b"]
      ]
    ])
  })

  it("has copies of an agent by their number, whichever is heard of first", () => {
    const queued = { what: "agent.Queued", agent: "a/x#3", body: {} }
    const { agents, places } = viewOf([asked("a", "b"), queued, started("a/x"), started("a/x/z"), started("a/x#2")])
    const paths = ["a", "a/x", "a/x/z", "a/x#2", "a/x#3", "b"].map((name) => `/root/${name}`)
    expect(agents.map(({ path }) => path)).toStrictEqual(paths)
    expect([...places.keys()]).toStrictEqual(paths)
  })

  it("waits for agents that it started until they have ended, whatever else of its turn begins or ends", () => {
    const intent = { what: "tool.Intent", body: { call: call("1", "wait", {}) } }
    const waiting = { what: "agent.Waiting", body: { paths: ["/root/code-reviewer/x"] } }
    const other = { what: "tool.Intent", body: { call: call("2", "grep", { pattern: "a" }) } }
    const done = { what: "tool.Done", body: { callId: "2", ok: true } }
    const resumed = { what: "agent.Resumed", body: { ms: 3_000 } }
    const open = { id: "1", text: "wait", plan: null }
    const states = [
      [intent, waiting],
      [intent, waiting, other, done],
      [intent, waiting, resumed],
      [waiting, resumed]
    ]
    expect(states.map((happenings) => after(...happenings).state)).toStrictEqual([
      { _tag: "Waiting", paths: ["/root/code-reviewer/x"], calls: [open] },
      { _tag: "Waiting", paths: ["/root/code-reviewer/x"], calls: [open] },
      running({ _tag: "Calling", calls: [open] }),
      running({ _tag: "Thinking" })
    ])
  })

  it("has the plan of the last call that was accepted", () => {
    const plan = (id: string, status: string) => ({
      what: "tool.Intent",
      body: { call: call(id, "update_plan", { steps: [{ text: "Look", status }] }) }
    })
    const done = (callId: string, ok: boolean) => ({ what: "tool.Done", body: { callId, ok } })
    const plans = [
      [plan("1", "doing")],
      [plan("1", "doing"), done("1", true)],
      [plan("1", "doing"), done("1", true), plan("2", "done"), done("2", false)]
    ]
    const kept = { steps: [{ text: "Look", status: "doing" }], seq: 3 }
    expect(plans.map((happenings) => after(...happenings).plan)).toStrictEqual([null, kept, kept])
  })

  it("charges a summary of its conversation, which is nothing that it says", () => {
    const said = { what: "agent.TurnCompleted", body: { turn: 1, charged: 5, text: "I look" } }
    const asks = { what: "agent.TurnRequested", body: { turn: 2, purpose: "summary" } }
    const grows = { what: "agent.TurnProgress", body: { turn: 2, text: "The goal was" } }
    const ends = {
      what: "agent.TurnCompleted",
      body: { turn: 2, purpose: "summary", charged: 7, text: "The goal was" }
    }
    const quiet = { turns: 1, said: { turn: 1, text: "I look" } }
    expect(after(said, asks, grows)).toMatchObject({ ...quiet, state: running({ _tag: "SummingUp" }), used: 5 })
    expect(after(said, asks, grows, ends)).toMatchObject({ ...quiet, state: running({ _tag: "Thinking" }), used: 12 })
  })

  it("shows how an agent ended", () => {
    expect(after({ what: "agent.Ended", body: { result: { status: "paused" } } }).state).toStrictEqual({
      _tag: "Ended",
      status: "paused"
    })
  })

  it("is the same for events that it does not know", () => {
    const view = viewOf([started("code-reviewer")])
    const others = [{ what: "other.Thing", body: null }, { what: "run.Ended" }, { what: "agent.Invented", body: 7 }]
    expect(factsOf(others).map((event) => advance(view, event) === view)).toStrictEqual([true, true, true])
    expect(viewOf([{ what: "run.Started", body: 7 }])).toStrictEqual({ ...emptyView, startedAt: start })
  })
})
