import { describe, expect, it } from "vitest"
import type { Priority } from "../../src/domain/Priority.ts"
import { queueOf } from "../../src/history/Queue.ts"
import { factsOf, type Happening } from "./Events.ts"

/** Each as `1 of 3: name`. */
const queue = (...happenings: ReadonlyArray<Happening>): ReadonlyArray<string> =>
  queueOf(factsOf(happenings)).map(({ of, path, position }) => `${position} of ${of}: ${path.slice("/root/".length)}`)

const asked = (maxParallel: number, priorities: Readonly<Record<string, Priority>>, spawned = 4): Happening => ({
  what: "run.Started",
  body: {
    agents: Object.keys(priorities).map((agent) => ({ path: `/root/${agent}`, agent, goal: "" })),
    maxParallel,
    maxSpawnedAtOnce: spawned,
    request: { agents: Object.values(priorities).map((priority) => ({ priority })) }
  }
})
const started = (agent: string): Happening => ({ what: "agent.Started", agent })
const ended = (agent: string): Happening => ({ what: "agent.Ended", agent })
const queued = (agent: string, priority?: Priority): Happening => ({ what: "agent.Queued", agent, body: { priority } })

const four = { a: "normal", b: "low", c: "normal", d: "high" } as const

describe("the queue of a run, from its facts", () => {
  it("has nobody while places are free: who has not begun is about to", () => {
    expect([queue(), queue(asked(2, four)), queue(asked(2, four), started("d"))]).toStrictEqual([[], [], []])
  })

  it("has those that wait by urgency, then in the order asked, and moves up when one begins", () => {
    const full = [asked(2, four), started("d"), started("a")]
    expect(queue(...full)).toStrictEqual(["1 of 2: c", "2 of 2: b"])
    expect(queue(...full, ended("d"))).toStrictEqual([])
    expect(queue(...full, ended("d"), started("c"))).toStrictEqual(["1 of 1: b"])
  })

  it("counts no place of an agent that waits for others, until it is back", () => {
    const away = [asked(1, { a: "normal", b: "normal" }), started("a"), { what: "agent.Waiting", agent: "a" }]
    expect([queue(...away), queue(...away, { what: "agent.Resumed", agent: "a" })]).toStrictEqual([[], ["1 of 1: b"]])
  })

  it("has started agents in a line of their own, from the moment that they are put into it", () => {
    const begun = [asked(1, { lead: "normal", other: "normal" }, 1), started("lead"), started("lead/x")]
    const waiting = [queued("lead/x#2"), queued("lead/x#3", "low"), queued("lead/x#4")]
    expect(queue(...begun, ...waiting)).toStrictEqual([
      "1 of 1: other",
      "1 of 3: lead/x#2",
      "2 of 3: lead/x#4",
      "3 of 3: lead/x#3"
    ])
    // One that waits for its part of the budget waits, whatever places there are.
    expect(queue(...begun.slice(0, 2), queued("lead/y"))).toStrictEqual(["1 of 1: other", "1 of 1: lead/y"])
  })

  it("has the one that was asked for first at the head when every eighth place is given", () => {
    const many = Object.fromEntries(Array.from({ length: 10 }, (_, index) => [`h${index}`, "high"] as const))
    const begun = Array.from({ length: 7 }, (_, index) => started(`h${index}`))
    expect(queue(asked(7, { low: "low", ...many }), ...begun)).toStrictEqual([
      "1 of 4: low",
      "2 of 4: h7",
      "3 of 4: h8",
      "4 of 4: h9"
    ])
  })

  it("follows the number of places where the run finds it out by itself", () => {
    const full = [asked(2, four, 2), started("d"), started("a"), started("a/x"), started("a/y"), queued("a/z")]
    const more = { what: "run.Parallelism", body: { to: 3, spawned: 3, why: "waiting" } }
    const fewer = { what: "run.Parallelism", body: { to: 1, spawned: 1, why: "complaint" } }
    expect([queue(...full), queue(...full, more), queue(...full, more, fewer)]).toStrictEqual([
      ["1 of 2: c", "2 of 2: b", "1 of 1: a/z"],
      ["1 of 1: a/z"],
      ["1 of 2: c", "2 of 2: b", "1 of 1: a/z"]
    ])
  })

  it("has those that go on when the run is taken up again, until they do", () => {
    const cut = [asked(1, four), started("d"), ended("d"), started("a")]
    const again = [...cut, { what: "run.Resumed", body: { agents: ["/root/a", "/root/b", "/root/c"] } }]
    expect([queue(...again), queue(...again, { what: "agent.Continued", agent: "a" })]).toStrictEqual([
      [],
      ["1 of 2: c", "2 of 2: b"]
    ])
  })

  it("begins with the first number of places when a run that found it out is taken up again", () => {
    const more = [asked(1, four), { what: "run.Parallelism", body: { to: 3, spawned: 3, why: "waiting" } }]
    const again = { what: "run.Resumed", body: { agents: ["/root/a", "/root/b"] } }
    expect([
      queue(...more, started("a")),
      queue(...more, again, { what: "agent.Continued", agent: "a" })
    ]).toStrictEqual([[], ["1 of 3: d", "2 of 3: c", "3 of 3: b"]])
  })
})
