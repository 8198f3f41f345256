/**
 * The facts of an agent's life in the journal, namespace `agent`. Together with the `tool` namespace they are all that
 * is needed to rebuild its conversation (see Transcript.ts).
 */
import * as Schema from "effect/Schema"
import { Failure } from "../domain/Failure.ts"
import { AgentPath } from "../domain/Ids.ts"
import { ToolCall } from "../domain/Message.ts"
import { Priority } from "../domain/Priority.ts"
import { Usage } from "../domain/Usage.ts"
import { Journal } from "../journal/Journal.ts"
import { FinishReason } from "../model/Model.ts"
import { Grant } from "../policy/Grant.ts"
import { AgentResult, Check } from "./AgentResult.ts"

const BudgetAmounts = Schema.Struct({
  tokens: Schema.optionalKey(Schema.Int),
  nanoUsd: Schema.optionalKey(Schema.Int),
  calls: Schema.optionalKey(Schema.Int),
  agents: Schema.optionalKey(Schema.Int)
})

/** From 1: which of those that its parent started. One that waits is on record before an earlier one that need not. */
const order = Schema.optionalKey(Schema.Int)

/** A started agent waits for its turn: others are at work. */
export const Queued = Schema.TaggedStruct("Queued", {
  agent: Schema.String,
  goal: Schema.String,
  order,
  priority: Schema.optionalKey(Priority),
  /** From 1: where it stood among those that waited, itself among them, when it was put there. */
  position: Schema.optionalKey(Schema.Int),
  of: Schema.optionalKey(Schema.Int)
})

/**
 * An agent was started by another: with the definition in Blobs, all that is needed to begin it, also in another
 * process. `call` is the call of its parent that asked for it: asked again, that call starts nobody else.
 */
export const Spawned = Schema.TaggedStruct("Spawned", {
  call: Schema.String,
  agent: Schema.String,
  /** The definition as JSON, by the SHA-256 of its bytes in Blobs. */
  definition: Schema.String,
  goal: Schema.String,
  inputs: Schema.Record(Schema.String, Schema.String),
  scope: Schema.Array(Schema.String),
  /** By the provider's name for it; the run's model when absent. */
  model: Schema.optionalKey(Schema.String),
  ceiling: Schema.Array(Grant),
  /** Tokens that its parent gave it; what its definition says when absent. */
  tokens: Schema.optionalKey(Schema.Int),
  limit: BudgetAmounts,
  guarantee: BudgetAmounts,
  /** Which of several agents of its name in the run it is. */
  copy: Schema.Int,
  order: Schema.Int
})

/** With the blobs that it names, all that the agent was when it began. */
export const Started = Schema.TaggedStruct("Started", {
  agent: Schema.String,
  /** The definition as JSON, by the SHA-256 of its bytes in Blobs. */
  definition: Schema.String,
  /** The system text, likewise. */
  system: Schema.String,
  /** What its caller let it do at most. */
  ceiling: Schema.Array(Grant),
  goal: Schema.String,
  scope: Schema.Array(Schema.String),
  /** The first user message, exactly as the model reads it. */
  prompt: Schema.String,
  model: Schema.String,
  tokens: Schema.NullOr(Schema.Int),
  /** Nanodollars. */
  nanoUsd: Schema.NullOr(Schema.Int),
  wallMs: Schema.NullOr(Schema.Int),
  turns: Schema.Int,
  /** The tools that the model is offered. */
  tools: Schema.Array(Schema.String),
  /** What the definition grants and this version cannot do, a phrase each. */
  unavailable: Schema.Array(Schema.String),
  contextFiles: Schema.Array(Schema.String),
  order
})

/**
 * The agent goes on from its record: with a run that was taken up again, or because it had crashed and is to be
 * restarted. What it was told and has done stands; a request or a call that was cut is settled by the events after this.
 */
export const Continued = Schema.TaggedStruct("Continued", {
  cause: Schema.Literals(["resume", "restart"]),
  /** From 1: which restart in this run; 0 for `resume`. */
  restart: Schema.Int,
  /** What it crashed with before a restart; absent for one that was restarted with another agent. */
  crash: Schema.optionalKey(Failure)
})

