/** Runs as their records tell them: whole values, so that a test changes only what it is about. */
import { RunId } from "@deputize/core/domain/Ids"
import { depthOf } from "@deputize/core/history/AgentTree"
import type { AgentRecord } from "@deputize/core/history/RunRecord"
import type { ReadRun } from "@deputize/core/history/Runs"
import { emptyTally, type Tally } from "@deputize/core/history/Tally"
import { start } from "./Events.ts"

export const tally = (facts: Partial<Tally>): Tally => ({
  requests: 4,
  input: 3_557,
  cached: 1_024,
  output: 163,
  reasoning: 20,
  charged: 3_720,
  unknown: 0,
  nanoUsd: 12_300_000,
  ...facts
})

/** `name` as below the root: `code-lead/explorer`. */
export const agentRecord = (name: string, facts: Partial<AgentRecord> = {}): AgentRecord => ({
  path: `/root/${name}`,
  depth: depthOf(`/root/${name}`),
  agent: name.slice(name.lastIndexOf("/") + 1),
  goal: "Review the parser",
  model: "offline",
  status: "completed",
  tally: emptyTally,
  byModel: [{ model: facts.model ?? "offline", tally: facts.tally ?? emptyTally }],
  inFlight: 0,
  order: null,
  ...facts
})

export const readRun = ({
  run = "r0mh8k3x2q7f4a",
  ...facts
}: Partial<Omit<ReadRun, "run">> & { readonly run?: string }): ReadRun => ({
  run: RunId.make(run),
  events: 12,
  provider: "openai",
  model: "gpt-5-mini",
  state: "completed",
  startedAt: start,
  lastAt: start + 83_000,
  readAt: start + 200_000,
  ending: null,
  owner: null,
  limits: { tokens: 80_000, nanoUsd: null },
  agents: [],
  queue: [],
  tally: emptyTally,
  tools: [],
  ...facts
})
