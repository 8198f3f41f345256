/**
 * The facts of a run as a whole in the journal, namespace `run`; they stand at the root of its tree.
 */
import * as Schema from "effect/Schema"
import { AgentPath } from "../domain/Ids.ts"
import { Journal } from "../journal/Journal.ts"

export const Started = Schema.TaggedStruct("Started", {
  workspace: Schema.String,
  agents: Schema.Array(Schema.Struct({ path: AgentPath, agent: Schema.String, goal: Schema.String })),
  tokens: Schema.NullOr(Schema.Int),
  /** Nanodollars. */
  nanoUsd: Schema.NullOr(Schema.Int),
  /** Tool calls. */
  calls: Schema.NullOr(Schema.Int),
  deadlineMs: Schema.NullOr(Schema.Int),
  maxParallel: Schema.Int,
  /** Agents that agents may start in all, levels of them, and how many of them are at work at the same time. */
  maxAgents: Schema.Int,
  maxDepth: Schema.Int,
  maxSpawnedAtOnce: Schema.Int,
  provider: Schema.String,
  model: Schema.String,
  mode: Schema.Literals(["model", "evidence-only"]),
  /** The process that owns the run. */
  pid: Schema.Int,
  /** When that process started, as ProcessTable tells it: numbers of processes are used again. */
  processStart: Schema.String
})

/**
 * The run goes on from its record, in another process or the same: from here on with this owner and these limits, which
 * count what was used before.
 */
export const Resumed = Schema.TaggedStruct("Resumed", {
  pid: Schema.Int,
  processStart: Schema.String,
  tokens: Schema.NullOr(Schema.Int),
  /** Nanodollars. */
  nanoUsd: Schema.NullOr(Schema.Int),
  calls: Schema.NullOr(Schema.Int),
  /** From here on. */
  deadlineMs: Schema.NullOr(Schema.Int),
  /** What becomes of calls that may have taken effect, and whose end is not on record. */
  onUnknown: Schema.Literals(["ask", "retry", "skip"])
})

/** The user said something to an agent; `id` is unique in the run, and the agent's `Heard` acknowledges it. */
export const Said = Schema.TaggedStruct("Said", { id: Schema.String, to: AgentPath, text: Schema.String })

export const Ended = Schema.TaggedStruct("Ended", {
  status: Schema.Literals(["completed", "partial", "failed", "cancelled", "timed_out", "paused"]),
  wallMs: Schema.Int,
  usedTokens: Schema.Int,
  /** Nanodollars; null where a price is not known. */
  nanoUsd: Schema.NullOr(Schema.Int)
})

export const RunEvent = Schema.Union([Started, Resumed, Said, Ended])
export type RunEvent = typeof RunEvent.Type

export const RunJournal = Journal.of("run", 1, RunEvent)
