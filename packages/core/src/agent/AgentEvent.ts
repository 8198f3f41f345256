/**
 * The facts of an agent's life in the journal, namespace `agent`. Together with the `tool` namespace they are all that
 * is needed to rebuild its conversation (see Transcript.ts).
 */
import * as Schema from "effect/Schema"
import { Failure } from "../domain/Failure.ts"
import { ToolCall } from "../domain/Message.ts"
import { Usage } from "../domain/Usage.ts"
import { Journal } from "../journal/Journal.ts"
import { FinishReason } from "../model/Model.ts"
import { AgentResult, Check } from "./AgentResult.ts"

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

/** The conversation had outgrown the model's context: results before this many messages are only named from here on. */
export const Compacted = Schema.TaggedStruct("Compacted", { before: Schema.Int })

/** A command that the runtime ran itself to verify the claim. */
export const Checked = Schema.TaggedStruct("Checked", { check: Check })

export const Ended = Schema.TaggedStruct("Ended", { result: AgentResult })

export const AgentEvent = Schema.Union([
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
