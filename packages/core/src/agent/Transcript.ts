/**
 * An agent's conversation as a pure fold of the events in its journal. The live loop applies the same events that it
 * records, so what the model saw and what the record says cannot differ.
 *
 * 1. Results stand in the order of their calls, whatever the order in which they came.
 * 2. Of a turn that is left out its results are left out as well: no result stands without its call.
 */
import * as Option from "effect/Option"
import type { Message } from "../domain/Message.ts"
import { Usage } from "../domain/Usage.ts"
import type { JournalEvent } from "../journal/Journal.ts"
import { type Plan, planOf } from "../tool/Plan.ts"
import { type Done, toolEvents } from "../tool/ToolEvent.ts"
import {
  AgentJournal,
  type Compacted,
  type Heard,
  type Told,
  type TurnCompleted,
  type TurnFailed
} from "./AgentEvent.ts"
import * as CallIds from "./CallIds.ts"
import { heardText } from "./Prompt.ts"
import type * as Records from "./Records.ts"
import * as Repeats from "./Repeats.ts"

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
  readonly measured: Measured
  /** Input tokens of the first turn, in which what all requests begin with is contained; 0 where nobody told them. */
  readonly opening: number
  /** What was said last, "" before the first turn. */
  readonly answer: string
  /** As it was set last; null for an agent that has set none. */
  readonly plan: Plan | null
  /** Results that are no longer in `messages`. */
  readonly forgotten: Repeats.Forgotten
  /** Ids of the calls that are no longer there. */
  readonly forgottenIds: ReadonlySet<string>
}

export interface Measured {
  readonly tokens: number
  readonly messages: number
}

/** The events of an agent that its conversation is made of. */
export type Fact =
  /** The first message. */
  | { readonly _tag: "Prompted"; readonly text: string }
  | typeof Told.Type
  | typeof Heard.Type
  | typeof TurnCompleted.Type
  | Pick<typeof TurnFailed.Type, "_tag" | "charged" | "nanoUsd">
  | Pick<typeof Done.Type, "_tag" | "callId" | "ok" | "text">
  | typeof Compacted.Type

/** A bound on a conversation of which only the first message is as it was. */
export const measuredOpening = ({ opening }: Pick<Transcript, "opening">): Measured =>
  opening === 0 ? unmeasured : { tokens: opening, messages: 1 }

const unmeasured: Measured = { tokens: 0, messages: 0 }

/** The same where the next request goes to another model, or begins with something else: nobody has counted it. */
export const uncounted = (transcript: Transcript): Transcript => ({ ...transcript, measured: unmeasured, opening: 0 })

export const empty: Transcript = {
  messages: [],
  turns: 0,
  toolCalls: 0,
  usage: Usage.zero,
  unknownTokens: 0,
  nanoUsd: 0,
  measured: unmeasured,
  opening: 0,
  answer: "",
  plan: null,
  forgotten: Repeats.none,
  forgottenIds: new Set()
}

export const apply = (transcript: Transcript, fact: Fact): Transcript => {
  switch (fact._tag) {
    case "Prompted":
      return said(transcript, fact.text)
    case "Told":
      // Its closing request was counted without tools; the next one carries them again.
      return said(fact.reopened ? uncounted(transcript) : transcript, fact.text)
    case "Heard":
      // There was no room for it.
      return fact.text === "" ? transcript : said(transcript, heardText(fact))
    case "TurnCompleted":
      return fact.purpose === "summary" ? charged(transcript, fact) : answered(charged(transcript, fact), fact)
    case "TurnFailed":
      return lost(transcript, fact)
    case "Done":
      return withResult(transcript, fact)
    case "Compacted":
      return compacted(transcript, fact)
  }
}

/** The messages up to the model's last answer, its results not among them. */
export const untilLastTurn = ({ messages }: Transcript): ReadonlyArray<Message> =>
  messages.slice(0, messages.findLastIndex((message) => message._tag === "Assistant") + 1)

/** The conversation as the events of one agent, in their order, leave it; those of other kinds change nothing. */
export const ofEvents = (events: Iterable<JournalEvent>): Transcript => ofFacts(relevant(events))

/** The same of events that were read before. */
export const ofFacts = (facts: Iterable<Records.Fact>): Transcript => {
  let transcript = empty
  for (const fact of facts) {
    switch (fact._tag) {
      case "Started":
        // Taken up again, an agent is told no second time what it was started with.
        if (transcript === empty) transcript = said(transcript, fact.prompt)
        break
      case "Told":
      case "Heard":
      case "TurnCompleted":
      case "TurnFailed":
      case "Compacted":
      case "Done":
        transcript = apply(transcript, fact)
    }
  }
  return transcript
}

