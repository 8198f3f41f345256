/**
 * The conversation between an agent and its model, independent of any provider's wire format.
 */
import * as Schema from "effect/Schema"

/** A call of a tool that the model asks for. `args` is the JSON text as the model wrote it, not yet validated. */
export const ToolCall = Schema.Struct({ id: Schema.String, name: Schema.String, args: Schema.String })
export type ToolCall = typeof ToolCall.Type

export const UserMessage = Schema.TaggedStruct("User", { text: Schema.String })
export const AssistantMessage = Schema.TaggedStruct("Assistant", {
  text: Schema.String,
  calls: Schema.Array(ToolCall),
  /** The provider's own items of this turn (encrypted reasoning), each as JSON text, sent back as they came. */
  keepsakes: Schema.Array(Schema.String)
})
/** The answer to one call; `ok: false` carries the error text for the model. */
export const ToolMessage = Schema.TaggedStruct("Tool", {
  callId: Schema.String,
  name: Schema.String,
  ok: Schema.Boolean,
  text: Schema.String
})

export const Message = Schema.Union([UserMessage, AssistantMessage, ToolMessage])
export type Message = typeof Message.Type