/**
 * Something said to the agent by the runtime: what a check found, what its children have, what its answer lacks. `told`
 * are the children whose results it holds.
 */
export const Told = Schema.TaggedStruct("Told", {
  text: Schema.String,
  /** What its answer lacked: the form that was asked for, or a check; how often it was told so is counted. */
  lacking: Schema.optionalKey(Schema.Literals(["form", "checks"])),
  /** It had been closed, and goes on all the same. */
  reopened: Schema.optionalKey(Schema.Literal(true)),
  told: Schema.optionalKey(Schema.Array(AgentPath))
})

/** What a request is for that is no turn: a summary of the conversation, which stands in `Compacted`. */
const purpose = Schema.optionalKey(Schema.Literal("summary"))

export const TurnRequested = Schema.TaggedStruct("TurnRequested", {
  turn: Schema.Int,
  purpose,
  /** From 1; a failed request is sent again as the next attempt at the same turn. */
  attempt: Schema.Int,
  /** Tokens held in the ledger for this call: the bound on its input plus its output cap. */
  reserved: Schema.Int,
  /** The same in nanodollars, by the price of then; absent where it is not known, and in records of older versions. */
  reservedNanoUsd: Schema.optionalKey(Schema.Int),
  maxOutputTokens: Schema.Int,
  /** The answer was demanded because no further turn fits. */
  closing: Schema.Boolean,
  /** The limit that it was demanded for; `length`: an answer before it had been cut at its output cap. */
  why: Schema.optionalKey(Schema.Literals(["budget", "calls", "turns", "length"]))
})

/** Text that came since the event before it; void when the attempt fails. Short answers have none. */
export const TurnProgress = Schema.TaggedStruct("TurnProgress", { turn: Schema.Int, text: Schema.String })

export const TurnCompleted = Schema.TaggedStruct("TurnCompleted", {
  turn: Schema.Int,
  purpose,
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
  purpose,
  attempt: Schema.Int,
  charged: Schema.Int,
  nanoUsd: Schema.NullOr(Schema.Int),
  error: Failure,
  /** Milliseconds until the next attempt; null when there is none. */
  retryInMs: Schema.NullOr(Schema.Int)
})

/**
 * The conversation was about to outgrow the model's context: of the messages before this many only the first is kept,
 * and `summary`, which the model reads as it stands here, is in the place of the others. Without one they are kept, and
 * what the model reads instead of long results among them stands in `named`.
 */
export const Compacted = Schema.TaggedStruct("Compacted", {
  before: Schema.Int,
  summary: Schema.NullOr(Schema.String),
  named: Schema.optionalKey(Schema.Array(Schema.Struct({ callId: Schema.String, text: Schema.String })))
})

/** A command that the runtime ran itself to verify the claim. */
export const Checked = Schema.TaggedStruct("Checked", { check: Check })

export const Ended = Schema.TaggedStruct("Ended", { result: AgentResult })

/** The agent sent a message; `id` is unique in the run. `call` sent it: asked again, that call sends nothing more. */
export const Sent = Schema.TaggedStruct("Sent", {
  id: Schema.String,
  to: AgentPath,
  text: Schema.String,
  call: Schema.optionalKey(Schema.String)
})

/** The agent reads a message with its next turn: the acknowledgement of a `Sent`. */
export const Heard = Schema.TaggedStruct("Heard", { id: Schema.String, from: AgentPath, text: Schema.String })

/** The agent wrote a note on the shared board; "" removed it. `call` wrote it: asked again, that call writes nothing more. */
export const Noted = Schema.TaggedStruct("Noted", {
  key: Schema.String,
  version: Schema.Int,
  text: Schema.String,
  call: Schema.String
})

/** It waits for children from here on, and until `Resumed` its time is not its own work. */
export const Waiting = Schema.TaggedStruct("Waiting", { paths: Schema.Array(AgentPath) })
export const Resumed = Schema.TaggedStruct("Resumed", { ms: Schema.Int })

export const AgentEvent = Schema.Union([
  Queued,
  Spawned,
  Continued,
  Sent,
  Heard,
  Noted,
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
