/**
 * What a caller asks of the runtime: which agents, on what, within which limits.
 */
import type { Checks } from "../agent/AgentTask.ts"
import type { AgentDefinition, WorktreeNeeds } from "../definition/AgentDefinition.ts"
import type { Supervision } from "../definition/Supervision.ts"
import type { AnswerFormat } from "../domain/AnswerFormat.ts"
import type { LimitValues } from "../domain/Limits.ts"
import type { Priority } from "../domain/Priority.ts"
import type { Policy } from "../policy/Policy.ts"

export interface AgentRequest {
  readonly definition: AgentDefinition
  readonly goal: string
  /** Paths relative to the workspace; empty means all of it. */
  readonly scope: ReadonlyArray<string>
  /** By the provider's name for it; the run's model when absent. */
  readonly model?: string
  /** Narrows what the definition grants. */
  readonly ceiling?: Policy
  /** Each replaces the definition's own. */
  readonly limits?: LimitValues
  readonly inputs?: Readonly<Record<string, string>>
  /** Who gets a place to work before others; `normal` when absent. */
  readonly priority?: Priority
}

export interface RunRequest {
  /** The real path of the workspace. */
  readonly workspace: string
  /** In the order in which results are listed. */
  readonly agents: ReadonlyArray<AgentRequest>
  /**
   * Of the whole run. Tokens and tool calls are the sum of the agents' limits when absent; for money every model that is
   * used must have a price. `turns` replaces the limit of every agent. `children` are the agents that the agents named
   * may start in all, with what those start, 32 when absent; `depth` the levels of agents below them, 3 when absent.
   */
  readonly limits?: LimitValues
  /**
   * Agents at work at the same time; all of them when absent. `auto`: as many as the provider and this machine turn out
   * to bear, and as many of those that agents start.
   */
  readonly maxParallel?: number | "auto"
  /** Started agents at work at the same time; 4 when absent, the others wait their turn. */
  readonly maxSpawnedAtOnce?: number
  /** Agents that are started may do all that a definition of the repository grants them. */
  readonly trusted?: boolean
  /** Agents that are started use the run's model, whatever their definition says. */
  readonly oneModel?: boolean
  /** The form of every named agent's final answer; free text when absent. */
  readonly format?: AnswerFormat
  /** Commands of the user that every named agent has to pass before it is done. */
  readonly checks?: Checks
  /** Of every agent, also of those that agents start; each replaces what definitions say. */
  readonly supervision?: Supervision
  /** `worktree`: each agent that writes has a tree of its own; what its definition says when absent. */
  readonly isolation?: "none" | "worktree"
  /** What every such tree is given, before what its agent's definition says. */
  readonly worktree?: WorktreeNeeds
}
