/**
 * The facts of a run as a whole in the journal, namespace `run`; they stand at the root of its tree.
 */
import * as Schema from "effect/Schema"
import { AgentPath } from "../domain/Ids.ts"
import { Limits } from "../domain/Limits.ts"
import { Journal } from "../journal/Journal.ts"
import { Merges } from "../worktree/MergeReport.ts"
import { RecordedRequest } from "./RecordedRequest.ts"

/** The limits of a whole run that it may come up against. */
export const LimitReached = Schema.Literals(["budget", "deadline", "agents", "depth"])

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
  processStart: Schema.String,
  /** All that is needed to go on with the run; records of versions that could not go on have none. */
  request: Schema.optionalKey(RecordedRequest)
})

/**
 * The run goes on from its record, in another process or the same: from here on with this owner and these limits, which
 * count what was used before.
 */
export const Resumed = Schema.TaggedStruct("Resumed", {
  /** Those that go on, each before those that it started. */
  agents: Schema.Array(AgentPath),
  /**
   * What came to the limits of the run and of each of these; turns and depth are the limit itself, `wallMs` is a deadline
   * from here on, `moreMs` what came to the time that was left.
   */
  more: Schema.Struct({ ...Limits.fields, moreMs: Schema.optionalKey(Schema.Int) }),
  pid: Schema.Int,
  processStart: Schema.String,
  tokens: Schema.NullOr(Schema.Int),
  /** Nanodollars. */
  nanoUsd: Schema.NullOr(Schema.Int),
  calls: Schema.NullOr(Schema.Int),
  /** From here on. */
  deadlineMs: Schema.NullOr(Schema.Int),
  /** What becomes of calls that may have taken effect, and whose end is not on record. */
  onUnknown: Schema.Literals(["ask", "retry", "skip"]),
  provider: Schema.String,
  model: Schema.String,
  mode: Schema.Literals(["model", "evidence-only"])
})

/** The user said something to an agent; `id` is unique in the run, and the agent's `Heard` acknowledges it. */
export const Said = Schema.TaggedStruct("Said", {
  id: Schema.String,
  to: AgentPath,
  text: Schema.String,
  /** The order of another process that it comes from: one that is on record is not done again. */
  order: Schema.optionalKey(Schema.Int)
})

/**
 * An agent was kept from starting another by a limit of the whole run: as many as may be started have been, or it stands
 * as low as agents may. Once for each limit.
 */
export const Limited = Schema.TaggedStruct("Limited", { by: Schema.Literals(["agents", "depth"]), path: AgentPath })

/**
 * From here on so many agents may be at work, and `spawned` of those that agents start: more of them wait, or the provider
 * has complained.
 */
export const Parallelism = Schema.TaggedStruct("Parallelism", {
  to: Schema.Int,
  spawned: Schema.Int,
  why: Schema.Literals(["waiting", "complaint"])
})

export const Ended = Schema.TaggedStruct("Ended", {
  status: Schema.Literals(["completed", "partial", "failed", "cancelled", "timed_out", "paused"]),
  wallMs: Schema.Int,
  usedTokens: Schema.Int,
  /** Nanodollars; null where a price is not known. */
  nanoUsd: Schema.NullOr(Schema.Int),
  /** As in the result; records of older versions have neither. */
  limitReached: Schema.optionalKey(Schema.NullOr(LimitReached)),
  merges: Schema.optionalKey(Schema.NullOr(Merges))
})

export const RunEvent = Schema.Union([Started, Resumed, Said, Limited, Parallelism, Ended])
export type RunEvent = typeof RunEvent.Type

export const RunJournal = Journal.of("run", 1, RunEvent)
