/**
 * Places the agents of a request in the run's tree and divides its tokens among them. Pure.
 *
 * An agent's limit is the one given for it, else its definition's. The whole is the one given, else the sum. Each agent
 * is guaranteed an even part of the whole, up to its limit; what others leave unused it may use as well.
 */
import { type AgentPath, childPath, rootPath } from "../domain/Ids.ts"
import { defaultAgentTokens } from "../domain/Limits.ts"
import type { AgentRequest, RunRequest } from "./RunRequest.ts"

export interface Place {
  readonly request: AgentRequest
  readonly path: AgentPath
  /** Tokens that the agent may use at most. */
  readonly limit: number
  /** Tokens that no other agent can take from it. */
  readonly guarantee: number
}

export interface Shares {
  readonly total: number
  readonly places: ReadonlyArray<Place>
}

export const shares = (request: RunRequest): Shares => {
  const limits = request.agents.map((agent) => agent.tokens ?? agent.definition.limits.tokens ?? defaultAgentTokens)
  const sum = limits.reduce((total, limit) => total + limit, 0)
  const total = request.tokens ?? sum
  const even = Math.floor(total / Math.max(1, request.agents.length))
  const copies = new Map<string, number>()
  const places = request.agents.map((agent, index) => {
    const name = agent.definition.name
    const copy = (copies.get(name) ?? 0) + 1
    copies.set(name, copy)
    const limit = Math.min(limits[index] ?? total, total)
    return {
      request: agent,
      path: childPath(rootPath, name, copy),
      limit,
      guarantee: total >= sum ? limit : Math.min(limit, even)
    }
  })
  return { total, places }
}
