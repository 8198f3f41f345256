import { describe, expect, it } from "vitest"
import { emptyBuild, type StepView } from "../../src/render/BuildProgress.ts"
import { attempt, buildOf, ends, fact, retry, session, start, starts, type Told, tail, task } from "./Notices.ts"

const one = session(["test", "Test"])

/** The only step after all that. */
const after = (...told: ReadonlyArray<Told>): StepView | undefined => buildOf([one, ...told]).steps[0]

const step: StepView = {
  id: "test",
  title: "Test",
  mostTries: 1,
  tries: 0,
  state: { _tag: "Waiting" },
  tasks: { total: 0, done: 0, cached: 0, failed: 0, running: [] }
}
const running = { _tag: "Running", since: start + 1_000, tail: "", silentSince: null } as const

describe("a build's view", () => {
  it("has the steps in the pipeline's order, waiting, once the session has begun", () => {
    expect(buildOf([session(["test", "Test"], ["other", "Other"])])).toStrictEqual({
      ...emptyBuild,
      session: "20261121_103000",
      startedAt: start,
      steps: [step, { ...step, id: "other", title: "Other", mostTries: null }],
      places: new Map([
        ["test", 0],
        ["other", 1]
      ])
    })
  })

  it("knows the last line of a step's output, and since when there is none", () => {
    const begun = [starts(1_000, "test", "it always runs"), attempt(1_100, "test")]
    const silent: Told = { at: 90_000, notice: { _tag: "Silent", step: "test", ms: 60_000 } }
    expect(after(...begun)).toStrictEqual({ ...step, tries: 1, state: running })
    expect(after(...begun, tail(2_000, "test", "ok 1"), silent)?.state).toStrictEqual({
      ...running,
      tail: "ok 1",
      silentSince: start + 30_000
    })
    expect(after(...begun, silent, tail(91_000, "test", "ok 2"))?.state).toStrictEqual({ ...running, tail: "ok 2" })
  })

  it("counts the attempts of this process, and keeps when the step began", () => {
    const begun = [starts(1_000, "test", "it always runs"), attempt(1_000, "test", 4)]
    expect(after(...begun, retry(3_000, "test", 1, 2_000, 500))?.state).toStrictEqual({
      _tag: "Retrying",
      since: start + 1_000,
      until: start + 3_500,
      problem: "exit 1"
    })
    expect(after(...begun, retry(3_000, "test", 1, 2_000, 500), attempt(3_500, "test", 5))).toStrictEqual({
      ...step,
      tries: 2,
      state: running
    })
  })

  it("counts tasks, and forgets them when the step is tried again", () => {
    const begun: ReadonlyArray<Told> = [
      starts(1_000, "test", "it always runs"),
      attempt(1_000, "test"),
      { at: 1_000, notice: { _tag: "Tasks", step: "test", total: 4 } },
      fact(1_000, { _tag: "TaskStarted", step: "test", attempt: 1, task: "a:test" }),
      ...task(2_000, "test", "b:test", "local-cache", 10),
      ...task(3_000, "test", "c:test", "failure", 900)
    ]
    expect(after(...begun)?.tasks).toStrictEqual({ total: 4, done: 2, cached: 1, failed: 1, running: ["a:test"] })
    expect(after(...begun, retry(3_100, "test", 1, 2_000, 500), attempt(3_600, "test"))?.tasks).toStrictEqual(
      step.tasks
    )
  })

  it("shows how a step ended, and when what is left was estimated", () => {
    const view = buildOf([
      { at: 0, notice: { _tag: "Waiting", pid: 7, since: start - 5 } },
      one,
      ends(9_000, "test", { _tag: "UpToDate" }),
      { at: 9_100, notice: { _tag: "Remaining", ms: 4_000 } }
    ])
    expect([view.steps, view.remaining, view.waitingFor]).toStrictEqual([
      [{ ...step, state: { _tag: "Ended", outcome: { _tag: "UpToDate" }, ms: 0 } }],
      { ms: 4_000, at: start + 9_100 },
      null
    ])
  })

  it("passes over steps that it does not know", () => {
    const view = buildOf([one])
    expect(
      buildOf([one, starts(0, "other", "x"), tail(0, "other", "x"), ends(0, "other", { _tag: "Ran" })])
    ).toStrictEqual(view)
  })
})
