/**
 * What became of a run: the agents' results and what they add up to. Pure.
 */
import type { AgentResult } from "../agent/AgentResult.ts"
import { isNamed, type RunId } from "../domain/Ids.ts"
import { Usage } from "../domain/Usage.ts"
import type { Left, Merge, Merges } from "../worktree/MergeReport.ts"
import { cutWhy } from "../worktree/RunMerges.ts"
import { isUnmerged } from "./ground/Unmerged.ts"

/** `partial`: some agents completed and others did not, or what they all have done could not be merged yet. */
export type RunStatus = "completed" | "partial" | "failed" | "cancelled" | "timed_out" | "paused"

export interface RunResult {
  readonly run: RunId
  /** Head of the run's hash chain: what an audit of the record is held against. */
  readonly head: string
  readonly status: RunStatus
  readonly verified: boolean
  readonly wallMs: number
  /** Sum of the agents' durations without what they waited for others: one after the other they would take that long. */
  readonly sequentialMs: number
  /** `sequentialMs / wallMs`; 1 for a run too short to tell. */
  readonly speedup: number
  readonly usage: Usage
  /** Nanodollars; null where the price of a model is not known. */
  readonly nanoUsd: number | null
  readonly budget: { readonly tokens: { readonly limit: number | null; readonly used: number } }
  /**
   * The whole run's own limit that it came up against: one that ended it, or that kept agents from starting others, with
   * which those may have completed all the same.
   */
  readonly limitReached: "budget" | "deadline" | "agents" | "depth" | null
  /** `evidence-only`: no language model took part. */
  readonly mode: "model" | "evidence-only"
  /** In the order asked; those that an agent has started stand right behind it, in the order in which it did. */
  readonly agents: ReadonlyArray<AgentResult>
  /** What became of trees that agents had of their own; null where none had. */
  readonly merges: Merges | null
}

/** What the states of named agents add up to. */
export const runStatus = (agents: ReadonlyArray<AgentResult>): RunStatus => {
  const states = new Set(agents.map((agent) => agent.status))
  if (states.has("cancelled")) return "cancelled"
  if (states.size === 1 && states.has("completed")) return "completed"
  if (states.has("completed")) return "partial"
  const [only] = states
  return states.size === 1 && only !== undefined ? only : "failed"
}

export const summarise = (
  facts: Pick<RunResult, "run" | "head" | "wallMs" | "mode" | "agents" | "limitReached" | "budget" | "merges">
): RunResult => {
  const sequentialMs = facts.agents.reduce((sum, agent) => sum + agent.durationMs - agent.waitedMs, 0)
  // What became of agents that an agent has started is for that one to judge.
  const named = facts.agents.filter(({ path }) => isNamed(path))
  return {
    ...facts,
    status: statusWith(runStatus(named), facts.merges, named),
    verified: named.length > 0 && named.every((agent) => agent.verified),
    sequentialMs,
    speedup: facts.wallMs > 0 ? sequentialMs / facts.wallMs : 1,
    usage: Usage.sum(facts.agents.map((agent) => agent.usage)),
    nanoUsd: facts.agents.reduce<number | null>(
      (sum, agent) => (sum === null || agent.nanoUsd === null ? null : sum + agent.nanoUsd),
      0
    )
  }
}

// internal

/** With what is still to be merged, a run is not complete. */
const statusWith = (status: RunStatus, merges: Merges | null, named: ReadonlyArray<AgentResult>): RunStatus => {
  if (merges !== null && [...merges.merges, ...merges.left].some(isCut)) return "cancelled"
  return status === "completed" && isUnmerged(merges, named) ? "partial" : status
}

const isCut = ({ why }: Merge | Left): boolean => why === cutWhy
