import { describe, expect, it } from "vitest"
import { runRecord, stateOf } from "../../src/history/RunRecord.ts"
import { emptyTally, sumOf } from "../../src/history/Tally.ts"
import { factsOf, type Happening, start } from "./Events.ts"

const owned: Happening = {
  what: "run.Started",
  at: 0,
  body: {
    agents: [
      { path: "/root/code-reviewer", agent: "code-reviewer", goal: "Review" },
      { path: "/root/test-gen", agent: "test-gen", goal: "Test" }
    ],
    tokens: 80_000,
    nanoUsd: 2_000_000_000,
    model: "offline",
    pid: 4_711,
    processStart: "boot:7",
    processStartedAt: start - 50
  }
}

const started = (agent: string): Happening => ({ what: "agent.Started", agent, body: { goal: "g", model: "m" } })

const turn: ReadonlyArray<Happening> = [
  { what: "agent.TurnRequested", body: { turn: 1, reserved: 500 } },
  {
    what: "agent.TurnCompleted",
    body: {
      turn: 1,
      calls: [{ id: "1", name: "grep", args: "{}" }],
      usage: { input: 90, cached: 0, output: 10, reasoning: 0 },
      charged: 100,
      nanoUsd: 7
    }
  },
  { what: "tool.Done", body: { callId: "1", ok: false, ms: 12 } }
]

const end: Happening = { what: "agent.Ended", body: { result: { status: "completed", model: "m" } } }

const recordOf = (happenings: ReadonlyArray<Happening>) => runRecord("r0mh8k3x2q7f4a", start, factsOf(happenings))

const used = { ...emptyTally, requests: 1, input: 90, output: 10, charged: 100, nanoUsd: 7 }

