/**
 * What a caller asks of the runtime: which agents, on what, within which limits.
 */
import type { Checks } from "../agent/AgentTask.ts"
import type { AgentDefinition } from "../definition/AgentDefinition.ts"
import type { AnswerFormat } from "../domain/AnswerFormat.ts"
import type { Probe } from "../domain/Probe.ts"
import type { Policy } from "../policy/Policy.ts"

export interface AgentRequest {
  readonly definition: AgentDefinition
  /** What the offline provider looks for in this role. */
  readonly probes: ReadonlyArray<Probe>
  readonly goal: string
  /** Paths relative to the workspace; empty means all of it. */
  readonly scope: ReadonlyArray<string>
  /** By the provider's name for it; the run's model when absent. */
  readonly model?: string
  /** Narrows what the definition grants. */
  readonly ceiling?: Policy
  /** Replaces the definition's token limit. */
  readonly tokens?: number
  /** Replaces the definition's limit in nanodollars. */
  readonly nanoUsd?: number
  /** Replaces the definition's limit of tool calls. */
  readonly calls?: number
  /** Replaces the definition's wall-time limit, in milliseconds. */
  readonly wallMs?: number
  readonly inputs?: Readonly<Record<string, string>>
}

export interface RunRequest {
  /** The real path of the workspace. */
  readonly workspace: string
  /** In the order in which results are listed. */
  readonly agents: ReadonlyArray<AgentRequest>
  /** Token limit of the whole run; without one it is the sum of the agents' limits. */
  readonly tokens?: number
  /** Limit of the whole run in nanodollars. Every model that is used must have a price then. */
  readonly nanoUsd?: number
  /** Tool calls of the whole run. */
  readonly calls?: number
  /** Wall time of the whole run in milliseconds. */
  readonly deadlineMs?: number
  /** Agents at work at the same time; all of them when absent. */
  readonly maxParallel?: number
  /** Agents that the agents named may start in all, with what those start; 32 when absent. */
  readonly maxAgents?: number
  /** Levels of agents below the agents named; 3 when absent. */
  readonly maxDepth?: number
  /** Started agents at work at the same time; 4 when absent, the others wait their turn. */
  readonly maxSpawnedAtOnce?: number
  /** The form of every named agent's final answer; free text when absent. */
  readonly format?: AnswerFormat
  /** Replaces every agent's turn limit. */
  readonly maxTurns?: number
  /** Commands of the user that every agent has to pass before it is done. */
  readonly checks?: Checks
}
