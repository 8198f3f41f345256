import { describe, expect, it } from "@effect/vitest"
import type { BuildEvent } from "../../src/record/BuildEvent.ts"
import { type BuildState, fold } from "../../src/record/BuildState.ts"
import { durations } from "../../src/record/Durations.ts"
import { session, timed } from "./fixture.ts"

const state = (events: ReadonlyArray<BuildEvent>): ReadonlyArray<BuildState> => {
  const folded = fold(timed(events))
  return folded === undefined ? [] : [folded]
}

/** A session in which `clean` took so long. */
const lasting = (ms: number) =>
  state([...session.slice(0, 5), { _tag: "StepEnded", step: "clean", outcome: { _tag: "Ran" }, ms }])

describe("durations", () => {
  it("are those of steps and tasks that ran to their end", () => {
    expect(durations(state(session))).toStrictEqual({
      steps: { clean: 12, build: 1060, "release/install": 4 },
      tasks: { "a:build": 30, "b:build": 7 }
    })
  })

  it("are the median of the last five", () => {
    const of = (...ms: ReadonlyArray<number>) => durations(ms.flatMap(lasting)).steps
    expect(of(9, 1, 100, 2, 3, 5000, 6000)).toStrictEqual({ clean: 3 })
    expect(of(10, 20)).toStrictEqual({ clean: 15 })
    expect(durations([])).toStrictEqual({ steps: {}, tasks: {} })
  })

  it("are not those of a cache, a failure or an interruption", () => {
    const cached: ReadonlyArray<BuildEvent> = [
      ...session.slice(0, 10),
      { _tag: "TaskEnded", step: "build", attempt: 1, task: "a:build", status: "local-cache", ms: 1 },
      { _tag: "TaskStarted", step: "build", attempt: 1, task: "b:build" },
      { _tag: "StepEnded", step: "build", outcome: { _tag: "Failed", problem: "x", hint: "y" }, ms: 9 },
      { _tag: "StepEnded", step: "clean", outcome: { _tag: "UpToDate" }, ms: 1 }
    ]
    expect(durations(state(cached))).toStrictEqual({ steps: {}, tasks: {} })
  })
})
