/**
 * The agents that an agent started, short, below its result. Pure.
 */
import type { AgentResult, AgentStatus } from "@deputize/core/agent/AgentResult"
import { shortName } from "@deputize/core/domain/Ids"
import { depthOf } from "@deputize/core/history/AgentTree"
import { branches } from "./Branches.ts"
import { count, duration, plural } from "./Figures.ts"
import type { Style } from "./Style.ts"
import { table } from "./Table.ts"
import { cutTo, foldTo, oneLine } from "./Width.ts"

/** Those below `path`, in the order of the tree. */
export const startedBy = (path: string, agents: ReadonlyArray<AgentResult>): ReadonlyArray<AgentResult> =>
  agents.filter((agent) => agent.path.startsWith(`${path}/`))

/** A line for each, and one for each that failed with what happened; none for no agents. */
export const startedLines = (agents: ReadonlyArray<AgentResult>, style: Style): ReadonlyArray<string> => {
  if (agents.length === 0) return []
  const shown = agents.length > mostRows ? mostTelling(agents) : agents
  const marks = branches(
    shown.map(({ path }) => ({ depth: depthOf(path) })),
    style
  )
  const rows = shown.map((agent, index) => [
    `${marks[index]?.first ?? ""}${markOf(agent.status, style)} ${oneLine(shortName(agent.path))}`,
    agent.status.replace("_", " "),
    duration(agent.durationMs),
    count(agent.tokensCharged),
    cutTo(oneLine(agent.goal), mostGoalColumns, style.marks.more)
  ])
  const columns = [
    { title: "STARTED", keeps: 16 },
    { title: "STATUS", dispensable: 3 },
    { title: "TIME", right: true, dispensable: 2 },
    { title: "TOKENS", right: true, dispensable: 1 },
    { title: "GOAL", keeps: 12 }
  ]
  const left = agents.filter((agent) => !shown.includes(agent))
  return [
    ...table(columns, rows, style),
    ...(left.length === 0 ? [] : [`and ${countText(left)}`]),
    ...shown.flatMap((agent) => foldTo(errorText(agent), style.columns)).filter((line) => line !== "")
  ]
}

/** `6 agents: 5 completed, 1 failed` */
export const countText = (agents: ReadonlyArray<AgentResult>): string => {
  const counts = new Map<AgentStatus, number>()
  for (const { status } of agents) counts.set(status, (counts.get(status) ?? 0) + 1)
  const parts = [...counts].map(([status, number]) => `${count(number)} ${status.replace("_", " ")}`)
  return `${plural(agents.length, "agent")}${parts.length === 0 ? "" : `: ${parts.join(", ")}`}`
}

// internal

/** As many as agents may start where nobody says otherwise. */
const mostRows = 32

/** The whole of it is in the result's JSON. */
const mostGoalColumns = 60

/** Those that did not complete come first when not all have a line. */
const mostTelling = (agents: ReadonlyArray<AgentResult>): ReadonlyArray<AgentResult> => {
  const isDone = ({ status }: AgentResult) => status === "completed"
  const chosen = new Set([...agents.filter((agent) => !isDone(agent)), ...agents.filter(isDone)].slice(0, mostRows - 1))
  return agents.filter((agent) => chosen.has(agent))
}

/** Most messages name the agent themselves. */
const errorText = ({ error, path }: AgentResult): string => {
  const message = oneLine(error?.message ?? "")
  return message === "" || message.includes(path) ? message : `${oneLine(path)}: ${message}`
}

const markOf = (status: AgentStatus, { marks }: Style): string => {
  switch (status) {
    case "completed":
      return marks.done
    case "failed":
      return marks.failed
    case "paused":
    case "timed_out":
    case "cancelled":
      return marks.stopped
  }
}
