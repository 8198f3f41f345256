/**
 * What a caller asks of the runtime: which agents, on what, within which limits.
 */

import type { AgentDefinition } from "../definition/AgentDefinition.ts"
import type { Probe } from "../domain/Probe.ts"

export interface AgentRequest {
  readonly definition: AgentDefinition
  /** What the offline provider looks for in this role. */
  readonly probes: ReadonlyArray<Probe>
  readonly goal: string
  /** Paths relative to the workspace; empty means all of it. */
  readonly scope: ReadonlyArray<string>
  /** Replaces the definition's token limit. */
  readonly tokens?: number
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
  /** Wall time of the whole run in milliseconds. */
  readonly deadlineMs?: number
  /** Agents at work at the same time; all of them when absent. */
  readonly maxParallel?: number
  /** Replaces every agent's turn limit. */
  readonly maxTurns?: number
}
