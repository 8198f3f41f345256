/**
 * What a run is doing at the moment, folded from its journal: every agent with its state, what it has used and what it
 * said last. Pure.
 *
 * A tolerant reader: it takes the few fields that it shows from the events it knows, and passes over all others, so that
 * a record of another version never stops a run from being shown. An event costs the same however many agents there are.
 */
import type { JournalEvent } from "@deputize/core/journal/Journal"
import { at, chargedAt, listAt, numberAt, parsed, textAt } from "./Body.ts"
import { cutTo, oneLine } from "./Width.ts"

export type Activity =
  | { readonly _tag: "Thinking" }
  | { readonly _tag: "Answering" }
  | { readonly _tag: "Calling"; readonly calls: ReadonlyArray<{ readonly id: string; readonly text: string }> }
  /** `until` in milliseconds since 1970. */
  | { readonly _tag: "Retrying"; readonly until: number }

export type AgentState =
  | { readonly _tag: "Waiting" }
  | { readonly _tag: "Running"; readonly activity: Activity }
  /** `status` as in the agent's result. */
  | { readonly _tag: "Ended"; readonly status: string }

export interface AgentView {
  readonly path: string
  /** Below the root: 1 for the agents that were asked for, more for those that agents started. */
  readonly depth: number
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
  /** Milliseconds since 1970; null while it waits. */
  readonly startedAt: number | null
  /** The time of its last event. */
  readonly lastAt: number
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
}

export type Event = Pick<JournalEvent, "namespace" | "type" | "path" | "time" | "body">

export const emptyView: RunView = {
  agents: [],
  places: new Map(),
  startedAt: null,
  limit: null,
  nanoUsdLimit: null
}

export const advance = (view: RunView, event: Event): RunView => {
  if (event.namespace === "run") return event.type === "Started" ? begun(view, event) : view
  if (event.namespace !== "agent" && event.namespace !== "tool") return view
  const known = view.places.has(event.path) ? view : withAgent(view, event.path, event.time)
  const index = known.places.get(event.path) ?? -1
  const before = known.agents[index]
  if (before === undefined) return view
  const after = changed(before, event)
  return after === before ? known : { ...known, agents: known.agents.with(index, { ...after, lastAt: event.time }) }
}

/** The tool with the arguments that say most about the call, on one line. */
export const callText = (call: unknown): string => {
  const args = parsed(textAt(call, "args"))
  const telling = ["pattern", "path", "glob", "query", "command", "url"]
    .map((key) => textAt(args, key))
    .filter((text) => text !== "")
  return [oneLine(textAt(call, "name")), ...telling.map((text) => cutTo(oneLine(text), 80, "..."))].join(" ")
}

// internal

/** All at once: a run may have thousands. */
const begun = (view: RunView, { body, time }: Event): RunView => {
  const paths = listAt(body, "agents").map((agent) => textAt(agent, "path"))
  const asked = [...new Set(paths)].filter((path) => path !== "" && !view.places.has(path))
  return {
    ...placed([...view.agents, ...asked.map((path) => unstarted(path, time))]),
    startedAt: time,
    limit: numberAt(body, "tokens"),
    nanoUsdLimit: numberAt(body, "nanoUsd")
  }
}

const placed = (agents: ReadonlyArray<AgentView>): Pick<RunView, "agents" | "places"> => ({
  agents,
  places: new Map(agents.map(({ path }, index) => [path, index]))
})

/** Behind the last agent below the same parent, or behind the parent. */
const withAgent = (view: RunView, path: string, time: number): RunView => {
  const parent = view.places.get(path.slice(0, path.lastIndexOf("/")))
  const place = parent === undefined ? view.agents.length : endOfBranch(view.agents, parent)
  return { ...view, ...placed(view.agents.toSpliced(place, 0, unstarted(path, time))) }
}

const endOfBranch = (agents: ReadonlyArray<AgentView>, parent: number): number => {
  const depth = agents[parent]?.depth ?? 0
  const end = agents.findIndex((agent, index) => index > parent && agent.depth <= depth)
  return end < 0 ? agents.length : end
}

const silent = { turn: 0, text: "" }

const unstarted = (path: string, time: number): AgentView => ({
  path,
  depth: path.split("/").length - 2,
  state: { _tag: "Waiting" },
  used: 0,
  limit: null,
  nanoUsd: null,
  nanoUsdLimit: null,
  turns: 0,
  said: silent,
  startedAt: null,
  lastAt: time
})

/** The same object for an event that says nothing new. */
const changed = (agent: AgentView, { body, namespace, time, type }: Event): AgentView => {
  switch (`${namespace}.${type}`) {
    case "agent.Started":
      return {
        ...agent,
        state: thinking,
        limit: numberAt(body, "tokens"),
        nanoUsdLimit: numberAt(body, "nanoUsd"),
        startedAt: time
      }
    case "agent.TurnRequested":
      return { ...agent, state: thinking }
    case "agent.TurnProgress":
      return { ...agent, state: answering, said: heard(agent, numberAt(body, "turn") ?? 0, textAt(body, "text")) }
    case "agent.TurnCompleted": {
      const turn = numberAt(body, "turn") ?? agent.turns + 1
      const text = endOf(textAt(body, "text"))
      return { ...charged(agent, body), state: thinking, turns: turn, said: text === "" ? agent.said : { turn, text } }
    }
    case "agent.TurnFailed": {
      const inMs = numberAt(body, "retryInMs")
      const isVoid = agent.said.turn === numberAt(body, "turn")
      return {
        ...charged(agent, body),
        state: inMs === null ? thinking : running({ _tag: "Retrying", until: time + inMs }),
        said: isVoid ? silent : agent.said
      }
    }
    case "tool.Intent": {
      const call = at(body, "call")
      const calls = [...callsOf(agent), { id: textAt(call, "id"), text: callText(call) }]
      return { ...agent, state: running({ _tag: "Calling", calls }) }
    }
    case "tool.Done": {
      const calls = callsOf(agent).filter(({ id }) => id !== textAt(body, "callId"))
      return { ...agent, state: calls.length === 0 ? thinking : running({ _tag: "Calling", calls }) }
    }
    case "agent.Ended":
      return { ...agent, state: { _tag: "Ended", status: textAt(at(body, "result"), "status") } }
    case "agent.Told":
    case "agent.Compacted":
    case "agent.Checked":
    case "tool.Decided":
    case "tool.Changing":
      return { ...agent }
    default:
      return agent
  }
}

const running = (activity: Activity): AgentState => ({ _tag: "Running", activity })
const thinking = running({ _tag: "Thinking" })
const answering = running({ _tag: "Answering" })

const callsOf = ({ state }: AgentView) =>
  state._tag === "Running" && state.activity._tag === "Calling" ? state.activity.calls : []

const charged = (agent: AgentView, body: unknown): AgentView => {
  const nanoUsd = numberAt(body, "nanoUsd")
  return {
    ...agent,
    used: agent.used + chargedAt(body),
    nanoUsd: nanoUsd === null ? agent.nanoUsd : (agent.nanoUsd ?? 0) + nanoUsd
  }
}

const heard = ({ said }: AgentView, turn: number, text: string): AgentView["said"] => ({
  turn,
  text: endOf(said.turn === turn ? said.text + text : text)
})

/** More than a line of any terminal, and not the whole of a long answer. */
const keptCharacters = 400

const endOf = (text: string): string => (text.length <= keptCharacters ? text : text.slice(-keptCharacters))
