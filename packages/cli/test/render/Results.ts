/** Results to render: whole values, so that a test changes only what it is about. */
import type { AgentResult } from "@deputize/core/agent/AgentResult"
import { AgentPath, RunId } from "@deputize/core/domain/Ids"
import { Usage } from "@deputize/core/domain/Usage"
import { type RunResult, runStatus } from "@deputize/core/runtime/RunResult"

export const agentResult = (facts: Partial<AgentResult>): AgentResult => {
  const agent = facts.agent ?? "code-reviewer"
  return {
    path: AgentPath.make(`/root/${agent}`),
    agent,
    goal: "Review the parser",
    scope: ["src/parser"],
    model: "offline",
    status: "completed",
    verified: false,
    answer: "# Report\n\n- `src/parser/Parse.ts:12` swallows an error\n",
    artifacts: [],
    turns: 3,
    toolCalls: 5,
    durationMs: 1_234,
    waitedMs: 0,
    usage: new Usage({ input: 2_800, cached: 0, output: 320, reasoning: 0 }),
    tokens: 40_000,
    tokensCharged: 3_120,
    unknownTokens: 0,
    overdraft: 0,
    nanoUsd: null,
    checks: [],
    error: null,
    ...facts
  }
}

export const runResult = (agents: ReadonlyArray<AgentResult>, facts: Partial<RunResult> = {}): RunResult => {
  const sequentialMs = agents.reduce((sum, agent) => sum + agent.durationMs, 0)
  const wallMs = Math.max(...agents.map((agent) => agent.durationMs))
  return {
    run: RunId.make("r0mh8k3x2q7f4a"),
    head: "3f2a9c0d",
    status: runStatus(agents),
    verified: false,
    wallMs,
    sequentialMs,
    speedup: sequentialMs / wallMs,
    usage: Usage.sum(agents.map((agent) => agent.usage)),
    nanoUsd: null,
    budget: { tokens: { limit: 80_000, used: agents.reduce((sum, agent) => sum + agent.tokensCharged, 0) } },
    limitReached: null,
    merges: null,
    mode: "evidence-only",
    agents,
    ...facts
  }
}
