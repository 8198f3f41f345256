/**
 * A run as a tree that fits a terminal of any size: a line or two for each agent, then a line for the whole. Pure.
 *
 * Where there are more agents than lines, those at work come first, and a line counts the others. No line is wider than
 * asked; figures give way to the names, and the names to nothing.
 */
import { agentRows, type Branch, type Look, share } from "./AgentRows.ts"
import { count, dollars, percent, plural, seconds } from "./Figures.ts"
import type { AgentView, RunView } from "./Progress.ts"
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
  if (agents.length <= lines) {
    const texts = look.texts && 2 * agents.length <= lines
    return [...agentRows(agents, branches(agents, style), now, room.columns, { style, texts }), whole]
  }
  const order = byState(agents)
  const isCounted = lines > 1
  const shown = order.slice(0, isCounted ? lines - 1 : lines)
  const flat = shown.map((): Branch => ({ first: "", below: "" }))
  return [
    ...agentRows(shown, flat, now, room.columns, { style, texts: false }),
    ...(isCounted ? [compose([dim(countText(order.slice(shown.length), " not shown"))], room.columns, style)] : []),
    whole
  ]
}

// internal

/** At work, then waiting, then ended, each in the order asked. */
const byState = (agents: ReadonlyArray<AgentView>): ReadonlyArray<AgentView> =>
  (["Running", "Waiting", "Ended"] as const).flatMap((tag) => agents.filter(({ state }) => state._tag === tag))

const branches = (agents: ReadonlyArray<AgentView>, { marks }: Style): ReadonlyArray<Branch> => {
  /** Whether a later agent stands at this depth, below the same parent. */
  const goesOn: Array<boolean> = []
  const space = " ".repeat(marks.beside.length)
  const found: Array<Branch> = []
  for (const { depth } of agents.toReversed()) {
    const above = Array.from({ length: Math.max(0, depth - 2) }, (_, index) =>
      goesOn[index + 2] ? marks.beside : space
    )
    const own = depth < 2 ? "" : goesOn[depth] ? marks.branch : marks.lastBranch
    const beside = depth < 2 ? "" : goesOn[depth] ? marks.beside : space
    const children = goesOn[depth + 1] ? marks.beside : ""
    found.push({ first: above.join("") + own, below: above.join("") + beside + children })
    goesOn.length = depth + 1
    goesOn[depth] = true
  }
  return found.toReversed()
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
    countText(agents, "")
  ]
  return [dim(facts.join(` ${style.marks.separator} `))]
}

/** `3 agents: 1 running, 2 completed` */
const countText = (agents: ReadonlyArray<AgentView>, which: string): string => {
  const counts = new Map<string, number>([
    ["running", 0],
    ["waiting", 0]
  ])
  for (const { state } of agents) {
    const word = state._tag === "Ended" ? state.status.replace("_", " ") : state._tag.toLowerCase()
    counts.set(word, (counts.get(word) ?? 0) + 1)
  }
  const parts = [...counts].filter(([, number]) => number > 0).map(([word, number]) => `${number} ${word}`)
  return [`${plural(agents.length, "agent")}${which}`, ...(parts.length === 0 ? [] : [parts.join(", ")])].join(": ")
}
