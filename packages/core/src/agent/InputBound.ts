/**
 * Upper bound on the input tokens of an agent's next request: what the provider counted for the part that is unchanged,
 * plus a bound on what was added. The cheap bound is about twice the truth; the exact one takes a tokenizer, and is asked
 * for when the cheap one does not fit.
 */
import * as Effect from "effect/Effect"
import { upperBound } from "../budget/Estimate.ts"
import { TokenCounter } from "../budget/TokenCounter.ts"
import type { AnswerFormat } from "../domain/AnswerFormat.ts"
import type { Message } from "../domain/Message.ts"
import type { ToolSpec } from "../model/Model.ts"
import { sendableArguments } from "../model/openai/WireReader.ts"
import type { AgentTask } from "./AgentTask.ts"
import { closingText } from "./Prompt.ts"
import type { Transcript } from "./Transcript.ts"

/** What of an agent stands in every request. */
export type Asking = Pick<AgentTask, "system" | "toolSpecs" | "format">

/** By character class: one pass over what was added. `demand` is the message that may be put behind the others. */
export const cheap = (task: Asking, transcript: Conversation, demand = closingText): number => {
  const { around, texts } = added(task, transcript, demand)
  return texts.reduce((total, text) => total + upperBound(text), around)
}

/** By the tokenizer, never below a third of the bytes. */
export const exact = Effect.fnUntraced(function* (
  task: Asking,
  transcript: Conversation,
  demand: string = closingText
) {
  const { around, texts } = added(task, transcript, demand)
  const counts = yield* (yield* TokenCounter).count(texts)
  return counts.reduce((total, count) => total + count, around)
})

/** By character class: what a message that says `text` adds to a request. */
export const ofMessage = (text: string): number => upperBound(text) + framing.message

// internal

type Conversation = Pick<Transcript, "messages" | "measured">

/** Tokens that a wire format takes around the texts, with room for the longer of the two formats. */
const framing = { request: 140, message: 16, call: 32, tool: 20 }

interface Added {
  readonly texts: ReadonlyArray<string>
  /** What stands around the texts, and what the provider has counted before, in tokens. */
  readonly around: number
}

/** Written once for each, as all agents are told of the same ones. */
const specText = (spec: ToolSpec | AnswerFormat): string => {
  const text = specTexts.get(spec) ?? JSON.stringify(spec)
  specTexts.set(spec, text)
  return text
}

const specTexts = new WeakMap<ToolSpec | AnswerFormat, string>()

/** The demand is always counted: the next request may be the last. */
const added = ({ format, system, toolSpecs }: Asking, { measured, messages }: Conversation, demand: string): Added => {
  const fresh = messages.slice(measured.messages).map(partsOf)
  const specs = format === null ? toolSpecs : [...toolSpecs, format]
  const fixed = measured.tokens > 0 ? [] : [system, ...specs.map(specText)]
  const around = measured.tokens > 0 ? measured.tokens : framing.request + specs.length * framing.tool
  return {
    texts: [...fixed, ...fresh.flatMap(({ texts }) => texts), demand],
    around: fresh.reduce((total, part) => total + part.around, around + framing.message)
  }
}

const partsOf = (message: Message): Added => {
  switch (message._tag) {
    case "User":
      return { texts: [message.text], around: framing.message }
    case "Assistant":
      return {
        // The arguments are JSON text inside JSON, and once more so where they are none.
        texts: [message.text, ...message.calls.flatMap(({ args, id, name }) => [id, name, sendableArguments(args)])],
        // Keepsakes are ciphertext; the provider counts what is in it, which is less.
        around:
          framing.message +
          message.calls.length * framing.call +
          message.keepsakes.reduce((total, item) => total + Math.ceil(Buffer.byteLength(JSON.stringify(item)) / 3), 0)
      }
    case "Tool":
      return { texts: [message.callId, message.text], around: framing.message }
  }
}
