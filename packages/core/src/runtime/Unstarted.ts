/**
 * What is on record of agents that have not come to work, and their results if they never do: there was no part of the
 * budget for them, or they were cancelled before.
 */
import type { Queued } from "../agent/AgentEvent.ts"
import type { AgentResult } from "../agent/AgentResult.ts"
import type { Failure } from "../domain/Failure.ts"
import { Usage } from "../domain/Usage.ts"
import type { Place } from "./Shares.ts"

/** That it waits for its turn. */
export const queued = ({ order, request }: Place): typeof Queued.Type => ({
  _tag: "Queued",
  agent: request.definition.name,
  goal: request.goal,
  order
})

export const cancelled = (place: Place, model: string): AgentResult => {
  const message = `${place.path} was cancelled before its turn came`
  return unstarted(place, model, "cancelled", { tag: "Cancelled", message, hint: "" })
}

export const unstarted = (
  { limit, path, request }: Place,
  model: string,
  status: "cancelled" | "paused",
  error: Failure
): AgentResult => ({
  path,
  agent: request.definition.name,
  goal: request.goal,
  scope: request.scope,
  model,
  status,
  verified: false,
  answer: "",
  artifacts: [],
  turns: 0,
  toolCalls: 0,
  durationMs: 0,
  waitedMs: 0,
  usage: Usage.zero,
  tokens: limit.tokens ?? null,
  tokensCharged: 0,
  unknownTokens: 0,
  overdraft: 0,
  nanoUsd: 0,
  checks: [],
  error
})
