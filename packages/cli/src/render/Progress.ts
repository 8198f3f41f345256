/**
 * What a run is doing at the moment, folded from its facts: every agent with its state, what it has used, the plan that it
 * keeps and what it said last. Pure. An event costs the same however many agents there are.
 */

import { isOlder } from "@deputize/core/domain/Copies"
import { depthOf, parentOf } from "@deputize/core/history/AgentTree"
import type { Fact, Recorded } from "@deputize/core/history/Fact"
import {
  again,
  type Member,
  moved,
  newcomer,
  type Places,
  type Position,
  placesAfter,
  positions,
  unknownPlaces
} from "@deputize/core/history/Queue"
import { type Plan, planOf } from "@deputize/core/tool/Plan"
import * as Option from "effect/Option"
import { callText } from "./Calls.ts"

/** A call that has not ended. */
export interface OpenCall {
  readonly id: string
  readonly text: string
  /** What the agent's plan is once the call has succeeded; null for calls that do not change it. */
  readonly plan: Plan | null
}

export type Activity =
  | { readonly _tag: "Thinking" }
  | { readonly _tag: "Answering" }
  /** Its conversation, which has become too long. */
  | { readonly _tag: "SummingUp" }
  | { readonly _tag: "Calling"; readonly calls: ReadonlyArray<OpenCall> }
  /** `until` in milliseconds since 1970. */
  | { readonly _tag: "Retrying"; readonly until: number }

export type AgentState =
  /** Its turn has not come. */
  | { readonly _tag: "Queued" }
  | { readonly _tag: "Running"; readonly activity: Activity }
  /** For agents that it started. */
  | { readonly _tag: "Waiting"; readonly paths: ReadonlyArray<string>; readonly calls: ReadonlyArray<OpenCall> }
  /** `status` as in the agent's result. */
  | { readonly _tag: "Ended"; readonly status: string }

export interface AgentView {
  readonly path: string
  /** From 1: which of those that its parent started; null where it is not on record. */
  readonly order: number | null
  /** Below the root: 1 for the agents that were asked for, more for those that agents started. */
  readonly depth: number
  readonly goal: string
  readonly state: AgentState
  /** Tokens charged. */
  readonly used: number
  readonly limit: number | null
  /** Nanodollars charged; null while no price is known. */
  readonly nanoUsd: number | null
  readonly nanoUsdLimit: number | null
  readonly turns: number
  /** The end of what it said last. */
  readonly said: { readonly turn: number; readonly text: string }
  /** With the number of the event that it became so with. */
  readonly plan: { readonly steps: Plan; readonly seq: number } | null
  /** Milliseconds since 1970; null while it is queued. */
  readonly startedAt: number | null
  /** The time of its last event. */
  readonly lastAt: number
  /** What decides where it stands while it waits for a place. */
  readonly line: Member
}

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

/** The limits of an agent that goes on with more. */
const raised = (
  { limit, nanoUsdLimit }: AgentView,
  more: { readonly tokens: number; readonly nanoUsd: number }
): Pick<AgentView, "limit" | "nanoUsdLimit"> => ({
  limit: limit === null ? null : limit + more.tokens,
  nanoUsdLimit: nanoUsdLimit === null ? null : nanoUsdLimit + more.nanoUsd
})

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

const silent = { turn: 0, text: "" }

const unstarted = (path: string, time: number, line: Member): AgentView => ({
  path,
  order: null,
  depth: depthOf(path),
  goal: "",
  state: { _tag: "Queued" },
  used: 0,
  limit: null,
  nanoUsd: null,
  nanoUsdLimit: null,
  turns: 0,
  said: silent,
  plan: null,
  startedAt: null,
  lastAt: time,
  line
})

