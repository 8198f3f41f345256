/**
 * A line for each thing worth knowing about a build: all of them where nothing can be redrawn, those that stay above the
 * lines that are drawn over where something can. Pure.
 */
import { importanceOf } from "@deputize/build-tools/command/ImportantLine"
import type { StepOutcome, TaskStatus } from "@deputize/build-tools/record/BuildEvent"
import type { BuildNotice } from "@deputize/build-tools/runner/BuildNotice"
import { type BuildView, briefly, isCachedTask, stepOf, type TaskCounts } from "./BuildProgress.ts"
import { placeText } from "./BuildRows.ts"
import { duration, plural, seconds } from "./Figures.ts"
import type { Colour, Style } from "./Style.ts"
import { oneLine, visible } from "./Width.ts"

export interface BuildLine {
  /** Without a line break at its end. */
  readonly text: string
  /** "detail": a live view shows it by itself; "failure": told even to those who asked for quiet. */
  readonly weight: "detail" | "notable" | "failure"
}

/** The lines that a notice adds. `view` has the notice in it already. */
export const buildLines = (
  view: BuildView,
  notice: BuildNotice,
  now: number,
  style: Style
): ReadonlyArray<BuildLine> => {
  const about = (step: string, mark: string, text: string): string => `${mark} ${nameOf(view, step)}: ${text}`
  switch (notice._tag) {
    case "Recorded":
      return recordedLines(view, notice.event, style)
    case "Line": {
      const { step, task } = notice
      const importance = importanceOf(notice.text)
      const text = `${task === null ? "" : `${oneLine(task)}: `}${visible(notice.text.trim())}`
      if (importance !== "error" && importance !== "warning") return detail(about(step, " ", text))
      return notable(about(step, " ", style.paint(importance === "error" ? "red" : "yellow", text)))
    }
    case "Silent":
      return detail(about(notice.step, " ", `no output for ${seconds(notice.ms)}`))
    case "Waiting": {
      const since = seconds(now - notice.since)
      return notable(`waiting: process ${notice.pid} has been building in this workspace for ${since}`)
    }
    case "Tasks":
      return detail(about(notice.step, " ", plural(notice.total, "task")))
    case "Tail":
    case "Remaining":
      return []
  }
}

// internal

type BuildEvent = Extract<BuildNotice, { readonly _tag: "Recorded" }>["event"]

const detail = (text: string): ReadonlyArray<BuildLine> => [{ text, weight: "detail" }]
const notable = (text: string): ReadonlyArray<BuildLine> => [{ text, weight: "notable" }]

const nameOf = (view: BuildView, id: string): string => {
  const step = stepOf(view, id)
  return step === undefined ? oneLine(id) : `${placeText(view, id)} ${oneLine(step.title)}`
}

const recordedLines = (view: BuildView, event: BuildEvent, style: Style): ReadonlyArray<BuildLine> => {
  const { marks } = style
  const about = (step: string, mark: string, text: string): string => `${mark} ${nameOf(view, step)}: ${text}`
  switch (event._tag) {
    case "SessionStarted":
      return notable(
        [
          `session ${event.session} of ${oneLine(event.inputs.pipeline)}: ${plural(event.steps.length, "step")}, ${plural(event.jobs, "job")}, ${oneLine(event.machine)}`,
          `logs in ${visible(event.logs)}`
        ].join("\n")
      )
    case "SessionResumed":
      return notable(`it goes on with ${plural(event.jobs, "job")}`)
    case "StepStarted":
      return detail(about(event.step, marks.running, `starts because ${oneLine(event.why)}`))
    case "TaskEnded":
      return event.status === "failure"
        ? notable(about(event.step, " ", style.paint("red", taskText(event))))
        : detail(about(event.step, " ", taskText(event)))
    case "AttemptEnded": {
      if (event.retryInMs === null) return []
      const step = stepOf(view, event.step)
      const most = step?.mostTries ?? null
      const next = `try ${(step?.tries ?? 1) + 1}${most === null ? "" : ` of ${most}`} in ${duration(event.retryInMs)}`
      const text = `${oneLine(briefly(event.outcome))} after ${duration(event.ms)}; ${next}`
      return notable(about(event.step, style.paint("yellow", marks.stopped), text))
    }
    case "StepEnded": {
      const { tasks } = stepOf(view, event.step) ?? { tasks: undefined }
      const end = endOf(event.outcome, event.ms, tasks)
      const mark = style.paint(end.colour, marks[end.mark])
      const text = about(event.step, mark, end.text)
      return end.hint === undefined
        ? notable(text)
        : [{ text: `${text}${end.hint === "" ? "" : `\n  ${visible(end.hint)}`}`, weight: "failure" }]
    }
    case "Warned": {
      const text = style.paint("yellow", `warning: ${visible(event.text)}`)
      return notable(event.step === null ? text : about(event.step, " ", text))
    }
    case "Installed": {
      const before = event.previous === null ? "" : `, before it ${event.previous}`
      return detail(about(event.step, " ", visible(`version ${event.version} in ${event.prefix}${before}`)))
    }
    case "AttemptStarted":
    case "ProcessStarted":
    case "TaskStarted":
    case "SessionEnded":
      return []
  }
}

const taskText = ({
  ms,
  status,
  task
}: {
  readonly task: string
  readonly status: TaskStatus
  readonly ms: number
}): string => {
  const name = oneLine(task)
  if (isCachedTask(status)) return `${name}: from the cache`
  switch (status) {
    case "failure":
      return `${name}: failed after ${duration(ms)}`
    case "skipped":
      return `${name}: not run`
    case "stopped":
      return `${name}: stopped after ${duration(ms)}`
    default:
      return `${name}: ${duration(ms)}`
  }
}

interface End {
  readonly mark: "done" | "failed" | "stopped" | "waiting"
  readonly colour: Colour
  readonly text: string
  /** Only of failures: what to do. */
  readonly hint?: string
}

const endOf = (outcome: StepOutcome, ms: number, tasks: TaskCounts | undefined): End => {
  const took = duration(ms)
  switch (outcome._tag) {
    case "Ran": {
      const parts = tasks === undefined || tasks.total === 0 ? [] : [taskCount(tasks)]
      return { mark: "done", colour: "green", text: [took, ...parts].join(", ") }
    }
    case "UpToDate":
      return { mark: "done", colour: "green", text: "up to date" }
    case "Adopted":
      return { mark: "done", colour: "green", text: "it had finished after its runner was gone, and is whole" }
    case "Resumed":
      return { mark: "done", colour: "green", text: "passed before the session was interrupted" }
    case "Skipped":
      return { mark: "waiting", colour: "dim", text: `left out: ${oneLine(outcome.why)}` }
    case "Blocked":
      return { mark: "waiting", colour: "yellow", text: `not run: ${oneLine(outcome.by)} did not pass` }
    case "Failed":
      return {
        mark: "failed",
        colour: "red",
        text: `failed after ${took}: ${oneLine(outcome.problem)}`,
        hint: outcome.hint
      }
    case "Stopped":
      return { mark: "stopped", colour: "yellow", text: `stopped after ${took}` }
  }
}

/** `48 tasks, 40 of them from the cache` */
const taskCount = ({ cached, total }: TaskCounts): string =>
  `${plural(total, "task")}${cached === 0 ? "" : `, ${cached === total ? "all" : cached} of them from the cache`}`
