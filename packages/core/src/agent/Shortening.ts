/**
 * Shortens a conversation that is about to outgrow the model's context, and records what the model reads from then on.
 *
 * 1. A summary is paid from the agent's budget with the closing answer still held; whether it comes or not, the
 *    conversation is shorter afterwards.
 * 2. A request for it that fails in passing is sent again as any other; one that fails for good, an answer that is cut,
 *    refused or empty, and a provider without a language model lead to what costs nothing.
 */
import * as Effect from "effect/Effect"
import { Model } from "../model/Model.ts"
import type { ModelError } from "../model/ModelError.ts"
import type { Failures } from "../model/Retry.ts"
import { type AgentEvent, AgentJournal } from "./AgentEvent.ts"
import * as Allowance from "./Allowance.ts"
import * as Compaction from "./Compaction.ts"
import type { Log } from "./CourseState.ts"
import * as InputBound from "./InputBound.ts"
import { type Shortening, type Summary, spaceOf } from "./Step.ts"
import * as Transcript from "./Transcript.ts"
import { askModel, type Means, type Reply } from "./Turn.ts"

/** What follows: the next step, or the same request again after so many milliseconds. */
export type Shortened =
  | { readonly _tag: "Shorter" }
  | { readonly _tag: "Again"; readonly error: ModelError; readonly inMs: number }

/** Shortens the conversation in `log`. */
export const shorten = Effect.fnUntraced(function* (
  means: Means,
  log: Log,
  how: {
    readonly window: number
    readonly shortening: Shortening
    /** Null where none can be paid, or none is worth it. */
    readonly summary: Summary | null
    readonly failures: Failures
    /** Which request of the turn that is due this would be. */
    readonly attempt: number
  }
) {
  const { shortening, summary, window } = how
  const asked = summary === null ? none : yield* summarise(means, log, summary, how, window)
  if (asked._tag !== "None") return asked
  const { transcript } = log
  const compaction =
    shortening === "summary" ? yield* leastShortening(means, transcript, window) : withDigest(transcript, window)
  yield* AgentJournal.append(means.task.run, means.task.path, means.task.parent, compaction)
  log.transcript = Transcript.apply(transcript, compaction)
  return shorter
})

// internal

type Compacted = Extract<AgentEvent, { _tag: "Compacted" }>

const none = { _tag: "None" } as const
const shorter = { _tag: "Shorter" } as const

const withDigest = (transcript: Transcript.Transcript, window: number): Compacted => ({
  _tag: "Compacted",
  ...Compaction.withDigest(transcript, spaceIn(transcript, window))
})

const spaceIn = ({ opening }: Transcript.Transcript, window: number): number => spaceOf({ opening, window })

/** Old results are only named where that makes room enough: everything else that was said stays. */
const leastShortening = Effect.fnUntraced(function* (
  { task }: Means,
  transcript: Transcript.Transcript,
  window: number
) {
  const named: Compacted = { _tag: "Compacted", ...Compaction.withNames(transcript) }
  const input = yield* InputBound.exact(task, Transcript.apply(transcript, named))
  return input <= window - spaceIn(transcript, window) / 2 ? named : withDigest(transcript, window)
})

/** `None` where there is none: nothing was sent, or nothing came. */
const summarise = Effect.fnUntraced(function* (
  means: Means,
  log: Log,
  summary: Summary,
  { attempt, failures }: { readonly attempt: number; readonly failures: Failures },
  window: number
) {
  if ((yield* Model).mode !== "model") return none
  const { transcript } = log
  const request = yield* fitting(means, transcript, summary, window)
  if (request === null) return none
  const { input, messages } = request
  const { keep, maxOutputTokens } = summary
  const cost = Allowance.sum(Allowance.costOfCall(means.price, input, maxOutputTokens), keep)
  if (!(yield* means.purse.resize(cost))) return none
  const asked = yield* askModel(means, log, {
    ask: "summary",
    messages,
    attempt,
    failures,
    input,
    maxOutputTokens,
    keep,
    effort: "low",
    record: (reply) =>
      isSummary(reply)
        ? [{ _tag: "Compacted", ...Compaction.withSummary(transcript, reply.text, spaceIn(transcript, window)) }]
        : []
  })
  if (asked._tag === "Reply") return isSummary(asked.reply) ? shorter : none
  const { error, retryInMs } = asked
  return retryInMs === null ? none : ({ _tag: "Again", error, inMs: retryInMs } satisfies Shortened)
})

const isSummary = ({ finish, text }: Reply): boolean => finish === "stop" && text.trim() !== ""

/** What is sent to be summarised: all of it, or as much of its results as the context takes; null where it takes too little. */
const fitting = Effect.fnUntraced(function* (
  { task }: Means,
  transcript: Transcript.Transcript,
  { input, maxOutputTokens }: Summary,
  window: number
) {
  const { messages } = transcript
  const over = input + maxOutputTokens - window
  if (over <= 0) return { messages, input }
  const named = Compaction.shortenedBy(messages, over)
  const measured = Transcript.measuredOpening(transcript)
  const bound = yield* InputBound.exact(task, { messages: named, measured }, Compaction.summaryDemand)
  return bound + maxOutputTokens <= window && bound <= input ? { messages: named, input: bound } : null
})
