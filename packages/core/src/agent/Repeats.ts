/**
 * Loop detection: the same call with the same arguments and the same result, again and again. Pure.
 */
import type { Message, ToolCall } from "../domain/Message.ts"

/** From this many equal results on, the model is told. */
export const tellAt = 3
/** With this many, the agent ends. */
export const endAt = 6

/** How often this call has already had this result in the conversation. */
export const timesSeen = (messages: ReadonlyArray<Message>, call: ToolCall, text: string): number => {
  const same = new Set<string>()
  let seen = 0
  for (const message of messages) {
    if (message._tag === "Assistant") {
      for (const made of message.calls) if (made.name === call.name && made.args === call.args) same.add(made.id)
    } else if (message._tag === "Tool" && same.has(message.callId) && message.text.startsWith(text)) {
      seen += 1
    }
  }
  return seen
}
