/**
 * The agents of a live tree, a line or two for each: mark and name, tokens against the limit, what it costs, what it does,
 * and how long nothing has been heard of it; below that the step of its plan and the end of what it said last. Pure.
 *
 * All of them are laid out together, so that their columns are aligned; where there is no room, figures give way to the
 * names.
 */

import { shortName } from "@deputize/core/domain/Ids"
import type { Position } from "@deputize/core/domain/Priority"
import type { Activity, AgentView } from "./AgentView.ts"
import type { Branch } from "./Branches.ts"
import { planText } from "./Calls.ts"
import { count, dollars, plural, queued, seconds } from "./Figures.ts"
import { compose, dim, type Segment } from "./Segments.ts"
import type { Colour, Style } from "./Style.ts"
import { cutStartTo, cutTo, oneLine, padTo, widthOf } from "./Width.ts"

export interface Look {
  readonly style: Style
  /** Whether what an agent said last is shown below it. */
  readonly texts: boolean
}

/** Whose second line is shown; the others have the step of their plan on their only one. */
export type HasSecond = (agent: AgentView) => boolean

/** Whether the agent may have a second line, now or once it has something to say. */
export const mayTell = ({ depth, plan, state }: AgentView, { texts }: Look): boolean =>
  state._tag === "Ended" ? texts && depth === 1 : state._tag !== "Queued" && (texts || plan !== null)

export interface Moment {
  /** In milliseconds since 1970. */
  readonly now: number
  /** Where those stand that wait for a place, by their paths. */
  readonly queue: ReadonlyMap<string, Position>
}

/** The lines of `agents`, each with its place in the tree. */
export const agentRows = (
  agents: ReadonlyArray<AgentView>,
  branch: ReadonlyArray<Branch>,
  moment: Moment,
  columns: number,
  look: Look,
  hasSecond: HasSecond
): ReadonlyArray<string> => {
  const { style } = look
  const names = agents.map(({ path }, index) => {
    const isBelow = (branch[index]?.first ?? "") !== ""
    return oneLine(isBelow ? shortName(path) : path.slice("/root/".length))
  })
  const befores = branch.map(({ first }) => widthOf(first))
  const widestName = names.reduce((most, name, index) => Math.max(most, widthOf(name) + (befores[index] ?? 0)), 0)
  const nameColumns = Math.min(widestName, Math.max(8, Math.floor(columns * 0.3)))
  const tokens = agents.map(({ limit, state, used }) => (state._tag === "Queued" ? "" : share(used, limit, count)))
  const tokenColumns = widest(tokens)
  const costs = agents.map(({ nanoUsd, nanoUsdLimit }) =>
    // What is free, or has not cost anything yet, is no news.
    nanoUsd === null || (nanoUsd === 0 && nanoUsdLimit === null) ? "" : share(nanoUsd, nanoUsdLimit, dollars)
  )
  const costColumns = widest(costs)
  return agents.flatMap((agent, index) => {
    const { colour, mark } = markOf(agent, style)
    const cell = (text: string, width: number) => dim(`${" ".repeat(Math.max(0, width - widthOf(text)))}${text}  `)
    const figures: ReadonlyArray<Segment> = [
      ...(columns >= roomFor.bar ? bar(agent, style) : []),
      ...(columns >= roomFor.tokens ? [cell(tokens[index] ?? "", tokenColumns)] : []),
      ...(columns >= roomFor.money && costColumns > 0 ? [cell(costs[index] ?? "", costColumns)] : [])
    ]
    const ownColumns = Math.max(0, nameColumns - (befores[index] ?? 0))
    const name = cutTo(names[index] ?? "", ownColumns, style.marks.more)
    const first = dim(branch[index]?.first ?? "")
    const left = [first, { text: mark, colour }, { text: ` ${padTo(name, ownColumns)}  ` }, ...figures]
    const room = columns - left.reduce((sum, { text }) => sum + widthOf(text), 0)
    const isTold = hasSecond(agent)
    const lines = [compose([...left, ...doing(agent, moment, room, style, !isTold)], columns, style)]
    const before = `${branch[index]?.below ?? ""}  `
    const told = isTold ? telling(agent, columns - widthOf(before), look) : ""
    if (told !== "") lines.push(compose([dim(before), dim(told)], columns, style))
    return lines
  })
}

/** `3 / 4`, without a limit `3` */
export const share = (used: number, limit: number | null, text: (value: number) => string): string =>
  limit === null ? text(used) : `${text(used)} / ${text(limit)}`

