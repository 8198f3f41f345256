/**
 * A run as a tree that fits a terminal of any size: a line or two for each agent, then a line for the whole. Pure.
 *
 * Children stand below the agent that started them. Where there are more agents than lines, those at work are shown, with
 * the agents above them, and a line counts the others. No line is wider than asked; figures give way to the names, and the
 * names to nothing.
 */
import { parentOf } from "@deputize/core/history/AgentTree"
import { agentRows, type HasSecond, type Look, mayTell, share } from "./AgentRows.ts"
import type { AgentView } from "./AgentView.ts"
import { branches } from "./Branches.ts"
import { count, dollars, percent, plural, seconds } from "./Figures.ts"
import { agentAt, queueIn, type RunView } from "./Progress.ts"
import type { Room } from "./Screen.ts"
import { compose, dim, type Segment } from "./Segments.ts"
import type { Style } from "./Style.ts"

/** The lines to show at `now`, in milliseconds since 1970. */
export const liveTree = (view: RunView, now: number, room: Room, look: Look): ReadonlyArray<string> => {
  if (room.rows < 1 || room.columns < 1) return []
  const { style } = look
  const lines = room.rows - 1
  const whole = compose(totals(view, now, style), room.columns, style)
  const { agents } = view
  const isWhole = agents.length <= lines
  const shown = isWhole ? agents : mostTelling(view, lines > 1 ? lines - 1 : lines)
  const hasSecond = secondLines(shown, isWhole ? lines : 0, look)
  const hidden = new Set(agents)
  for (const agent of shown) hidden.delete(agent)
  return [
    ...agentRows(shown, branches(shown, style), { now, queue: queueIn(view) }, room.columns, look, hasSecond),
    ...(isWhole || lines < 2 ? [] : [compose([dim(countText([...hidden], " not shown"))], room.columns, style)]),
    whole
  ]
}

// internal

/** At work, then waiting, then queued, then ended, each in the order asked. */
const byState = (agents: ReadonlyArray<AgentView>): ReadonlyArray<AgentView> =>
  (["Running", "Waiting", "Queued", "Ended"] as const).flatMap((tag) =>
    agents.filter(({ state }) => state._tag === tag)
  )

/** As many as fit, each with those above it, in the order of the tree. */
const mostTelling = (view: RunView, rows: number): ReadonlyArray<AgentView> => {
  const chosen = new Set<AgentView>()
  for (const agent of byState(view.agents)) {
    if (chosen.size >= rows) break
    const line = lineage(view, agent).filter((each) => !chosen.has(each))
    if (chosen.size + line.length > rows) continue
    for (const each of line) chosen.add(each)
  }
  return view.agents.filter((agent) => chosen.has(agent))
}

/** The agent and those above it that are known. */
const lineage = (view: RunView, agent: AgentView): ReadonlyArray<AgentView> => {
  const above = agentAt(view, parentOf(agent.path))
  return above === undefined ? [agent] : [...lineage(view, above), agent]
}

/** All that may have a second line where there is room for it, else those at work, else none. */
const secondLines = (agents: ReadonlyArray<AgentView>, lines: number, look: Look): HasSecond => {
  const may = agents.filter((agent) => mayTell(agent, look))
  if (agents.length + may.length <= lines) return (agent) => mayTell(agent, look)
  const isAtWork = (agent: AgentView) => agent.state._tag === "Running" && mayTell(agent, look)
  return agents.length + may.filter(isAtWork).length <= lines ? isAtWork : () => false
}

const totals = (view: RunView, now: number, style: Style): ReadonlyArray<Segment> => {
  const { agents } = view
  let used = 0
  let nanoUsd: number | null = null
  for (const agent of agents) {
    used += agent.used
    if (agent.nanoUsd !== null) nanoUsd = (nanoUsd ?? 0) + agent.nanoUsd
  }
  const tokens = share(used, view.limit, count)
  const facts = [
    ...(view.startedAt === null ? [] : [seconds(now - view.startedAt)]),
    view.limit === null ? `${tokens} tokens` : `${tokens} tokens (${percent(used, view.limit)})`,
    ...(nanoUsd === null || (nanoUsd === 0 && view.nanoUsdLimit === null)
      ? []
      : [share(nanoUsd, view.nanoUsdLimit, dollars)]),
    countText(agents, ""),
    ...(view.isAutomatic && view.atOnce.named !== null ? [`${view.atOnce.named} at a time`] : [])
  ]
  return [dim(facts.join(` ${style.marks.separator} `))]
}

/** `3 agents: 1 running, 2 completed`; those that agents started stand behind a plus: `1 + 2 agents`. */
const countText = (agents: ReadonlyArray<AgentView>, which: string): string => {
  const counts = new Map<string, number>([
    ["running", 0],
    ["waiting", 0],
    ["queued", 0]
  ])
  for (const { state } of agents) {
    const word = state._tag === "Ended" ? state.status.replace("_", " ") : state._tag.toLowerCase()
    counts.set(word, (counts.get(word) ?? 0) + 1)
  }
  const parts = [...counts].filter(([, number]) => number > 0).map(([word, number]) => `${number} ${word}`)
  const started = agents.filter(({ depth }) => depth > 1).length
  const all = started === 0 ? plural(agents.length, "agent") : `${agents.length - started} + ${started} agents`
  return [`${all}${which}`, ...(parts.length === 0 ? [] : [parts.join(", ")])].join(": ")
}
