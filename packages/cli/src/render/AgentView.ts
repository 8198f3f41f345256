/**
 * One agent of a run as its facts tell: its state, what it has used, the plan that it keeps and what it said last. Pure.
 */
import { depthOf } from "@deputize/core/history/AgentTree"
import type { Recorded } from "@deputize/core/history/Fact"
import type { Member } from "@deputize/core/history/Queue"
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

/** Before anything but its path is known. */
export const unstarted = (path: string, time: number, line: Member): AgentView => ({
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

/** What the next of its facts makes of it. */
export const changed = (agent: AgentView, { fact, seq, time }: Recorded): AgentView => {
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

/** The limits of an agent that goes on with more. */
export const raised = (
  { limit, nanoUsdLimit }: AgentView,
  more: { readonly tokens: number; readonly nanoUsd: number }
): Pick<AgentView, "limit" | "nanoUsdLimit"> => ({
  limit: limit === null ? null : limit + more.tokens,
  nanoUsdLimit: nanoUsdLimit === null ? null : nanoUsdLimit + more.nanoUsd
})

// internal

const silent = { turn: 0, text: "" }

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
