/**
 * The result of an agent that has done nothing.
 */
import type { AgentResult } from "../../src/agent/AgentResult.ts"
import { AgentPath } from "../../src/domain/Ids.ts"
import { Usage } from "../../src/domain/Usage.ts"

export const emptyResult: AgentResult = {
  path: AgentPath.make("/root/a"),
  agent: "a",
  goal: "goal",
  scope: [],
  model: "m",
  status: "completed",
  verified: false,
  answer: "",
  artifacts: [],
  turns: 0,
  toolCalls: 0,
  durationMs: 0,
  waitedMs: 0,
  usage: Usage.zero,
  tokens: null,
  tokensCharged: 0,
  unknownTokens: 0,
  overdraft: 0,
  nanoUsd: 0,
  checks: [],
  error: null
}
