/**
 * What became of one agent. Recorded in the journal when the agent ends; results of runs are made of these.
 */
import * as Schema from "effect/Schema"
import { Failure } from "../domain/Failure.ts"
import { AgentPath } from "../domain/Ids.ts"
import { Usage } from "../domain/Usage.ts"

export const AgentStatus = Schema.Literals(["completed", "failed", "cancelled", "timed_out", "paused"])
/** `paused`: closed at a limit with its answer kept; `timed_out`: its deadline passed. */
export type AgentStatus = typeof AgentStatus.Type

export const AgentResult = Schema.Struct({
  path: AgentPath,
  agent: Schema.String,
  goal: Schema.String,
  scope: Schema.Array(Schema.String),
  status: AgentStatus,
  /** True once checks that the runtime ran itself have passed; a claim of the model never sets it. */
  verified: Schema.Boolean,
  /** The final text, or what was said last by an agent that was stopped; "" when nothing was. */
  answer: Schema.String,
  /** Files that the agent wrote, relative to the workspace. */
  artifacts: Schema.Array(Schema.String),
  turns: Schema.Int,
  toolCalls: Schema.Int,
  durationMs: Schema.Int,
  usage: Usage,
  /** The agent's own token limit, if it has one. */
  tokens: Schema.NullOr(Schema.Int),
  /** What the ledger charged: `usage`, and the whole reserve of every request whose usage stayed unknown. */
  tokensCharged: Schema.Int,
  error: Schema.NullOr(Failure)
})
export type AgentResult = typeof AgentResult.Type
