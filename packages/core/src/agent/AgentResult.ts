/**
 * What became of one agent. Recorded in the journal when the agent ends; results of runs are made of these.
 */
import * as Schema from "effect/Schema"
import { Failure } from "../domain/Failure.ts"
import { AgentPath } from "../domain/Ids.ts"
import { Usage } from "../domain/Usage.ts"
import type { Cost } from "./Allowance.ts"

export const AgentStatus = Schema.Literals(["completed", "failed", "cancelled", "timed_out", "paused"])
/** `paused`: closed at a limit with its answer kept; `timed_out`: its deadline passed. */
export type AgentStatus = typeof AgentStatus.Type

/** The end of a command that the runtime ran to verify what the agent claims. */
export const Check = Schema.Struct({
  command: Schema.String,
  ok: Schema.Boolean,
  /** Null when it did not end by itself. */
  exitCode: Schema.NullOr(Schema.Int),
  /** The end of what it printed. */
  output: Schema.String
})
export type Check = typeof Check.Type

export const AgentResult = Schema.Struct({
  path: AgentPath,
  agent: Schema.String,
  goal: Schema.String,
  scope: Schema.Array(Schema.String),
  model: Schema.String,
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
  /** The part of `durationMs` in which it waited for agents that it had started. */
  waitedMs: Schema.Int,
  usage: Usage,
  /** The agent's own token limit, if it has one. */
  tokens: Schema.NullOr(Schema.Int),
  /** What the ledger charged: `usage`, and the whole reserve of every request whose usage stayed unknown. */
  tokensCharged: Schema.Int,
  /** The part of `tokensCharged` that is such reserves. */
  unknownTokens: Schema.Int,
  /** The part of `tokensCharged` that the provider billed beyond what had been reserved. */
  overdraft: Schema.Int,
  /** Nanodollars charged, unknown requests at their reserve; null where the model's price is not known. */
  nanoUsd: Schema.NullOr(Schema.Int),
  /** The part of `nanoUsd` that was billed beyond what had been reserved; absent where there is none. */
  overdraftNanoUsd: Schema.optionalKey(Schema.Int),
  /** The last run of each check. */
  checks: Schema.Array(Check),
  error: Schema.NullOr(Failure)
})
export type AgentResult = typeof AgentResult.Type

/** As a result names it. */
export const overdraftOf = ({ nanoUsd, tokens }: Cost): Pick<AgentResult, "overdraft" | "overdraftNanoUsd"> => ({
  overdraft: tokens,
  ...(nanoUsd === 0 ? {} : { overdraftNanoUsd: nanoUsd })
})
