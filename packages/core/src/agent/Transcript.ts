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
  /** Input tokens of the last completed request, and how many messages that request held. */
  readonly measured: { readonly tokens: number; readonly messages: number }
  /** What was said last, "" before the first turn. */
  readonly answer: string
}

export type Fact =
  | { readonly _tag: "Prompted"; readonly text: string }
  | { readonly _tag: "Turn"; readonly text: string; readonly calls: ReadonlyArray<ToolCall>; readonly usage: Usage }
  | { readonly _tag: "TurnLost"; readonly charged: number }
  | { readonly _tag: "Result"; readonly message: Extract<Message, { _tag: "Tool" }> }

export const empty: Transcript = {
  messages: [],
  turns: 0,
  toolCalls: 0,
  usage: Usage.zero,
  unknownTokens: 0,
  measured: { tokens: 0, messages: 0 },
  answer: ""
}

export const apply = (transcript: Transcript, fact: Fact): Transcript => {
  switch (fact._tag) {
    case "Prompted":
      return { ...transcript, messages: [...transcript.messages, { _tag: "User", text: fact.text }] }
    case "Turn":
      return {
        ...transcript,
        messages: [...transcript.messages, { _tag: "Assistant", text: fact.text, calls: fact.calls }],
        turns: transcript.turns + 1,
        toolCalls: transcript.toolCalls + fact.calls.length,
        usage: Usage.sum([transcript.usage, fact.usage]),
        measured: { tokens: fact.usage.input, messages: transcript.messages.length },
        answer: fact.text === "" ? transcript.answer : fact.text
      }
    case "TurnLost":
      return { ...transcript, unknownTokens: transcript.unknownTokens + fact.charged }
    case "Result":
      return { ...transcript, messages: [...transcript.messages, fact.message] }
  }
}
