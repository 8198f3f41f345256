/**
 * Places the agents of a run in its tree and divides limits among them. Pure.
 *
 * An agent's limit is the one given for it, else its definition's, at most that of who it stands below. The whole is the
 * one given, else the sum. Each named agent is guaranteed an even part of the whole, up to its limit; what others leave
 * unused it may use too.
 */

import type { Amounts, BudgetUnit } from "../../budget/Budget.ts"
import { isSpawner } from "../../definition/AgentDefinition.ts"
import { type AgentPath, childPath, rootPath } from "../../domain/Ids.ts"
import { defaultAgentCalls, defaultAgentTokens, defaultSpawned } from "../../domain/Limits.ts"
import type { AgentRequest, RunRequest } from "../RunRequest.ts"

export interface Place {
  readonly request: AgentRequest
  readonly path: AgentPath
  readonly parent: AgentPath
  /** From 1: which of those that stand below its parent, in the order in which they were started. */
  readonly order: number
  /** From 1: which of several agents of this name in the run it is. */
  readonly copy: number
  /** What the agent may use at most, with those that it starts. */
  readonly limit: Amounts
  /** What no other agent can take from it. */
  readonly guarantee: Amounts
}

export interface Shares {
  readonly total: Amounts
  readonly places: ReadonlyArray<Place>
}

export const shares = (request: RunRequest): Shares => {
  const own = request.agents.map(ownLimits)
  const { limits = {} } = request
  const whole: Amounts = {
    tokens: limits.tokens ?? total(own, "tokens") ?? 0,
    ...kept("nanoUsd", limits.nanoUsd ?? total(own, "nanoUsd")),
    ...kept("calls", limits.toolCalls ?? total(own, "calls")),
    agents: limits.children ?? defaultSpawned
  }
  const copies = new Map<string, number>()
  const evenly = divider(whole, own)
  const places = request.agents.map((agent, index) => {
    const name = agent.definition.name
    const copy = (copies.get(name) ?? 0) + 1
    copies.set(name, copy)
    const limit = capped(own[index] ?? {}, whole)
    return {
      request: agent,
      path: childPath(rootPath, name, copy),
      parent: rootPath,
      order: index + 1,
      copy,
      limit,
      guarantee: evenly(limit)
    }
  })
  return { total: whole, places }
}

/** What is set for an agent itself. */
export const ownLimits = ({ definition, limits }: AgentRequest): Amounts => {
  const { children, nanoUsd, tokens, toolCalls } = { ...definition.limits, ...limits }
  return {
    tokens: tokens ?? defaultAgentTokens,
    // Those of all that it may start are among them.
    calls: toolCalls ?? defaultAgentCalls * (isSpawner(definition) ? 1 + (children ?? defaultSpawned) : 1),
    ...kept("nanoUsd", nanoUsd),
    ...kept("agents", children)
  }
}

/** What it may use at most of so much. */
export const capped = (own: Amounts, whole: Amounts): Amounts => {
  const least = (unit: BudgetUnit) => {
    const [a, b] = [own[unit], whole[unit]]
    return kept(unit, a === undefined ? b : b === undefined ? a : Math.min(a, b))
  }
  return { ...least("tokens"), ...least("nanoUsd"), ...least("calls"), ...kept("agents", own.agents) }
}

// internal

/** What can be guaranteed to each; tool calls are there for all to take. */
const divided: ReadonlyArray<BudgetUnit> = ["tokens", "nanoUsd"]

/** The sum, if every agent has a limit. */
const total = (limits: ReadonlyArray<Amounts>, unit: BudgetUnit): number | undefined =>
  limits.reduce<number | undefined>((sum, limit) => {
    const each = limit[unit]
    return sum === undefined || each === undefined ? undefined : sum + each
  }, 0)

/** Gives each agent its even part, up to its limit. The sums are the same for all of them, who may be thousands. */
const divider = (whole: Amounts, own: ReadonlyArray<Amounts>) => {
  const sums = new Map(divided.map((unit) => [unit, total(own, unit)]))
  return (limit: Amounts): Amounts =>
    Object.assign(
      {},
      ...divided.map((unit) => {
        const [mine, all, sum] = [limit[unit], whole[unit], sums.get(unit)]
        if (mine === undefined || all === undefined) return {}
        const even = Math.floor(all / Math.max(1, own.length))
        return { [unit]: sum !== undefined && all >= sum ? mine : Math.min(mine, even) }
      })
    )
}

const kept = (unit: BudgetUnit, amount: number | undefined): Amounts => (amount === undefined ? {} : { [unit]: amount })
