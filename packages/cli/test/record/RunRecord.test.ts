import { describe, expect, it } from "vitest"
import { runRecord, stateOf } from "../../src/record/RunRecord.ts"
import { emptyTally } from "../../src/record/Tally.ts"
import { asked, eventsOf, type Happening, start, started } from "../render/Events.ts"

const owned: Happening = {
  ...asked("code-reviewer", "test-gen"),
  body: {
    agents: [
      { path: "/root/code-reviewer", agent: "code-reviewer", goal: "Review" },
      { path: "/root/test-gen", agent: "test-gen", goal: "Test" }
    ],
    tokens: 80_000,
    nanoUsd: 2_000_000_000,
    model: "offline",
    pid: 4_711,
    processStartedAt: start - 50
  }
}

const turn: ReadonlyArray<Happening> = [
  { what: "agent.TurnRequested", body: { turn: 1, reserved: 500 } },
  {
    what: "agent.TurnCompleted",
    body: { turn: 1, usage: { input: 90, cached: 0, output: 10, reasoning: 0 }, charged: 100, nanoUsd: 7 }
  }
]

const end: Happening = { what: "agent.Ended", body: { result: { status: "completed", model: "m" } } }

const recordOf = (happenings: ReadonlyArray<Happening>) => runRecord("r0mh8k3x2q7f4a", start, eventsOf(happenings))

const used = { ...emptyTally, requests: 1, input: 90, output: 10, charged: 100, nanoUsd: 7 }

describe("the record of a run", () => {
  it("tells agents in the order asked, with what each has used", () => {
    expect(recordOf([owned, started("code-reviewer"), ...turn, end])).toStrictEqual({
      run: "r0mh8k3x2q7f4a",
      startedAt: start,
      lastAt: start + 4_000,
      ending: null,
      owner: { pid: 4_711, startedAt: start - 50 },
      limits: { tokens: 80_000, nanoUsd: 2_000_000_000 },
      agents: [
        {
          path: "/root/code-reviewer",
          agent: "code-reviewer",
          goal: "g",
          model: "m",
          status: "completed",
          tally: used,
          inFlight: 0
        },
        {
          path: "/root/test-gen",
          agent: "test-gen",
          goal: "Test",
          model: "offline",
          status: "waiting",
          tally: emptyTally,
          inFlight: 0
        }
      ],
      tally: used
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
      { inFlight: 0, status: "waiting" }
    ])
  })

  it("lists agents that others started, and ones that it was never told of", () => {
    const { agents } = recordOf([owned, { ...started("code-reviewer/helper"), agent: "code-reviewer/helper" }])
    expect(agents.map(({ path, status }) => [path, status])).toStrictEqual([
      ["/root/code-reviewer", "waiting"],
      ["/root/test-gen", "waiting"],
      ["/root/code-reviewer/helper", "running"]
    ])
  })

  it("goes on with a new owner when the run was taken up again", () => {
    const again: Happening = { what: "run.Resumed", body: { pid: 4_712, processStartedAt: start + 9 } }
    const { ending, owner } = recordOf([owned, { what: "run.Ended", body: { status: "cancelled" } }, again])
    expect({ ending, owner }).toStrictEqual({ ending: null, owner: { pid: 4_712, startedAt: start + 9 } })
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
  const nobodys = recordOf([asked("code-reviewer")])
  it.each([
    ["is its end, whether or not its process is there", ended, true, "timed_out"],
    ["is running while its process is there", running, true, "running"],
    ["is lost once its process is gone", running, false, "lost"],
    ["is lost when nobody is known to own it", nobodys, true, "lost"]
  ])("%s", (_, record, isAlive, state) => {
    expect(stateOf(record, () => isAlive)).toBe(state)
  })
})
