/**
 * What the tests of the record share: a session from its start to its end, and a folder of their own.
 */
import type { BuildEvent } from "../../src/record/BuildEvent.ts"
import type { SessionStart } from "../../src/record/BuildRecord.ts"
import type { TimedEvent } from "../../src/record/BuildState.ts"

export { folder } from "../fingerprint/fixture.ts"

export const start: SessionStart = {
  session: "20260802_143005",
  inputs: { pipeline: "app", pipelineHash: "abc", commit: "123", flags: ["--release"] },
  steps: [
    { id: "clean", title: "Clean" },
    { id: "build", title: "Build all" },
    { id: "release/install", title: "Install" }
  ],
  jobs: 2,
  logs: "/logs/20260802_143005",
  pid: 100,
  machine: "for any x64"
}

/** A session in which a step is tried twice, and everything that is recorded occurs. */
export const session: ReadonlyArray<BuildEvent> = [
  { _tag: "SessionStarted", ...start },
  { _tag: "StepStarted", step: "clean", why: "asked" },
  { _tag: "AttemptStarted", step: "clean", attempt: 1, log: "clean.1.log", fingerprint: null },
  { _tag: "ProcessStarted", step: "clean", attempt: 1, pid: 200, startTime: "77" },
  { _tag: "AttemptEnded", step: "clean", attempt: 1, outcome: { _tag: "Passed" }, ms: 10, retryInMs: null },
  { _tag: "StepEnded", step: "clean", outcome: { _tag: "Ran" }, ms: 12 },
  { _tag: "StepStarted", step: "build", why: "src/a.ts changed" },
  { _tag: "AttemptStarted", step: "build", attempt: 1, log: "build.1.log", fingerprint: "f1" },
  { _tag: "ProcessStarted", step: "build", attempt: 1, pid: 201, startTime: "78" },
  { _tag: "TaskStarted", step: "build", attempt: 1, task: "a:build" },
  { _tag: "TaskEnded", step: "build", attempt: 1, task: "a:build", status: "success", ms: 30 },
  { _tag: "TaskStarted", step: "build", attempt: 1, task: "b:build" },
  { _tag: "TaskEnded", step: "build", attempt: 1, task: "b:build", status: "failure", ms: 5 },
  { _tag: "AttemptEnded", step: "build", attempt: 1, outcome: { _tag: "Exited", code: 1 }, ms: 40, retryInMs: 1000 },
  { _tag: "AttemptStarted", step: "build", attempt: 2, log: "build.2.log", fingerprint: "f1" },
  { _tag: "ProcessStarted", step: "build", attempt: 2, pid: 202, startTime: "79" },
  { _tag: "Warned", step: "build", text: "the cache is full" },
  { _tag: "TaskStarted", step: "build", attempt: 2, task: "b:build" },
  { _tag: "TaskEnded", step: "build", attempt: 2, task: "b:build", status: "success", ms: 7 },
  { _tag: "AttemptEnded", step: "build", attempt: 2, outcome: { _tag: "Passed" }, ms: 20, retryInMs: null },
  { _tag: "StepEnded", step: "build", outcome: { _tag: "Ran" }, ms: 1060 },
  { _tag: "StepStarted", step: "release/install", why: "it always runs" },
  { _tag: "AttemptStarted", step: "release/install", attempt: 1, log: "i.log", fingerprint: null },
  { _tag: "Installed", step: "release/install", prefix: "/home/u/.deputize", version: "v2", previous: "v1" },
  { _tag: "AttemptEnded", step: "release/install", attempt: 1, outcome: { _tag: "Passed" }, ms: 3, retryInMs: null },
  { _tag: "StepEnded", step: "release/install", outcome: { _tag: "Ran" }, ms: 4 },
  { _tag: "SessionEnded", status: "completed" }
]

/** An event each 10 ms from 1000 on. */
export const timed = (events: ReadonlyArray<BuildEvent>): ReadonlyArray<TimedEvent> =>
  events.map((event, at) => ({ event, time: 1000 + at * 10 }))
