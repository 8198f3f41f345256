/**
 * What the journal records of a tool call, in namespace `tool`: what the policy said, that it is about to run, how it
 * ended. An intent without its end is a call that was cut.
 */
import * as Schema from "effect/Schema"
import { Action } from "../domain/Action.ts"
import { Decision } from "../domain/Decision.ts"
import { ToolCall } from "../domain/Message.ts"
import { Journal } from "../journal/Journal.ts"

const Decided = Schema.TaggedStruct("Decided", { callId: Schema.String, action: Action, decision: Decision })
const Intent = Schema.TaggedStruct("Intent", { call: ToolCall })
const Done = Schema.TaggedStruct("Done", {
  callId: Schema.String,
  ok: Schema.Boolean,
  /** What the model reads. */
  text: Schema.String,
  ms: Schema.Number
})

export const ToolEvent = Schema.Union([Decided, Intent, Done])
export type ToolEvent = typeof ToolEvent.Type

export const toolEvents = Journal.of("tool", 1, ToolEvent)
