/**
 * How runs and agents ended, read from records. A state that this version does not know is no success. Pure.
 */
import { AgentStatus } from "../agent/AgentResult.ts"
import type { RunStatus } from "../runtime/RunResult.ts"
import { textAt } from "./Body.ts"

export const runStatusAt = (body: unknown, key: string): RunStatus => {
  const status = textAt(body, key)
  return status === "partial" || isAgentStatus(status) ? status : "failed"
}

export const agentStatusAt = (body: unknown, key: string): AgentStatus => {
  const status = textAt(body, key)
  return isAgentStatus(status) ? status : "failed"
}

// internal

const isAgentStatus = (status: string): status is AgentStatus =>
  AgentStatus.literals.some((literal) => literal === status)
