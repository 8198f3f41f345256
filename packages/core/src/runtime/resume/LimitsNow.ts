/**
 * The limits of a run as they are after it was given more, once or several times: what came, came to the whole and to
 * each agent that went on with it. Pure.
 */
import { perUnit } from "../../budget/Amounts.ts"
import type { Amounts } from "../../budget/Budget.ts"
import type { AgentPath } from "../../domain/Ids.ts"
import type { LimitValues } from "../../domain/Limits.ts"
import type { RunRequest } from "../RunRequest.ts"

/** What comes to limits: sums, but for turns, levels and `wallMs`, which is a deadline from then on. */
export interface More extends LimitValues {
  /** Milliseconds that come to what is left of the run's time, and to the time of each agent that goes on. */
  readonly moreMs?: number
}

/** What came, and for whom. */
export interface Raise {
  readonly agents: Iterable<AgentPath>
  readonly more: More
}

/** What is limited is limited by so much more; what is not stays so. */
export const raised = (limits: Amounts, more: LimitValues): Amounts => {
  const plus: Amounts = { tokens: more.tokens, nanoUsd: more.nanoUsd, calls: more.toolCalls, agents: more.children }
  const sums = perUnit((unit) => {
    const limit = limits[unit]
    return limit === undefined ? undefined : limit + (plus[unit] ?? 0)
  })
  return Object.fromEntries(Object.entries(sums).filter(([, limit]) => limit !== undefined))
}

/** `limits` are those of the agents at first, by path. */
export const raisedAgents = (
  limits: ReadonlyMap<AgentPath, Amounts>,
  raises: ReadonlyArray<Raise>
): ReadonlyMap<AgentPath, Amounts> => {
  const now = new Map(limits)
  for (const { agents, more } of raises) {
    for (const path of agents) {
      const limit = now.get(path)
      if (limit !== undefined) now.set(path, raised(limit, more))
    }
  }
  return now
}

export const raisedWhole = (total: Amounts, raises: ReadonlyArray<Raise>): Amounts =>
  raises.reduce((limits, { more }) => raised(limits, more), total)

/** The request with the limits that are no sums: turns and levels as they were set last. */
export const withNewBounds = (request: RunRequest, raises: ReadonlyArray<Raise>): RunRequest => {
  const depth = raises.findLast(({ more }) => more.depth !== undefined)?.more.depth
  const turns = raises.findLast(({ more }) => more.turns !== undefined)?.more.turns
  return {
    ...request,
    limits: {
      ...request.limits,
      ...(turns === undefined ? {} : { turns }),
      ...(depth === undefined ? {} : { depth })
    }
  }
}

/** It lets nobody do more than before. */
export const isNothing = (more: More): boolean => Object.values(more).every((amount) => amount === undefined)
