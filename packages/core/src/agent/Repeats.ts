/**
 * Loop detection: the same call with the same arguments and the same result, again and again. Pure. What the model is
 * told of it is part of the result, and no part of what results are compared by.
 */
import { hash } from "node:crypto"
import type { Message, ToolCall } from "../domain/Message.ts"

/** From this many equal results on, the model is told. */
export const tellAt = 3
/** With this many, the agent ends. */
export const endAt = 6

/** How often results were had that are no longer in the conversation. */
export type Forgotten = ReadonlyMap<string, number>

export const none: Forgotten = new Map()

/** What stands behind a result that was had `times` times. */
export const notice = (times: number): string =>
  times < tellAt ? "" : `\n(You have made this call ${times} times with the same result. Do something else or answer.)`

/** How often this call has already had this result. */
export const timesSeen = (
  messages: ReadonlyArray<Message>,
  forgotten: Forgotten,
  call: ToolCall,
  text: string
): number => {
  const same = new Set<string>()
  let seen = forgotten.size === 0 ? 0 : (forgotten.get(keyOf(call, text)) ?? 0)
  for (const message of messages) {
    if (message._tag === "Assistant") {
      for (const made of message.calls) if (made.name === call.name && made.args === call.args) same.add(made.id)
    } else if (message._tag === "Tool" && same.has(message.callId) && withoutNotice(message.text) === text) {
      seen += 1
    }
  }
  return seen
}

/** `forgotten`, and the results that `isLeaving` takes out of the conversation. */
export const remembering = (
  forgotten: Forgotten,
  messages: ReadonlyArray<Message>,
  isLeaving: (message: Message, index: number) => boolean
): Forgotten => {
  const counts = new Map(forgotten)
  const calls = new Map<string, ToolCall>()
  for (const [index, message] of messages.entries()) {
    if (message._tag === "Assistant") for (const call of message.calls) calls.set(call.id, call)
    if (message._tag !== "Tool" || !isLeaving(message, index)) continue
    const call = calls.get(message.callId)
    // The note of a result that has left before is no result.
    if (call === undefined || isNote(message.text)) continue
    const key = keyOf(call, withoutNotice(message.text))
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  return counts
}

/** What stands in the place of a result that was left out. */
export const noteOf = (text: string): string =>
  `(left out to save room: ${text.length} characters; make the call again if they are needed)`

export const isNote = (text: string): boolean => /^\(left out to save room: \d+ characters; [^\n]*\)$/.test(text)

/** The result itself, without what was said of its repetition. */
export const withoutNotice = (text: string): string =>
  text.endsWith(" times with the same result. Do something else or answer.)")
    ? text.replace(/\n\(You have made this call \d+ times with [^\n]*$/, "")
    : text

// internal

const keyOf = ({ args, name }: ToolCall, text: string): string => hash("sha256", JSON.stringify([name, args, text]))
