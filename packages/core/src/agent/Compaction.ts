/**
 * How a conversation is made shorter. Pure: what is asked of the model for a summary, where a conversation may be cut,
 * and what stands in the place of what is left out.
 *
 * 1. A cut lies before a message that is no result: calls and their results stay or leave together.
 * 2. The first message stays; so does the plan, and what a summary before this one or others have said.
 */
import { upperBound } from "../budget/Estimate.ts"
import type { Message } from "../domain/Message.ts"
import { cut } from "../tool/OutputRoom.ts"
import type { Plan } from "../tool/Plan.ts"
import type { Compacted } from "./AgentEvent.ts"
import { isNote, noteOf } from "./Repeats.ts"
import type { Transcript } from "./Transcript.ts"

export type Compaction = Omit<typeof Compacted.Type, "_tag">

/** Asks for a summary: the last message of a request for one. */
export const summaryDemand = `This conversation is about to outgrow what you can hold. Soon you will go on with your summary in the place of what was said and read until now, so write it for yourself:
- the goal, with every condition that the user set
- what you found: each fact with its path:line and its exact value (names, numbers, identifiers, error texts)
- what you changed, file by file
- what is left to do, and what you were about to do next
- the present plan, step by step
Copy exact values, leave out how you came to them. No tool can be called; answer with the summary alone.`

/** `summary` in the place of all but the first message and the last turns; `space` is what there is for both, in tokens. */
export const withSummary = (transcript: Transcript, summary: string, space: number): Compaction => ({
  before: tailFrom(transcript.messages, Math.floor(space / 3)),
  summary: inPlace("Your own summary of it", summary.trim(), transcript.plan)
})

/** Long results of all turns but the last are only named: what they held can be asked for again. */
export const withNames = ({ messages }: Transcript): Compaction => {
  const before = Math.max(
    0,
    messages.findLastIndex((message) => message._tag === "Assistant")
  )
  const named = messages
    .slice(0, before)
    .flatMap((message) => (isLong(message) ? [{ callId: message.callId, text: noteOf(message.text) }] : []))
  return { before, summary: null, named }
}

/** What was called and said, in the place of all but the first message and the last turns. */
export const withDigest = ({ messages, plan }: Transcript, space: number): Compaction => {
  const before = tailFrom(messages, Math.floor(space / 4))
  return {
    before,
    summary: inPlace("What it came to, in short", digestOf(messages.slice(1, before), Math.floor(space / 4)), plan)
  }
}

/**
 * The messages with so many of their results only named, the oldest first, that about `tokens` fewer are left, for a
 * request that would not fit as it is. Which is not certain: bounds are above the truth by different parts.
 */
export const shortenedBy = (messages: ReadonlyArray<Message>, tokens: number): ReadonlyArray<Message> => {
  let over = tokens * 2
  return messages.map((message) => {
    if (over <= 0 || !isLong(message)) return message
    const text = noteOf(message.text)
    over -= upperBound(message.text) - upperBound(text)
    return { ...message, text }
  })
}

// internal

/** Short ones cost little, and a note in their place would cost as much. */
const isLong = (message: Message): message is Extract<Message, { _tag: "Tool" }> =>
  message._tag === "Tool" && message.text.length > 200 && !isNote(message.text)

const inPlace = (title: string, text: string, plan: Plan | null): string =>
  [
    `What was said and read here until now is left out to save room. ${title}:`,
    text,
    ...(plan === null || plan.length === 0 ? [] : [`The plan as it stands:\n${planText(plan)}`])
  ].join("\n\n")

const planText = (plan: Plan): string => plan.map(({ status, text }) => `- [${status}] ${text}`).join("\n")

/** Where the last turns begin that fit into so many tokens; the end where that would leave nothing out. */
const tailFrom = (messages: ReadonlyArray<Message>, tokens: number): number => {
  let left = tokens
  let from = messages.length
  for (let index = messages.length - 1; index > 0; index--) {
    const message = messages[index]
    if (message === undefined) break
    left -= sizeOf(message)
    if (left < 0) break
    if (message._tag !== "Tool") from = index
  }
  return from > 1 ? from : messages.length
}

const sizeOf = (message: Message): number => {
  const texts =
    message._tag === "Assistant"
      ? [message.text, ...message.calls.map(({ args }) => args), ...message.keepsakes]
      : [message.text]
  return texts.reduce((sum, text) => sum + upperBound(text), around)
}

const around = 32

/** What others have said, a summary before this one included, and then what the agent did last. */
const digestOf = (messages: ReadonlyArray<Message>, tokens: number): string => {
  const told = messages.flatMap((message) => (message._tag === "User" ? [message.text] : [])).join("\n\n")
  const kept = cut(told, { bytes: Number.POSITIVE_INFINITY, tokens: Math.floor((tokens * 2) / 3) }, "left out")
  const done = messages.flatMap((message) => (message._tag === "Assistant" ? linesOf(message) : []))
  let left = tokens - upperBound(kept)
  let from = done.length
  for (const line of done.toReversed()) {
    left -= upperBound(line) + 1
    if (left < 0) break
    from -= 1
  }
  return [kept, ...done.slice(from)].filter((line) => line !== "").join("\n")
}

const linesOf = ({ calls, text }: Extract<Message, { _tag: "Assistant" }>): ReadonlyArray<string> => [
  ...(text === "" ? [] : [`- said: ${beginning(text, 300)}`]),
  ...calls.map(({ args, name }) => `- called ${name} ${beginning(args, 160)}`)
]

const beginning = (text: string, length: number): string => {
  const line = text.replace(/\s+/g, " ").trim()
  return line.length <= length ? line : `${line.slice(0, length).toWellFormed()}…`
}
