/**
 * The facts of an agent's life in the journal, namespace `agent`. Together with the `tool` namespace they are all that
 * is needed to rebuild its conversation (see Transcript.ts).
 */
import * as Schema from "effect/Schema"
import { Failure } from "../domain/Failure.ts"
import { ToolCall } from "../domain/Message.ts"
import { Usage } from "../domain/Usage.ts"
import { Journal } from "../journal/Journal.ts"
import { AgentResult } from "./AgentResult.ts"

export const Started = Schema.TaggedStruct("Started", {
  agent: Schema.String,
  goal: Schema.String,
  scope: Schema.Array(Schema.String),
  /** The first user message, exactly as the model reads it. */
  prompt: Schema.String,
  tokens: Schema.NullOr(Schema.Int),
  /** The tools that the model is offered. */
  tools: Schema.Array(Schema.String),
  /** What the definition grants and this version cannot do, a phrase each. */
  unavailable: Schema.Array(Schema.String),
  contextFiles: Schema.Array(Schema.String)
})

export const TurnRequested = Schema.TaggedStruct("TurnRequested", {
  turn: Schema.Int,
  /** Tokens held in the ledger for this call: the bound on its input plus its output cap. */
  reserved: Schema.Int,
  maxOutputTokens: Schema.Int,
  /** The answer was demanded because no further turn fits. */
  closing: Schema.Boolean
})

export const TurnCompleted = Schema.TaggedStruct("TurnCompleted", {
  turn: Schema.Int,
  text: Schema.String,
  calls: Schema.Array(ToolCall),
  usage: Usage,
  finish: Schema.Literals(["stop", "tool_calls", "length", "content_filter"])
})

/** A request that ended without the provider's usage: it is charged at its whole reserve. */
export const TurnFailed = Schema.TaggedStruct("TurnFailed", {
  turn: Schema.Int,
  charged: Schema.Int,
  error: Failure
})

export const Ended = Schema.TaggedStruct("Ended", { result: AgentResult })

export const AgentEvent = Schema.Union([Started, TurnRequested, TurnCompleted, TurnFailed, Ended])
export type AgentEvent = typeof AgentEvent.Type

export const AgentJournal = Journal.of("agent", 1, AgentEvent)
