/**
 * Build sessions on record, for people: the list, and one with its steps. Pure.
 */
import type { SessionSummary } from "@deputize/build-tools/record/BuildRecord"
import type { BuildState, StepState } from "@deputize/build-tools/record/BuildState"
import { type Fact, factLines } from "./Facts.ts"
import { duration, plural } from "./Figures.ts"
import type { Style } from "./Style.ts"
import { table } from "./Table.ts"
import { oneLine } from "./Width.ts"

/** "running" where the process that works on it is there; the record alone cannot tell that from "interrupted". */
export type SessionStage = BuildState["status"] | "running"

export interface ListedSession extends Omit<SessionSummary, "status"> {
  readonly status: SessionStage
}

export interface SessionStatus extends Omit<BuildState, "status"> {
  readonly status: SessionStage
}

/** `clock` shows a time as the reader wants to see it. */
export const sessionListText = (
  sessions: ReadonlyArray<ListedSession>,
  style: Style,
  clock: (time: number) => string
): string =>
  `${table(
    [
      { title: "SESSION" },
      { title: "STATUS" },
      { title: "PIPELINE", keeps: 8, dispensable: 2 },
      { title: "STARTED", dispensable: 3 },
      { title: "TOOK", right: true, dispensable: 1 }
    ],
    sessions.map(({ ms, pipeline, session, startedAt, status }) => [
      session,
      `${markOf(status, style)} ${status}`,
      oneLine(pipeline),
      clock(startedAt),
      duration(ms)
    ]),
    style
  ).join("\n")}\n`

export const sessionText = (
  session: SessionStatus,
  style: Style,
  clock: (time: number) => string,
  now: number
): string => {
  const rows = table(
    [
      { title: "STEP", keeps: 12 },
      { title: "STATE", keeps: 12 },
      { title: "TIME", right: true, dispensable: 1 },
      { title: "TRIES", right: true, dispensable: 2 }
    ],
    session.steps.map((step) => {
      const stage = stageOf(step, session.status)
      const ms = stage === "running" ? now - (step.startedAt ?? now) : step.ms
      return [
        oneLine(step.id),
        `${stepMark(stage, style)} ${stage}${tasksOf(step)}`,
        ms === 0 ? "" : duration(ms),
        step.attempts === 0 ? "" : String(step.attempts)
      ]
    }),
    style
  )
  const ended = session.steps.filter(({ outcome }) => outcome !== null).length
  const facts: ReadonlyArray<Fact> = [
    ["session", [`${session.session} of ${session.inputs.pipeline}`]],
    ["status", [statusText(session)]],
    ["started", [clock(session.startedAt)]],
    ["time", [duration(session.ms)]],
    ["steps", [`${ended}/${session.steps.length} ended, ${plural(session.jobs, "job")}`]],
    ["failed", session.steps.flatMap(failureOf)],
    ["installed", session.installed.map(({ prefix, version }) => `version ${version} in ${prefix}`)],
    ["warnings", session.warnings.map(({ step, text }) => (step === null ? text : `${step}: ${text}`))],
    ["logs", [session.logs]],
    [
      "next",
      session.status === "completed" || session.status === "running"
        ? []
        : ["deputize build --resume runs what is not finished"]
    ]
  ]
  const lines = factLines(
    facts.map(([name, values]) => [name, values.map(oneLine)]),
    nameColumns,
    style
  )
  return `${[...lines, "", ...rows].join("\n")}\n`
}

/** The stable shape of `build list --json`. */
export const sessionListFacts = (sessions: ReadonlyArray<ListedSession>) => ({
  schemaVersion: 1,
  sessions: sessions.map((session) => ({ ...session, startedAt: isoTime(session.startedAt) }))
})

/** The stable shape of `build status --json`. */
export const sessionFacts = (session: SessionStatus) => ({
  schemaVersion: 1,
  session: session.session,
  status: session.status,
  pid: session.pid,
  jobs: session.jobs,
  startedAt: isoTime(session.startedAt),
  lastEventAt: isoTime(session.lastEventAt),
  ms: session.ms,
  resumed: session.resumed,
  inputs: session.inputs,
  steps: session.steps.map((step) => ({
    id: step.id,
    title: step.title,
    state: stageOf(step, session.status),
    why: step.why,
    attempts: step.attempts,
    ms: step.ms,
    outcome: step.outcome,
    log: step.attempt?.log ?? null,
    tasks: [...step.tasks].map(([task, state]) =>
      state._tag === "Running" ? { task, status: "running", ms: null } : { task, status: state.status, ms: state.ms }
    )
  })),
  warnings: session.warnings,
  installed: session.installed,
  logs: session.logs
})

// internal

const nameColumns = 11

const isoTime = (time: number): string => new Date(time).toISOString()

type StepStage =
  | "waiting"
  | "running"
  | "interrupted"
  | "passed"
  | "up to date"
  | "left out"
  | "not run"
  | "failed"
  | "stopped"

const stageOf = ({ outcome, startedAt }: StepState, session: SessionStage): StepStage => {
  if (outcome === null) return startedAt === null ? "waiting" : session === "running" ? "running" : "interrupted"
  switch (outcome._tag) {
    case "Ran":
    case "Adopted":
    case "Resumed":
      return "passed"
    case "UpToDate":
      return "up to date"
    case "Skipped":
      return "left out"
    case "Blocked":
      return "not run"
    case "Failed":
      return "failed"
    case "Stopped":
      return "stopped"
  }
}

const stepMark = (stage: StepStage, { marks }: Style): string => {
  switch (stage) {
    case "passed":
    case "up to date":
      return marks.done
    case "running":
      return marks.running
    case "failed":
      return marks.failed
    case "stopped":
    case "interrupted":
      return marks.stopped
    case "waiting":
    case "left out":
    case "not run":
      return marks.waiting
  }
}

const markOf = (status: SessionStage, { marks }: Style): string => {
  switch (status) {
    case "running":
      return marks.running
    case "completed":
      return marks.done
    case "failed":
      return marks.failed
    case "interrupted":
    case "stopped":
      return marks.stopped
  }
}

const tasksOf = ({ tasks }: StepState): string => {
  const ended = [...tasks.values()].filter(({ _tag }) => _tag === "Ended").length
  return tasks.size === 0 ? "" : `, ${ended}/${plural(tasks.size, "task")}`
}

const statusText = ({ pid, resumed, status }: SessionStatus): string => {
  const again = resumed === 0 ? "" : `, resumed ${resumed === 1 ? "once" : `${resumed} times`}`
  return `${status}${status === "running" ? ` in process ${pid}` : ""}${again}`
}

const failureOf = ({ id, outcome }: StepState): ReadonlyArray<string> =>
  outcome?._tag === "Failed" ? [`${id}: ${outcome.problem}`, ...(outcome.hint === "" ? [] : [outcome.hint])] : []
