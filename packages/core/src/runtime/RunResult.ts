/**
 * What became of a run: the agents' results and what they add up to. Pure.
 */
import type { AgentResult } from "../agent/AgentResult.ts"
import type { RunId } from "../domain/Ids.ts"
import { Usage } from "../domain/Usage.ts"

/** `partial`: some agents completed and others did not. */
export type RunStatus = "completed" | "partial" | "failed" | "cancelled" | "timed_out" | "paused"

export interface RunResult {
  readonly run: RunId
  /** Head of the run's hash chain: what an audit of the record is held against. */
  readonly head: string
  readonly status: RunStatus
  readonly verified: boolean
  readonly wallMs: number
  /** Sum of the agents' durations. */
  readonly sequentialMs: number
  /** `sequentialMs / wallMs`; 1 for a run too short to tell. */
  readonly speedup: number
  readonly usage: Usage
  /** Nanodollars; null where the price of a model is not known. */
  readonly nanoUsd: number | null
  readonly budget: { readonly tokens: { readonly limit: number | null; readonly used: number } }
  /** The whole run's own limit that ended it, if one did. */
  readonly limitReached: "budget" | "deadline" | null
  /** `evidence-only`: no language model took part. */
  readonly mode: "model" | "evidence-only"
  readonly agents: ReadonlyArray<AgentResult>
}

/** What the agents' states add up to. */
export const runStatus = (agents: ReadonlyArray<AgentResult>): RunStatus => {
  const states = new Set(agents.map((agent) => agent.status))
  if (states.has("cancelled")) return "cancelled"
  if (states.size === 1 && states.has("completed")) return "completed"
  if (states.has("completed")) return "partial"
  const [only] = states
  return states.size === 1 && only !== undefined ? only : "failed"
}

export const summarise = (
  facts: Pick<RunResult, "run" | "head" | "wallMs" | "mode" | "agents" | "limitReached" | "budget">
): RunResult => {
  const sequentialMs = facts.agents.reduce((sum, agent) => sum + agent.durationMs, 0)
  return {
    ...facts,
    status: runStatus(facts.agents),
    verified: facts.agents.length > 0 && facts.agents.every((agent) => agent.verified),
    sequentialMs,
    speedup: facts.wallMs > 0 ? sequentialMs / facts.wallMs : 1,
    usage: Usage.sum(facts.agents.map((agent) => agent.usage)),
    nanoUsd: facts.agents.reduce<number | null>(
      (sum, agent) => (sum === null || agent.nanoUsd === null ? null : sum + agent.nanoUsd),
      0
    )
  }
}
