/**
 * What a run is doing at the moment, folded from its facts: every agent with its state and its place among the others.
 * Pure. An event costs the same however many agents there are.
 */

import type { Position } from "@deputize/core/domain/Priority"
import { isOlder } from "@deputize/core/domain/Siblings"
import { parentOf } from "@deputize/core/history/AgentTree"
import type { Fact, Recorded } from "@deputize/core/history/Fact"
import {
  again,
  moved,
  newcomer,
  type Places,
  placesAfter,
  positions,
  unknownPlaces
} from "@deputize/core/history/Queue"
import { type AgentView, changed, raised, unstarted } from "./AgentView.ts"

export interface RunView {
  /** In the order asked; agents that an agent started follow it. */
  readonly agents: ReadonlyArray<AgentView>
  /** Where each path stands in `agents`. */
  readonly places: ReadonlyMap<string, number>
  /** Milliseconds since 1970. */
  readonly startedAt: number | null
  /** Of the whole run. */
  readonly limit: number | null
  readonly nanoUsdLimit: number | null
  /** Agents that may be at work at the same time. */
  readonly atOnce: Places
  /** The run finds that out by itself. */
  readonly isAutomatic: boolean
}

export const emptyView: RunView = {
  agents: [],
  places: new Map(),
  startedAt: null,
  limit: null,
  nanoUsdLimit: null,
  atOnce: unknownPlaces,
  isAutomatic: false
}

/** The same object for an event that says nothing new. */
export const advance = (view: RunView, event: Recorded): RunView => {
  const { fact, path, time } = event
  switch (fact._tag) {
    case "run.Started":
      return begun(view, fact, time)
    case "run.Resumed": {
      const goesOn = new Set(fact.agents)
      const agents = view.agents.map((agent) => {
        const isGoingOn = goesOn.has(agent.path)
        return { ...agent, ...(isGoingOn ? raised(agent, fact.more) : {}), line: again(agent.line, isGoingOn) }
      })
      const atOnce = placesAfter(view.atOnce, fact)
      return { ...view, agents, atOnce, limit: fact.tokens, nanoUsdLimit: fact.nanoUsd }
    }
    case "run.Parallelism":
      return { ...view, atOnce: placesAfter(view.atOnce, fact) }
    case "run.Said":
    case "run.Limited":
    case "run.Ended":
    case "undo.Began":
    case "undo.Changing":
    case "undo.Changed":
    case "undo.Ended":
    case "worktree.Based":
    case "worktree.Made":
    case "worktree.Committed":
    case "worktree.Stuck":
    case "worktree.Merged":
    case "worktree.Bringing":
    case "worktree.Brought":
    case "Unknown":
      return view
    default: {
      const known = view.places.has(path) ? view : withAgent(view, event)
      const index = known.places.get(path) ?? -1
      const before = known.agents[index]
      if (before === undefined) return view
      const after = { ...changed(before, event), line: moved(before.line, fact), lastAt: time }
      return { ...known, agents: known.agents.with(index, after) }
    }
  }
}

/** Where those that wait for a place stand among others, by their paths. */
export const queueIn = ({ agents, atOnce }: RunView): ReadonlyMap<string, Position> =>
  new Map(
    positions(
      agents.map(({ line }) => line),
      atOnce
    ).map((queued) => [queued.path, queued])
  )

export const agentAt = (view: RunView, path: string): AgentView | undefined => view.agents[view.places.get(path) ?? -1]

// internal

/** All at once: a run may have thousands. */
const begun = (view: RunView, fact: Extract<Fact, { _tag: "run.Started" }>, time: number): RunView => {
  const { isAutomatic, nanoUsd, tokens } = fact
  const asked = fact.agents.flatMap(({ goal, path, priority }, index): ReadonlyArray<AgentView> => {
    if (view.places.has(path)) return []
    return [{ ...unstarted(path, time, newcomer(path, index, priority)), goal }]
  })
  return {
    ...placed([...view.agents, ...asked]),
    startedAt: time,
    limit: tokens,
    nanoUsdLimit: nanoUsd,
    atOnce: placesAfter(view.atOnce, fact),
    isAutomatic
  }
}

const placed = (agents: ReadonlyArray<AgentView>): Pick<RunView, "agents" | "places"> => ({
  agents,
  places: new Map(agents.map(({ path }, index) => [path, index]))
})

/** Before those that its parent started later; else behind the last agent below that, or behind the parent itself. */
const withAgent = (view: RunView, { fact, path, seq, time }: Recorded): RunView => {
  const order =
    fact._tag === "agent.Queued" || fact._tag === "agent.Spawned" || fact._tag === "agent.Started" ? fact.order : null
  const agent = { ...unstarted(path, time, newcomer(path, seq)), order }
  const parent = view.places.get(parentOf(path))
  const end = parent === undefined ? view.agents.length : endOfBranch(view.agents, parent)
  const younger = view.agents.findIndex((other, index) => index > (parent ?? -1) && isOlder(agent, other))
  const place = younger < 0 ? end : younger
  return { ...view, ...placed(view.agents.toSpliced(place, 0, agent)) }
}

const endOfBranch = (agents: ReadonlyArray<AgentView>, parent: number): number => {
  const depth = agents[parent]?.depth ?? 0
  const end = agents.findIndex((agent, index) => index > parent && agent.depth <= depth)
  return end < 0 ? agents.length : end
}
