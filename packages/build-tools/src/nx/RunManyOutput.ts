/**
 * What `nx run-many --output-style=static` prints, told as events: each task's output follows a line that names it, and
 * who failed or was left out is listed at the end. Only tasks that were planned are believed in.
 */
import { stripVTControlCharacters } from "node:util"
import type { TaskStatus } from "../record/BuildEvent.ts"
import type { HostEvent } from "./HostMessage.ts"

export interface RunManyOutput {
  /** The events of what was printed since. A task's end is among them only where a cache answered it. */
  readonly push: (text: string) => ReadonlyArray<HostEvent>
  /** For the rest: every planned task that has not ended yet. */
  readonly end: (facts: RunFacts) => ReadonlyArray<Ended>
}

/** What is known of a run that has ended. */
export interface RunFacts {
  readonly exitCode: number
  /** Of the run's own report, where there is one. */
  readonly report: ReadonlyMap<string, { readonly status: TaskStatus; readonly ms: number }> | null
}

export type Ended = Extract<HostEvent, { _tag: "Ended" }>

export const runManyOutput = (planned: ReadonlySet<string>): RunManyOutput => {
  const started = new Set<string>()
  const ended = new Map<string, TaskStatus>()
  const failed = new Set<string>()
  const left = new Set<string>()
  let rest = ""
  let section: string | null = null
  let list: Set<string> | null = null

  const lineOf = (line: string): ReadonlyArray<HostEvent> => {
    const plain = stripVTControlCharacters(line).trim()
    const header = headerOf(plain)
    if (header !== null && planned.has(header.task) && !started.has(header.task)) {
      section = header.task
      list = null
      started.add(section)
      const begun: HostEvent = { _tag: "Started", task: section }
      if (header.status === null) return [begun]
      ended.set(section, header.status)
      return [begun, { _tag: "Ended", task: section, status: header.status, ms: 0 }]
    }
    if (summary.test(plain)) section = null
    if (/^Failed tasks:/.test(plain)) list = failed
    else if (/^Tasks not run because/.test(plain)) list = left
    const item = /^- (\S+)/.exec(plain)?.[1]
    if (list !== null && item !== undefined && planned.has(item)) list.add(item)
    return [{ _tag: "Output", task: section, text: line }]
  }

  const statusOf = (task: string, { exitCode }: RunFacts): TaskStatus => {
    if (failed.has(task)) return "failure"
    if (left.has(task)) return "skipped"
    if (started.has(task)) return exitCode === 0 || failed.size > 0 ? "success" : "failure"
    return exitCode === 0 ? "success" : "skipped"
  }

  return {
    push: (text) => {
      const lines = `${rest}${text}`.split(/(?<=\n)/)
      rest = lines.at(-1)?.endsWith("\n") === false ? (lines.pop() ?? "") : ""
      return joined(lines.flatMap(lineOf))
    },
    end: (facts) =>
      [...planned]
        .filter((task) => !ended.has(task))
        .map((task) => {
          const { status, ms } = facts.report?.get(task) ?? { status: statusOf(task, facts), ms: 0 }
          return { _tag: "Ended", task, status, ms }
        })
  }
}

// internal

const summary = /^NX\s{2,}\S/

const headerOf = (line: string): { readonly task: string; readonly status: TaskStatus | null } | null => {
  const [, task, remark = ""] = /^> nx run (\S+)(?:\s+\[(.+)\])?$/.exec(line) ?? []
  if (task === undefined) return null
  if (remark.startsWith("local cache")) return { task, status: "local-cache" }
  if (remark.startsWith("remote cache")) return { task, status: "remote-cache" }
  if (remark.startsWith("existing outputs match")) return { task, status: "local-cache-kept-existing" }
  return { task, status: null }
}

/** Neighbouring output of one task is one event. */
const joined = (events: ReadonlyArray<HostEvent>): ReadonlyArray<HostEvent> => {
  const all: Array<HostEvent> = []
  for (const event of events) {
    const last = all.at(-1)
    if (event._tag === "Output" && last?._tag === "Output" && last.task === event.task)
      all[all.length - 1] = { ...last, text: last.text + event.text }
    else all.push(event)
  }
  return all
}