// internal

/** Columns from which a figure has its place. */
const roomFor = { tokens: 48, money: 64, bar: 80 }
const barColumns = 10

const widest = (texts: ReadonlyArray<string>): number => texts.reduce((most, text) => Math.max(most, widthOf(text)), 0)

const bar = ({ limit, state, used }: AgentView, { marks }: Style): ReadonlyArray<Segment> => {
  if (limit === null || limit <= 0 || state._tag === "Queued") return [{ text: " ".repeat(barColumns + 2) }]
  const spent = Math.min(1, used / limit)
  // Empty only for nothing at all, full only for all of it.
  const full = spent >= 1 ? barColumns : Math.min(barColumns - 1, Math.ceil(spent * barColumns))
  const colour = spent >= 1 ? "red" : spent >= 0.8 ? "yellow" : "green"
  return [{ text: marks.full.repeat(full), colour }, dim(`${marks.empty.repeat(barColumns - full)}  `)]
}

const markOf = ({ state }: AgentView, { marks }: Style): { readonly mark: string; readonly colour: Colour } => {
  switch (state._tag) {
    case "Queued":
      return { mark: marks.waiting, colour: "dim" }
    case "Waiting":
      return { mark: marks.running, colour: "dim" }
    case "Running":
      return { mark: marks.running, colour: "cyan" }
    case "Ended":
      if (state.status === "completed") return { mark: marks.done, colour: "green" }
      return state.status === "failed"
        ? { mark: marks.failed, colour: "red" }
        : { mark: marks.stopped, colour: "yellow" }
  }
}

/** Silence is worth a word from here on. */
const silenceMs = 3_000

/** What it does; how long nothing has been heard keeps its place before that. */
const doing = (
  agent: AgentView,
  { now, queue }: Moment,
  columns: number,
  style: Style,
  hasPlan: boolean
): ReadonlyArray<Segment> => {
  const { plan, startedAt, state } = agent
  switch (state._tag) {
    case "Queued":
      return [dim(queued(queue.get(agent.path)))]
    case "Waiting":
      return [dim(`waiting for ${plural(state.paths.length, "agent")}`)]
    case "Ended": {
      const time = startedAt === null ? "" : ` ${style.marks.separator} ${seconds(agent.lastAt - startedAt)}`
      return [{ text: state.status.replace("_", " ") }, dim(time)]
    }
    case "Running": {
      const { activity } = state
      const quiet = activity._tag !== "Retrying" && now - agent.lastAt >= silenceMs
      const silence = quiet ? ` ${style.marks.separator} silent ${seconds(now - agent.lastAt)}` : ""
      const text = cutTo(activityText(activity, now), Math.max(0, columns - widthOf(silence)), style.marks.more)
      const step =
        hasPlan && plan !== null && plan.steps.length > 0
          ? dim(` ${style.marks.separator} ${planText(plan.steps)}`)
          : dim("")
      return [{ text }, { text: silence, colour: "yellow" }, step]
    }
  }
}

const activityText = (activity: Activity, now: number): string => {
  switch (activity._tag) {
    case "Thinking":
      return "thinking"
    case "Answering":
      return "answering"
    case "SummingUp":
      return "summing up its conversation"
    case "Retrying":
      return activity.until > now ? `retrying in ${Math.ceil((activity.until - now) / 1000)} s` : "retrying"
    case "Calling": {
      const [first, ...others] = activity.calls
      return others.length === 0 ? (first?.text ?? "") : `${first?.text ?? ""} (${others.length} more)`
    }
  }
}

/** The step of its plan, then the end of what it said last; until then what an agent is for that the user did not name. */
const telling = ({ depth, goal, plan, said, state }: AgentView, columns: number, { style, texts }: Look): string => {
  const step = plan === null || plan.steps.length === 0 || state._tag === "Ended" ? "" : planText(plan.steps)
  const last = texts ? lastLine(said.text) : ""
  if (step === "" && last === "") return texts && depth > 1 ? cutTo(oneLine(goal), columns, style.marks.more) : ""
  if (last === "") return cutTo(step, columns, style.marks.more)
  const lead = step === "" ? "" : `${cutTo(step, Math.floor(columns / 2), style.marks.more)} ${style.marks.separator} `
  return lead + cutStartTo(last, columns - widthOf(lead), style.marks.more)
}

const lastLine = (text: string): string => oneLine(text.trimEnd().split("\n").at(-1) ?? "")
