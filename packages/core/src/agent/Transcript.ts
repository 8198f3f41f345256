/**
 * An agent's conversation as a pure fold of its facts. The live loop and any reader of the journal use the same fold,
 * so what the model saw and what the record says cannot differ.
 */
import type { Message, ToolCall } from "../domain/Message.ts"
import { Usage } from "../domain/Usage.ts"

export interface Transcript {
  readonly messages: ReadonlyArray<Message>
  /** Completed model turns. */
  readonly turns: number
  readonly toolCalls: number
  readonly usage: Usage
  /** Tokens charged for requests that ended without usage. */
  readonly unknownTokens: number
  /** Nanodollars charged; null once a price was not known. */
  readonly nanoUsd: number | null
  /** Input tokens of the last completed request, and how many messages that request held. */
  readonly measured: { readonly tokens: number; readonly messages: number }
  /** What was said last, "" before the first turn. */
  readonly answer: string
}

/** What a request cost: tokens and nanodollars. */
interface Charge {
  readonly charged: number
  readonly nanoUsd: number | null
}

export type Fact =
  | { readonly _tag: "Prompted"; readonly text: string }
  | ({
      readonly _tag: "Turn"
      readonly text: string
      readonly calls: ReadonlyArray<ToolCall>
      readonly keepsakes: ReadonlyArray<string>
      readonly usage: Usage | null
    } & Charge)
  | ({ readonly _tag: "TurnLost" } & Charge)
  | { readonly _tag: "Result"; readonly message: Extract<Message, { _tag: "Tool" }> }
  | { readonly _tag: "Compacted"; readonly before: number }

export const empty: Transcript = {
  messages: [],
  turns: 0,
  toolCalls: 0,
  usage: Usage.zero,
  unknownTokens: 0,
  nanoUsd: 0,
  measured: { tokens: 0, messages: 0 },
  answer: ""
}

export const apply = (transcript: Transcript, fact: Fact): Transcript => {
  switch (fact._tag) {
    case "Prompted":
      return { ...transcript, messages: [...transcript.messages, { _tag: "User", text: fact.text }] }
    case "Turn": {
      const { calls, charged, keepsakes, text, usage } = fact
      return {
        ...transcript,
        messages: [...transcript.messages, { _tag: "Assistant", text, calls, keepsakes }],
        turns: transcript.turns + 1,
        toolCalls: transcript.toolCalls + calls.length,
        usage: usage === null ? transcript.usage : Usage.sum([transcript.usage, usage]),
        unknownTokens: transcript.unknownTokens + (usage === null ? charged : 0),
        nanoUsd: added(transcript.nanoUsd, fact.nanoUsd),
        measured: usage === null ? unmeasured : { tokens: usage.input, messages: transcript.messages.length },
        answer: text === "" ? transcript.answer : text
      }
    }
    case "TurnLost":
      return {
        ...transcript,
        unknownTokens: transcript.unknownTokens + fact.charged,
        nanoUsd: added(transcript.nanoUsd, fact.nanoUsd)
      }
    case "Result":
      return { ...transcript, messages: [...transcript.messages, fact.message] }
    case "Compacted":
      return {
        ...transcript,
        messages: transcript.messages.map((message, index) =>
          message._tag === "Tool" && index < fact.before ? { ...message, text: leftOut(message.text) } : message
        ),
        measured: unmeasured
      }
  }
}

// internal

const unmeasured = { tokens: 0, messages: 0 }

const added = (sum: number | null, more: number | null): number | null =>
  sum === null || more === null ? null : sum + more

/** Long results only: short ones cost little, and a note in their place would cost as much. */
const leftOut = (text: string): string =>
  text.length <= 200
    ? text
    : `(left out to save room: ${text.length} characters; make the call again if they are needed)`
