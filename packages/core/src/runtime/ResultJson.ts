/**
 * The result as other programs read it: `--json`, `-o`. Stable; a change that a reader could notice raises
 * `schema_version`. The JSON Schema that the package publishes is generated from `ResultJson`.
 */
import * as Schema from "effect/Schema"
import { type AgentResult, AgentStatus } from "../agent/AgentResult.ts"
import { Failure } from "../domain/Failure.ts"
import { isNamed, parentPath } from "../domain/Ids.ts"
import { dollarsOf } from "../domain/Price.ts"
import type { Usage } from "../domain/Usage.ts"
import { MergeStatus } from "../worktree/MergeReport.ts"
import type { RunResult } from "./RunResult.ts"

export const UsageJson = Schema.Struct({
  input_tokens: Schema.Int,
  cached_tokens: Schema.Int,
  output_tokens: Schema.Int,
  reasoning_tokens: Schema.Int,
  total_tokens: Schema.Int,
  /** US dollars charged, requests without usage at their whole reserve; null where a price is not known. */
  usd: Schema.NullOr(Schema.Finite)
})

export const AgentJson = Schema.Struct({
  path: Schema.String,
  /** The agent that started it, which stands before it; null for those that the run was started with. */
  parent: Schema.NullOr(Schema.String),
  agent: Schema.String,
  goal: Schema.String,
  scope: Schema.Array(Schema.String),
  model: Schema.String,
  status: AgentStatus,
  verified: Schema.Boolean,
  answer: Schema.String,
  artifacts: Schema.Array(Schema.String),
  turns: Schema.Int,
  tool_calls: Schema.Int,
  duration_ms: Schema.Int,
  /** The part of `duration_ms` in which it waited for agents that it had started. */
  waited_ms: Schema.Int,
  usage: UsageJson,
  budget: Schema.Struct({
    tokens: Schema.Struct({
      limit: Schema.NullOr(Schema.Int),
      used: Schema.Int,
      /** The part of `used` that was charged as reserved, because nobody said what was billed. */
      unknown: Schema.Int,
      /** The part of `used` that was billed beyond what had been reserved. */
      overdraft: Schema.Int
    }),
    /** US dollars that were billed beyond what had been reserved; absent where there are none. */
    usd: Schema.optionalKey(Schema.Struct({ overdraft: Schema.Finite }))
  }),
  /** What the runtime ran itself to verify the claim. */
  checks: Schema.Array(
    Schema.Struct({
      command: Schema.String,
      ok: Schema.Boolean,
      exit_code: Schema.NullOr(Schema.Int),
      output: Schema.String
    })
  ),
  error: Schema.NullOr(Failure)
})

export const MergeJson = Schema.Struct({
  agent: Schema.String,
  status: MergeStatus,
  /** What the agent left, by its ref and its commit; null where nothing could be committed. */
  ref: Schema.NullOr(Schema.String),
  commit: Schema.NullOr(Schema.String),
  /** The branch that keeps what was not merged. */
  branch: Schema.NullOr(Schema.String),
  /** Relative to the top of the repository. */
  files: Schema.Array(Schema.String),
  conflicts: Schema.Array(Schema.String),
  /** Why it was not merged; "" where it was. */
  why: Schema.String
})

export const ResultJson = Schema.Struct({
  schema_version: Schema.Literal(1),
  run: Schema.String,
  head: Schema.String,
  status: Schema.Literals(["completed", "partial", "failed", "cancelled", "timed_out", "paused"]),
  verified: Schema.Boolean,
  wall_ms: Schema.Int,
  sequential_ms: Schema.Int,
  speedup: Schema.Finite,
  usage: UsageJson,
  budget: Schema.Struct({ tokens: Schema.Struct({ limit: Schema.NullOr(Schema.Int), used: Schema.Int }) }),
  /** The limit of the whole run that it came up against, also where all agents completed. */
  limit_reached: Schema.NullOr(Schema.Literals(["budget", "deadline", "agents", "depth"])),
  mode: Schema.Literals(["model", "evidence-only"]),
  agents: Schema.Array(AgentJson),
  /** What became of trees that agents had of their own, in the order asked; empty where none had. */
  merges: Schema.Array(MergeJson),
  /** Files of the working tree that are now as they were merged. */
  brought: Schema.Array(Schema.String),
  /** Merged files that the working tree has otherwise, and why. */
  not_brought: Schema.Array(Schema.Struct({ path: Schema.String, why: Schema.String }))
})
export type ResultJson = typeof ResultJson.Type

export const resultJson = (result: RunResult): ResultJson => ({
  schema_version: 1,
  run: result.run,
  head: result.head,
  status: result.status,
  verified: result.verified,
  wall_ms: result.wallMs,
  sequential_ms: result.sequentialMs,
  speedup: Math.round(result.speedup * 100) / 100,
  usage: usageJson(result.usage, result.nanoUsd),
  budget: result.budget,
  limit_reached: result.limitReached,
  mode: result.mode,
  agents: result.agents.map(agentJson),
  merges: result.merges?.merges ?? [],
  brought: result.merges?.brought ?? [],
  not_brought: result.merges?.left ?? []
})

// internal

const usageJson = (usage: Usage, nanoUsd: number | null): typeof UsageJson.Type => ({
  input_tokens: usage.input,
  cached_tokens: usage.cached,
  output_tokens: usage.output,
  reasoning_tokens: usage.reasoning,
  total_tokens: usage.total,
  usd: nanoUsd === null ? null : dollarsOf(nanoUsd)
})

const agentJson = (agent: AgentResult): typeof AgentJson.Type => ({
  path: agent.path,
  parent: isNamed(agent.path) ? null : parentPath(agent.path),
  agent: agent.agent,
  goal: agent.goal,
  scope: agent.scope,
  model: agent.model,
  status: agent.status,
  verified: agent.verified,
  answer: agent.answer,
  artifacts: agent.artifacts,
  turns: agent.turns,
  tool_calls: agent.toolCalls,
  duration_ms: agent.durationMs,
  waited_ms: agent.waitedMs,
  usage: usageJson(agent.usage, agent.nanoUsd),
  budget: {
    tokens: {
      limit: agent.tokens,
      used: agent.tokensCharged,
      unknown: agent.unknownTokens,
      overdraft: agent.overdraft
    },
    ...(agent.overdraftNanoUsd === undefined ? {} : { usd: { overdraft: dollarsOf(agent.overdraftNanoUsd) } })
  },
  checks: agent.checks.map(({ command, exitCode, ok, output }) => ({ command, ok, exit_code: exitCode, output })),
  error: agent.error
})
