import { describe, expect, it } from "@effect/vitest"
import type { BuildEvent } from "../../src/record/BuildEvent.ts"
import { advance, type BuildState, fold } from "../../src/record/BuildState.ts"
import { session, start, timed } from "./fixture.ts"

const cuts = Array.from({ length: session.length + 1 }, (_, length) => session.slice(0, length))

const stateAt = (length: number): BuildState => {
  const state = fold(timed(session.slice(0, length)))
  if (state === undefined) throw new Error("nothing had begun")
  return state
}

describe("the state of a session", () => {
  it("is that of its events, wherever they are cut off", () => {
    for (const cut of cuts) {
      const state = fold(timed(cut))
      if (cut.length === 0) {
        expect(state).toBe(undefined)
        continue
      }
      const of = (step: string) => cut.filter((event) => "step" in event && event.step === step)
      const seen = state?.steps.map(({ attempts, id, outcome, tasks, why }) => ({
        id,
        attempts,
        started: why !== null,
        ended: outcome !== null,
        tasks: [...tasks].map(([task, { _tag }]) => [task, _tag])
      }))
      expect(seen).toStrictEqual(
        start.steps.map(({ id }) => {
          const events = of(id)
          const lastOf = new Map<string, string>()
          for (const event of events) {
            if (event._tag === "TaskStarted") lastOf.set(event.task, "Running")
            if (event._tag === "TaskEnded") lastOf.set(event.task, "Ended")
          }
          return {
            id,
            attempts: events.filter(({ _tag }) => _tag === "AttemptStarted").length,
            started: events.some(({ _tag }) => _tag === "StepStarted"),
            ended: events.at(-1)?._tag === "StepEnded",
            tasks: [...lastOf]
          }
        })
      )
      expect(state?.status).toBe(cut.length === session.length ? "completed" : "interrupted")
      expect(state?.ms).toBe((cut.length - 1) * 10)
    }
  })

  it("is the same whether it is folded at once or event by event", () => {
    let state: BuildState | undefined
    timed(session).forEach(({ event, time }, at) => {
      state = advance(state, event, time)
      expect(state).toStrictEqual(stateAt(at + 1))
    })
  })

  it("names the process of an attempt that is under way, and how the last one ended", () => {
    const build = (length: number) => stateAt(length).steps[1]?.attempt
    const first = { attempt: 1, log: "build.1.log", fingerprint: "f1", startedAt: 1070 }
    const running = { process: null, outcome: null, ms: null, retryInMs: null }
    expect(build(8)).toStrictEqual({ ...first, ...running })
    expect(build(9)).toStrictEqual({ ...first, ...running, process: { pid: 201, startTime: "78" } })
    expect(build(14)).toStrictEqual({
      ...first,
      process: { pid: 201, startTime: "78" },
      outcome: { _tag: "Exited", code: 1 },
      ms: 40,
      retryInMs: 1000
    })
    expect(build(15)).toStrictEqual({ ...first, ...running, attempt: 2, log: "build.2.log", startedAt: 1140 })
  })

  it("has warnings and installations in their order", () => {
    const { installed, warnings } = stateAt(session.length)
    expect({ installed, warnings }).toStrictEqual({
      warnings: [{ step: "build", text: "the cache is full" }],
      installed: [{ step: "release/install", prefix: "/home/u/.deputize", version: "v2", previous: "v1" }]
    })
  })

  it("goes on after a resumption, without the time in between", () => {
    const before = timed(session.slice(0, 10))
    const resumed: ReadonlyArray<BuildEvent> = [
      { _tag: "SessionResumed", pid: 300, jobs: 4 },
      { _tag: "StepEnded", step: "clean", outcome: { _tag: "Resumed" }, ms: 0 },
      { _tag: "StepStarted", step: "build", why: "it has not finished before" }
    ]
    const state = fold([...before, ...resumed.map((event, at) => ({ event, time: 9_000_000 + at * 10 }))])
    expect(state).toMatchObject({ status: "interrupted", pid: 300, jobs: 4, resumed: 1, ms: 90 + 20 })
    expect(state?.steps.map(({ outcome }) => outcome?._tag)).toStrictEqual(["Resumed", undefined, undefined])
  })

  it("passes over what no session began, a second beginning, and steps and attempts that it does not know", () => {
    expect(fold(timed(session.slice(1)))).toBe(undefined)
    const strange: ReadonlyArray<BuildEvent> = [
      { _tag: "SessionStarted", ...start, session: "another" },
      { _tag: "StepEnded", step: "unknown", outcome: { _tag: "Ran" }, ms: 1 },
      { _tag: "ProcessStarted", step: "clean", attempt: 1, pid: 1, startTime: "1" },
      { _tag: "AttemptEnded", step: "clean", attempt: 7, outcome: { _tag: "Passed" }, ms: 1, retryInMs: null }
    ]
    const [first] = session
    const { lastEventAt, ms, ...rest } = fold(timed(first === undefined ? [] : [first, ...strange])) ?? stateAt(2)
    const { lastEventAt: _, ms: __, ...plain } = stateAt(1)
    expect(rest).toStrictEqual(plain)
  })
})