// internal

const kept: ReadonlySet<string> = new Set([
  "Started",
  "Told",
  "Heard",
  "TurnCompleted",
  "TurnFailed",
  "Compacted",
  "Done"
] satisfies ReadonlyArray<Fact["_tag"] | "Started">)

/** Looked at before they are decoded. */
function* relevant(events: Iterable<JournalEvent>): Generator<Records.Fact> {
  for (const event of events) {
    if (!kept.has(event.type)) continue
    const { namespace } = event
    const fact = Option.getOrUndefined<Records.Fact>(
      namespace === "tool" ? toolEvents.decode(event) : AgentJournal.decode(event)
    )
    if (fact !== undefined) yield fact
  }
}

const said = (transcript: Transcript, text: string): Transcript => ({
  ...transcript,
  messages: [...transcript.messages, { _tag: "User", text }]
})

const added = (sum: number | null, more: number | null): number | null =>
  sum === null || more === null ? null : sum + more

type Charge = Pick<typeof TurnFailed.Type, "charged" | "nanoUsd">

const lost = (transcript: Transcript, { charged, nanoUsd }: Charge): Transcript => ({
  ...transcript,
  unknownTokens: transcript.unknownTokens + charged,
  nanoUsd: added(transcript.nanoUsd, nanoUsd)
})

const charged = (transcript: Transcript, fact: typeof TurnCompleted.Type): Transcript =>
  fact.usage === null
    ? lost(transcript, fact)
    : {
        ...transcript,
        usage: Usage.sum([transcript.usage, fact.usage]),
        nanoUsd: added(transcript.nanoUsd, fact.nanoUsd)
      }

const answered = (
  transcript: Transcript,
  { calls, keepsakes, text, usage }: typeof TurnCompleted.Type
): Transcript => ({
  ...transcript,
  messages: [...transcript.messages, { _tag: "Assistant", text, calls, keepsakes }],
  turns: transcript.turns + 1,
  toolCalls: transcript.toolCalls + calls.length,
  measured: usage === null ? unmeasured : { tokens: usage.input, messages: transcript.messages.length },
  opening: transcript.turns === 0 ? (usage?.input ?? 0) : transcript.opening,
  answer: text === "" ? transcript.answer : text
})

/** What the runtime itself recorded under an id of its own is no part of the conversation. */
const withResult = (transcript: Transcript, { callId, ok, text }: Extract<Fact, { _tag: "Done" }>): Transcript => {
  const { messages } = transcript
  const place = messages.findLastIndex((message) => message._tag === "Assistant")
  const turn = messages[place]
  if (turn?._tag !== "Assistant") return transcript
  const order = new Map(turn.calls.map(({ id }, index) => [id, index]))
  const index = order.get(callId)
  const call = turn.calls[index ?? -1]
  if (index === undefined || call === undefined) return transcript
  const later = messages.findIndex(
    (message, at) => at > place && !(message._tag === "Tool" && (order.get(message.callId) ?? -1) < index)
  )
  const result: Message = { _tag: "Tool", callId, name: call.name, ok, text }
  return {
    ...transcript,
    messages: messages.toSpliced(later < 0 ? messages.length : later, 0, result),
    plan: ok ? Option.getOrElse(planOf(call), () => transcript.plan) : transcript.plan
  }
}

const compacted = (transcript: Transcript, { before, named = [], summary }: typeof Compacted.Type): Transcript => {
  const { forgotten, messages } = transcript
  if (summary !== null) {
    return {
      ...transcript,
      messages: [...messages.slice(0, 1), { _tag: "User", text: summary }, ...messages.slice(Math.max(1, before))],
      measured: measuredOpening(transcript),
      forgotten: Repeats.remembering(forgotten, messages, (_, index) => index < before),
      forgottenIds: new Set([...transcript.forgottenIds, ...CallIds.idsIn(messages.slice(0, before))])
    }
  }
  const notes = new Map(named.map(({ callId, text }) => [callId, text]))
  const isNamed = (message: Message, index: number) =>
    message._tag === "Tool" && index < before && notes.has(message.callId)
  return {
    ...transcript,
    messages: messages.map((message, index) =>
      message._tag === "Tool" && isNamed(message, index)
        ? { ...message, text: notes.get(message.callId) ?? message.text }
        : message
    ),
    measured: measuredOpening(transcript),
    forgotten: Repeats.remembering(forgotten, messages, isNamed)
  }
}
