/** What a runner tells of a build, each with the time at which it comes. */
import type { BuildEvent, StepOutcome, TaskStatus } from "@deputize/build-tools/record/BuildEvent"
import type { BuildNotice } from "@deputize/build-tools/runner/BuildNotice"
import { advanceBuild, type BuildView, emptyBuild, type MostTries } from "../../src/render/BuildProgress.ts"
import { start } from "./Events.ts"

export { start } from "./Events.ts"

/** `at` in milliseconds after the start. */
export interface Told {
  readonly at: number
  readonly notice: BuildNotice
}

export const fact = (at: number, event: BuildEvent): Told => ({
  at,
  notice: { _tag: "Recorded", event, time: start + at }
})

export const session = (...steps: ReadonlyArray<readonly [id: string, title: string]>): Told =>
  fact(0, {
    _tag: "SessionStarted",
    session: "20261121_103000",
    inputs: { pipeline: "release", pipelineHash: "5e2f", commit: null, flags: [] },
    steps: steps.map(([id, title]) => ({ id, title })),
    jobs: 8,
    logs: "/home/ada/.local/state/deputize/shop-3f1c/build/logs/20261121_103000",
    pid: 4711,
    machine: "for any x64, sccache"
  })

export const starts = (at: number, step: string, why: string): Told => fact(at, { _tag: "StepStarted", step, why })

export const attempt = (at: number, step: string, number = 1): Told =>
  fact(at, { _tag: "AttemptStarted", step, attempt: number, log: `/logs/${step}.${number}.log`, fingerprint: null })

export const retry = (at: number, step: string, code: number, ms: number, retryInMs: number): Told =>
  fact(at, { _tag: "AttemptEnded", step, attempt: 1, outcome: { _tag: "Exited", code }, ms, retryInMs })

export const ends = (at: number, step: string, outcome: StepOutcome, ms = 0): Told =>
  fact(at, { _tag: "StepEnded", step, outcome, ms })

export const task = (at: number, step: string, name: string, status: TaskStatus, ms: number): ReadonlyArray<Told> => [
  fact(at - ms, { _tag: "TaskStarted", step, attempt: 1, task: name }),
  fact(at, { _tag: "TaskEnded", step, attempt: 1, task: name, status, ms })
]

export const says = (at: number, step: string, text: string, of: string | null = null): Told => ({
  at,
  notice: { _tag: "Line", step, task: of, text }
})

export const tail = (at: number, step: string, text: string): Told => ({ at, notice: { _tag: "Tail", step, text } })

export const mostTries: MostTries = new Map([
  ["clean", 3],
  ["compile", 3],
  ["native", 3],
  ["docs", 3],
  ["test", 1],
  ["install", 3]
])

export const buildOf = (told: ReadonlyArray<Told>): BuildView =>
  told.reduce((view, { at, notice }) => advanceBuild(view, notice, start + at, mostTries), emptyBuild)

const six = session(
  ["clean", "Clean"],
  ["compile", "Compile the packages"],
  ["native", "Native helper"],
  ["docs", "文書を作る"],
  ["test", "Test"],
  ["install", "Install into ~/.deputize"]
)

/** A build in its middle: something of everything that can be at work. */
export const middle: ReadonlyArray<Told> = [
  six,
  { at: 0, notice: { _tag: "Remaining", ms: 95_000 } },
  starts(10, "clean", "it prepares for compile"),
  attempt(20, "clean"),
  ends(320, "clean", { _tag: "Ran" }, 310),
  starts(330, "compile", "packages/core/src/a.ts and 3 more changed"),
  attempt(340, "compile"),
  starts(330, "native", "native/helper.c changed"),
  attempt(340, "native"),
  starts(340, "docs", "it has not finished before"),
  attempt(350, "docs"),
  { at: 900, notice: { _tag: "Tasks", step: "compile", total: 12 } },
  ...task(1_000, "compile", "core:build", "local-cache", 40),
  ...task(1_050, "compile", "api:build", "remote-cache", 60),
  ...task(4_200, "compile", "web:build", "success", 3_100),
  says(4_250, "compile", "src/page.ts(3,1): warning TS6133: 'x' is declared but never used", "web:build"),
  says(5_000, "native", "helper.c:12:5: warning: unused variable 'n'"),
  says(6_000, "native", "helper.c:40:1: error: expected ';' before '}' token"),
  retry(6_100, "native", 1, 5_760, 2_000),
  fact(7_000, { _tag: "TaskStarted", step: "compile", attempt: 1, task: "shop:build" }),
  tail(7_500, "docs", "ページを書いています 42/120"),
  { at: 7_600, notice: { _tag: "Remaining", ms: 72_000 } }
]

/** The same until it has failed. */
export const failed: ReadonlyArray<Told> = [
  ...middle,
  attempt(8_100, "native", 2),
  tail(8_200, "native", "[1/2] Building C object helper.c.o"),
  ends(9_000, "native", { _tag: "Ran" }, 8_660),
  { at: 11_500, notice: { _tag: "Silent", step: "docs", ms: 4_000 } },
  ends(14_000, "docs", { _tag: "Skipped", why: "there is no docs/conf.py" }),
  fact(15_000, { _tag: "TaskEnded", step: "compile", attempt: 1, task: "shop:build", status: "success", ms: 8_000 }),
  ends(15_100, "compile", { _tag: "Ran" }, 14_770),
  fact(15_150, { _tag: "Warned", step: null, text: "the cache of Nx cannot be written: the disk is full" }),
  starts(15_200, "test", "compile runs before it"),
  attempt(15_210, "test"),
  says(18_000, "test", " FAIL  src/cart.test.ts > adds twice"),
  ends(
    18_400,
    "test",
    {
      _tag: "Failed",
      problem: "it ended with exit code 1",
      hint: "Its output is in /home/ada/.local/state/deputize/shop-3f1c/build/logs/20261121_103000/test.1.log."
    },
    3_200
  ),
  ends(18_410, "install", { _tag: "Blocked", by: "test" }),
  fact(18_420, { _tag: "SessionEnded", status: "failed" })
]