describe("the record of a run", () => {
  it("tells agents in the order asked, with what each has used", () => {
    expect(recordOf([owned, started("code-reviewer"), ...turn, end])).toStrictEqual({
      run: "r0mh8k3x2q7f4a",
      startedAt: start,
      lastAt: start + 5_000,
      ending: null,
      owner: { pid: 4_711, start: "boot:7", startedBy: start - 50 },
      limits: { tokens: 80_000, nanoUsd: 2_000_000_000 },
      provider: "",
      model: "offline",
      queue: [],
      agents: [
        {
          path: "/root/code-reviewer",
          depth: 1,
          agent: "code-reviewer",
          goal: "g",
          model: "m",
          status: "completed",
          tally: used,
          byModel: [{ model: "m", tally: used }],
          inFlight: 0,
          order: null
        },
        {
          path: "/root/test-gen",
          depth: 1,
          agent: "test-gen",
          goal: "Test",
          model: "offline",
          status: "queued",
          tally: emptyTally,
          byModel: [{ model: "offline", tally: emptyTally }],
          inFlight: 0,
          order: null
        }
      ],
      tally: used,
      tools: [{ tool: "grep", calls: 1, failed: 1, ms: 12 }]
    })
  })

  it("keeps what is held for a request without an end", () => {
    const { agents } = recordOf([
      owned,
      started("code-reviewer"),
      { what: "agent.TurnRequested", body: { reserved: 500 } }
    ])
    expect(agents.map(({ inFlight, status }) => ({ inFlight, status }))).toStrictEqual([
      { inFlight: 500, status: "running" },
      { inFlight: 0, status: "queued" }
    ])
  })

  it("lists agents that an agent started behind it, and ones that it was never told of", () => {
    const { agents } = recordOf([
      owned,
      started("code-reviewer"),
      { what: "agent.Queued", agent: "test-gen/helper", body: { agent: "helper", goal: "Help" } },
      { what: "agent.Queued", agent: "code-reviewer/helper#2", body: { agent: "helper", goal: "Help more" } },
      started("code-reviewer/helper#2"),
      started("code-reviewer/helper#2/x"),
      { what: "agent.Waiting", body: { paths: ["/root/code-reviewer/helper#2"] } },
      started("stray/x"),
      { what: "agent.Heard", agent: "code-reviewer/y#3", body: {} }
    ])
    expect(agents.map(({ agent, depth, path, status }) => [path, depth, agent, status])).toStrictEqual([
      ["/root/code-reviewer", 1, "code-reviewer", "waiting"],
      ["/root/code-reviewer/helper#2", 2, "helper", "running"],
      ["/root/code-reviewer/helper#2/x", 3, "x", "running"],
      ["/root/code-reviewer/y#3", 2, "y", "queued"],
      ["/root/test-gen", 1, "test-gen", "queued"],
      ["/root/test-gen/helper", 2, "helper", "queued"],
      ["/root/stray/x", 2, "x", "running"]
    ])
  })

  it("goes on with a new owner when the run was taken up again", () => {
    const again: Happening = { what: "run.Resumed", body: { pid: 4_712, processStart: "boot:9" } }
    const { ending, owner } = recordOf([owned, { what: "run.Ended", body: { status: "cancelled" } }, again])
    expect({ ending, owner }).toStrictEqual({ ending: null, owner: { pid: 4_712, start: "boot:9", startedBy: null } })
  })

  it("knows who goes on, with what model and up to which limits, and takes no limit of it for an agent", () => {
    const again: Happening = {
      what: "run.Resumed",
      body: {
        agents: ["/root/test-gen", "/root/test-gen/explorer"],
        tokens: 90_000,
        provider: "elsewhere",
        model: "newer"
      }
    }
    const limited: Happening = { what: "run.Limited", body: { by: "depth", path: "/root/test-gen/explorer" } }
    const record = recordOf([owned, started("code-reviewer"), end, started("test-gen"), again, limited])
    expect(record.agents.map(({ path, status }) => [path, status])).toStrictEqual([
      ["/root/code-reviewer", "completed"],
      ["/root/test-gen", "queued"],
      ["/root/test-gen/explorer", "queued"]
    ])
    const { limits, model, provider } = record
    expect({ limits, model, provider }).toStrictEqual({
      limits: { tokens: 90_000, nanoUsd: null },
      model: "newer",
      provider: "elsewhere"
    })
  })

  it("leaves what was used with the model that was asked for it, when the run goes on with another", () => {
    const asked = (agent: string): ReadonlyArray<Happening> => turn.slice(0, 2).map((each) => ({ ...each, agent }))
    const ended = (agent: string, model: string): Happening => {
      return { what: "agent.Ended", agent, body: { result: { status: "completed", model } } }
    }
    const begun = [
      owned,
      { ...started("code-reviewer"), body: { model: "offline" } },
      ...asked("code-reviewer"),
      started("test-gen"),
      ...asked("test-gen")
    ]
    const paths = ["/root/code-reviewer", "/root/test-gen", "/root/test-gen/explorer"]
    const again: Happening = { what: "run.Resumed", body: { agents: paths, model: "newer" } }
    const names = ["code-reviewer", "test-gen", "test-gen/explorer"]
    const goingOn = [...begun, again, ...names.flatMap(asked)]
    const ends = [ended("code-reviewer", "newer"), ended("test-gen", "m"), ended("test-gen/explorer", "newer")]
    const twice = sumOf([used, used])
    for (const happenings of [goingOn, [...goingOn, ...ends]]) {
      const { agents } = recordOf(happenings)
      expect(agents.map(({ byModel, model, tally }) => ({ byModel, model, tally }))).toStrictEqual([
        {
          model: "newer",
          tally: twice,
          byModel: [
            { model: "offline", tally: used },
            { model: "newer", tally: used }
          ]
        },
        { model: "m", tally: twice, byModel: [{ model: "m", tally: twice }] },
        { model: "newer", tally: used, byModel: [{ model: "newer", tally: used }] }
      ])
    }
  })

  it("takes the model that an agent's result names for the one that was asked, where nothing said so before", () => {
    const { agents } = recordOf([{ what: "agent.Started" }, ...turn, end])
    expect(agents.map(({ byModel }) => byModel)).toStrictEqual([[{ model: "m", tally: used }]])
  })

  it("reads events that it does not know, and bodies of any shape", () => {
    const bodies = [null, 7, "text", [], { agents: 3, pid: "x" }, { agents: [null, { path: 7 }] }]
    const whats = ["run.Started", "run.Ended", "agent.Started", "agent.TurnCompleted", "agent.Ended", "mail.Sent"]
    const { agents, ending, owner } = recordOf(whats.flatMap((what) => bodies.map((body) => ({ what, body }))))
    expect({ paths: agents.map(({ path }) => path), ending, owner }).toStrictEqual({
      paths: ["/root/code-reviewer"],
      ending: "failed",
      owner: null
    })
  })
})

describe("the state of a run", () => {
  const running = recordOf([owned])
  const ended = recordOf([owned, { what: "run.Ended", body: { status: "timed_out" } }])
  const nobodys = recordOf([{ what: "run.Started", body: {} }])
  it.each([
    ["is its end, whether or not its process is there", ended, true, "timed_out"],
    ["is running while its process is there", running, true, "running"],
    ["is lost once its process is gone", running, false, "lost"],
    ["is lost when nobody is known to own it", nobodys, true, "lost"]
  ])("%s", (_, record, isAlive, state) => {
    expect(stateOf(record, () => isAlive)).toBe(state)
  })
})