const changed = (agent: AgentView, { fact, seq, time }: Recorded): AgentView => {
  switch (fact._tag) {
    case "agent.Queued":
      return { ...agent, state: { _tag: "Queued" }, goal: fact.goal }
    case "agent.Started": {
      const { goal, nanoUsd, tokens } = fact
      return { ...agent, state: thinking, goal, limit: tokens, nanoUsdLimit: nanoUsd, startedAt: time }
    }
    case "agent.Spawned":
      return { ...agent, goal: fact.goal }
    case "agent.Continued":
      return { ...agent, state: thinking }
    case "agent.TurnRequested":
      return { ...agent, state: fact.isSummary ? summingUp : thinking }
    case "agent.TurnProgress":
      if (agent.state === summingUp) return agent
      return { ...agent, state: answering, said: heard(agent, fact.turn, fact.text) }
    case "agent.TurnCompleted": {
      if (fact.isSummary) return { ...charged(agent, fact), state: thinking }
      const turn = fact.turn === 0 ? agent.turns + 1 : fact.turn
      const text = endOf(fact.text)
      return { ...charged(agent, fact), state: thinking, turns: turn, said: text === "" ? agent.said : { turn, text } }
    }
    case "agent.TurnFailed": {
      const { retryInMs, turn } = fact
      return {
        ...charged(agent, fact),
        state: retryInMs === null ? thinking : running({ _tag: "Retrying", until: time + retryInMs }),
        said: agent.said.turn === turn ? silent : agent.said
      }
    }
    case "tool.Intent": {
      const { call } = fact
      return withCalls(agent, [
        ...callsOf(agent),
        { id: call.id, text: callText(call), plan: Option.getOrNull(planOf(call)) }
      ])
    }
    case "tool.Done": {
      const calls = callsOf(agent)
      const plan = fact.ok ? calls.find(({ id }) => id === fact.callId)?.plan : undefined
      const after = withCalls(
        agent,
        calls.filter(({ id }) => id !== fact.callId)
      )
      return plan === undefined || plan === null ? after : { ...after, plan: { steps: plan, seq } }
    }
    case "agent.Waiting":
      return { ...agent, state: { _tag: "Waiting", paths: fact.paths, calls: callsOf(agent) } }
    case "agent.Resumed":
      return { ...agent, state: working(callsOf(agent)) }
    case "agent.Ended":
      return { ...agent, state: { _tag: "Ended", status: fact.result.status } }
    default:
      return agent
  }
}

const running = (activity: Activity): AgentState => ({ _tag: "Running", activity })
const thinking = running({ _tag: "Thinking" })
const answering = running({ _tag: "Answering" })
const summingUp = running({ _tag: "SummingUp" })
const working = (calls: ReadonlyArray<OpenCall>): AgentState =>
  calls.length === 0 ? thinking : running({ _tag: "Calling", calls })

const callsOf = ({ state }: AgentView): ReadonlyArray<OpenCall> => {
  if (state._tag === "Waiting") return state.calls
  return state._tag === "Running" && state.activity._tag === "Calling" ? state.activity.calls : []
}

/** Who waits for others goes on waiting, whatever else of its turn begins or ends. */
const withCalls = (agent: AgentView, calls: ReadonlyArray<OpenCall>): AgentView =>
  agent.state._tag === "Waiting" ? { ...agent, state: { ...agent.state, calls } } : { ...agent, state: working(calls) }

const charged = (
  agent: AgentView,
  { charged, nanoUsd }: { readonly charged: number; readonly nanoUsd: number | null }
): AgentView => ({
  ...agent,
  used: agent.used + charged,
  nanoUsd: nanoUsd === null ? agent.nanoUsd : (agent.nanoUsd ?? 0) + nanoUsd
})

const heard = ({ said }: AgentView, turn: number, text: string): AgentView["said"] => ({
  turn,
  text: endOf(said.turn === turn ? said.text + text : text)
})

/** More than a line of any terminal, and not the whole of a long answer. */
const keptCharacters = 400

const endOf = (text: string): string => (text.length <= keptCharacters ? text : text.slice(-keptCharacters))
