import { describe, expect, it } from "@effect/vitest"
import { AgentPath, RunId } from "../../src/domain/Ids.ts"
import type { JournalEvent } from "../../src/journal/Journal.ts"
import { ofEvents, typesOfPast } from "../../src/runtime/resume/RunPast.ts"

interface Happening {
  readonly what: string
  /** Seconds. */
  readonly at?: number
  readonly path?: string
  readonly body?: object
}

const run = RunId.make("r0mh8k3x2q7f4a")

const eventsOf = (...happenings: ReadonlyArray<Happening>): ReadonlyArray<JournalEvent> =>
  happenings.map(({ at = 0, body = {}, path = "/root/lead", what }, index): JournalEvent => {
    const [namespace = "", type = ""] = what.split(".")
    const place = AgentPath.make(namespace === "run" ? "/root" : path)
    return {
      run,
      seq: index + 1,
      time: at * 1_000,
      namespace,
      version: 1,
      path: place,
      parent: namespace === "run" ? null : AgentPath.make(place.slice(0, place.lastIndexOf("/"))),
      type,
      body: { _tag: type, ...body },
      hash: ""
    }
  })

const pastOf = (...happenings: ReadonlyArray<Happening>) => ofEvents(eventsOf(...happenings))

const started: Happening = {
  what: "run.Started",
  body: {
    workspace: "/work",
    agents: [{ path: "/root/lead", agent: "lead", goal: "g" }],
    tokens: null,
    nanoUsd: null,
    calls: null,
    deadlineMs: null,
    maxParallel: 1,
    maxAgents: 32,
    maxDepth: 3,
    maxSpawnedAtOnce: 4,
    provider: "p",
    model: "m",
    mode: "model",
    pid: 1,
    processStart: "",
    request: { definitions: [], agents: [] }
  }
}
const resumed = (at: number): Happening => ({
  what: "run.Resumed",
  at,
  body: {
    agents: [],
    more: {},
    pid: 1,
    processStart: "",
    tokens: null,
    nanoUsd: null,
    calls: null,
    deadlineMs: null,
    onUnknown: "ask",
    provider: "p",
    model: "m",
    mode: "model"
  }
})
const ended = (at: number): Happening => ({
  what: "run.Ended",
  at,
  body: { status: "partial", wallMs: 0, usedTokens: 0, nanoUsd: null }
})
const told: Happening = { what: "agent.Told", body: { text: "they have ended", told: ["/root/lead/worker"] } }
const worker = "/root/lead/worker"
const continued: Happening = { what: "agent.Continued", path: worker, body: { cause: "resume", restart: 0 } }

describe("what the record holds of a run", () => {
  it("adds up its stretches, each to its end or to the last that is known of it", () => {
    const cut = [started, { what: "agent.Waiting", at: 5, body: { paths: [] } }]
    const whole = pastOf(...cut, resumed(60), ended(70), { what: "undo.Undone", at: 90 }, resumed(100), {
      what: "agent.Waiting",
      at: 103,
      body: { paths: [] }
    })
    expect([whole.workedMs, whole.lastStretchMs, whole.status]).toStrictEqual([18_000, 3_000, null])
    expect(pastOf(...cut, resumed(60), ended(70)).status).toBe("partial")
  })

  it("counts no time back where the clock was set back in a stretch", () => {
    const waiting = (at: number): Happening => ({ what: "agent.Waiting", at, body: { paths: [] } })
    const day = 86_400
    const cut = [{ ...started, at: day }, waiting(day + 5), waiting(2), waiting(9)]
    const { lastStretchMs, workedMs } = pastOf(...cut, resumed(60), ended(70), resumed(20), waiting(10), waiting(13))
    expect([workedMs, lastStretchMs]).toStrictEqual([12_000 + 10_000 + 3_000, 3_000])
  })

  it("says whom an agent knows to have ended: not one that has gone on since", () => {
    const lead = AgentPath.make("/root/lead")
    expect([...(pastOf(started, told).agents.get(lead)?.told ?? [])]).toStrictEqual([worker])
    expect([...(pastOf(started, told, continued).agents.get(lead)?.told ?? [])]).toStrictEqual([])
    const inResult: Happening = {
      what: "tool.Done",
      body: { callId: "c", ok: true, text: "", ms: 0, changes: [], told: [worker] }
    }
    expect([...(pastOf(started, continued, inResult).agents.get(lead)?.told ?? [])]).toStrictEqual([worker])
  })

  it("takes no end of an agent for one that it has gone on from", () => {
    const path = AgentPath.make(worker)
    const failed = { what: "agent.Ended", path: worker, body: { result: resultAt(path) } }
    expect(pastOf(started, failed).agents.get(path)?.result?.status).toBe("failed")
    expect(pastOf(started, failed, continued).agents.get(path)?.result).toBe(null)
  })

  it("names the first event that cannot be read, and does without those that nothing goes on from", () => {
    const strange = { what: "agent.Ended", body: { result: "fine" } }
    expect(pastOf(started, { what: "agent.TurnProgress", body: {} }, strange, strange).unreadable).toStrictEqual({
      path: "/root/lead",
      seq: 3,
      type: "Ended"
    })
    expect(typesOfPast()).not.toContain("TurnProgress")
    expect(typesOfPast()).not.toContain("Decided")
    expect(pastOf({ ...started, body: { workspace: "/work" } })).toMatchObject({ started: null, unreadable: null })
  })
})

// internal

const resultAt = (path: AgentPath) => ({
  path,
  agent: "worker",
  goal: "g",
  scope: [],
  model: "m",
  status: "failed",
  verified: false,
  answer: "",
  artifacts: [],
  turns: 0,
  toolCalls: 0,
  durationMs: 0,
  waitedMs: 0,
  usage: { input: 0, cached: 0, output: 0, reasoning: 0 },
  tokens: null,
  tokensCharged: 0,
  unknownTokens: 0,
  overdraft: 0,
  nanoUsd: 0,
  checks: [],
  error: null
})
