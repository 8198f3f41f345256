/**
 * Results of agents that never came to work: there was no part of the budget for them, or they were cancelled before.
 */
import type { AgentResult } from "../agent/AgentResult.ts"
import type { Failure } from "../domain/Failure.ts"
import { Usage } from "../domain/Usage.ts"
import type { Place } from "./Shares.ts"

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
