/**
 * The facts of an agent's life in the journal, namespace `agent`. Together with the `tool` namespace they are all that
 * is needed to rebuild its conversation (see Transcript.ts).
 */
import * as Schema from "effect/Schema"
import { Failure } from "../domain/Failure.ts"
import { AgentPath } from "../domain/Ids.ts"
import { ToolCall } from "../domain/Message.ts"
import { Usage } from "../domain/Usage.ts"
import { Journal } from "../journal/Journal.ts"
import { FinishReason } from "../model/Model.ts"
import { AgentResult, Check } from "./AgentResult.ts"

/** A started agent waits for its turn: others are at work. */
export const Queued = Schema.TaggedStruct("Queued", { agent: Schema.String, goal: Schema.String })

export const Started = Schema.TaggedStruct("Started", {
  agent: Schema.String,
  goal: Schema.String,
  scope: Schema.Array(Schema.String),
  /** The first user message, exactly as the model reads it. */
  prompt: Schema.String,
  model: Schema.String,
  tokens: Schema.NullOr(Schema.Int),
  /** Nanodollars. */
  nanoUsd: Schema.NullOr(Schema.Int),
  /** The tools that the model is offered. */
  tools: Schema.Array(Schema.String),
  /** What the definition grants and this version cannot do, a phrase each. */
  unavailable: Schema.Array(Schema.String),
  contextFiles: Schema.Array(Schema.String)
})

/** Something said to the agent by the runtime: the outcome of a check. */
export const Told = Schema.TaggedStruct("Told", { text: Schema.String })

export const TurnRequested = Schema.TaggedStruct("TurnRequested", {
  turn: Schema.Int,
  /** From 1; a failed request is sent again as the next attempt at the same turn. */
  attempt: Schema.Int,
  /** Tokens held in the ledger for this call: the bound on its input plus its output cap. */
  reserved: Schema.Int,
  maxOutputTokens: Schema.Int,
  /** The answer was demanded because no further turn fits. */
  closing: Schema.Boolean
})

/** Text that came since the event before it; void when the attempt fails. Short answers have none. */
export const TurnProgress = Schema.TaggedStruct("TurnProgress", { turn: Schema.Int, text: Schema.String })

export const TurnCompleted = Schema.TaggedStruct("TurnCompleted", {
  turn: Schema.Int,
  text: Schema.String,
  calls: Schema.Array(ToolCall),
  keepsakes: Schema.Array(Schema.String),
  /** Null where the provider told none: the whole reserve is charged then. */
  usage: Schema.NullOr(Usage),
  /** Tokens. */
  charged: Schema.Int,
  /** Nanodollars; null where the model's price is not known. */
  nanoUsd: Schema.NullOr(Schema.Int),
  finish: FinishReason
})

/** A request that ended without an answer. If it may have been billed, it is charged at its whole reserve. */
export const TurnFailed = Schema.TaggedStruct("TurnFailed", {
  turn: Schema.Int,
  attempt: Schema.Int,
  charged: Schema.Int,
  nanoUsd: Schema.NullOr(Schema.Int),
  error: Failure,
  /** Milliseconds until the next attempt; null when there is none. */
  retryInMs: Schema.NullOr(Schema.Int)
})

/**
 * The conversation was about to outgrow the model's context: of the messages before this many only the first is kept,
 * and the summary stands for the others. Without a summary long results among them are only named.
 */
export const Compacted = Schema.TaggedStruct("Compacted", {
  before: Schema.Int,
  summary: Schema.NullOr(Schema.String)
})

/** A command that the runtime ran itself to verify the claim. */
export const Checked = Schema.TaggedStruct("Checked", { check: Check })

export const Ended = Schema.TaggedStruct("Ended", { result: AgentResult })

/** The agent sent a message; `id` is unique in the run. */
export const Sent = Schema.TaggedStruct("Sent", { id: Schema.String, to: AgentPath, text: Schema.String })

/** The agent reads a message with its next turn: the acknowledgement of a `Sent`. */
export const Heard = Schema.TaggedStruct("Heard", { id: Schema.String, from: AgentPath, text: Schema.String })

/** It waits for children from here on, and until `Resumed` its time is not its own work. */
export const Waiting = Schema.TaggedStruct("Waiting", { paths: Schema.Array(AgentPath) })
export const Resumed = Schema.TaggedStruct("Resumed", { ms: Schema.Int })

export const AgentEvent = Schema.Union([
  Queued,
  Sent,
  Heard,
  Waiting,
  Resumed,
  Started,
  Told,
  TurnRequested,
  TurnProgress,
  TurnCompleted,
  TurnFailed,
  Compacted,
  Checked,
  Ended
])
export type AgentEvent = typeof AgentEvent.Type

export const AgentJournal = Journal.of("agent", 1, AgentEvent)
