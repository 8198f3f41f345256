/**
 * One request of an agent: asks the model within a reservation and records what became of it.
 *
 * 1. Nothing is sent that the purse does not hold; a request is settled with the provider's usage, or charged at its
 *    whole reserve when it has left, may have been billed, and nobody said how much.
 * 2. A turn is in the journal before its tools run; tools of a cut turn never run.
 * 3. No two calls of a conversation have one id, so that each has exactly one result.
 * 4. What is recorded of a request is part of the conversation at once, also when the agent is interrupted.
 */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Random from "effect/Random"
import * as Stream from "effect/Stream"
import type { Lease } from "../budget/Budget.ts"
import type { Effort } from "../domain/Effort.ts"
import { elapsed } from "../domain/Elapsed.ts"
import type { Failure } from "../domain/Failure.ts"
import type { Message, ToolCall } from "../domain/Message.ts"
import { costOf, type Price } from "../domain/Price.ts"
import { Attempt, Model, type ModelPart, type ModelRequest } from "../model/Model.ts"
import { ModelError } from "../model/ModelError.ts"
import { type Failures, nextDelay } from "../model/Retry.ts"
import type { SeenFiles } from "../tool/FileChanges.ts"
import type { KeptResults } from "../tool/KeptResults.ts"
import { type AgentEvent, AgentJournal, type Compacted, type TurnCompleted } from "./AgentEvent.ts"
import { failureOf, interruptedTag } from "./AgentFailure.ts"
import type { AgentTask } from "./AgentTask.ts"
import { type Cost, costOfCall, nothing, sum } from "./Allowance.ts"
import { withOwnIds } from "./CallIds.ts"
import { summaryDemand } from "./Compaction.ts"
import type { LimitName } from "./LimitReached.ts"
import { closingText } from "./Prompt.ts"
import * as Transcript from "./Transcript.ts"

/** What a turn works with besides the conversation. */
export interface Means {
  readonly task: AgentTask
  /** What the agent holds of its budget, resized from call to call; it always covers the closing answer. */
  readonly purse: Lease
  /** Of the agent's model; null where it is not known. */
  readonly price: Price | null
  readonly seen: SeenFiles
  /** What was cut of its results, for it to read on in. */
  readonly results: KeptResults
}

/** A request to be sent, with everything reserved for it. */
export interface Sending {
  /** Only a `turn` is offered tools; a `closing` answer and a `summary` are asked for in words behind the conversation. */
  readonly ask: "turn" | "closing" | "summary"
  /** Of a closing answer: the limit that it is asked for. */
  readonly why?: LimitName
  readonly messages: ReadonlyArray<Message>
  readonly attempt: number
  /** How often requests of this turn have failed until now. */
  readonly failures: Failures
  /** Upper bound on its input, in tokens. */
  readonly input: number
  readonly maxOutputTokens: number
  /** What to hold on to for the closing call after it. */
  readonly keep: Cost
  readonly effort: Effort
  /** What follows from the answer and is recorded in one append with it. */
  readonly record?: (reply: Reply) => ReadonlyArray<typeof Compacted.Type>
}

export type Reply = typeof TurnCompleted.Type

export type Asked =
  | { readonly _tag: "Reply"; readonly reply: Reply }
  /** No answer; `retryInMs` is null when the same request is not to be sent again. */
  | {
      readonly _tag: "Lost"
      readonly error: ModelError
      readonly retryInMs: number | null
    }

/** Sends one request behind the conversation in `log`, charges it and records what became of it in both. */
export const askModel = Effect.fnUntraced(function* (
  means: Means,
  log: { transcript: Transcript.Transcript },
  sending: Sending
) {
  const { transcript } = log
  const { price, purse, task } = means
  const { ask, attempt, input, keep, maxOutputTokens } = sending
  const model = yield* Model
  const record = (...facts: ReadonlyArray<AgentEvent>) =>
    AgentJournal.append(task.run, task.path, task.parent, ...facts)
  const apply = (...facts: ReadonlyArray<Transcript.Fact>) => {
    log.transcript = facts.reduce(Transcript.apply, log.transcript)
  }
  const place = { turn: transcript.turns + 1, ...(ask === "summary" ? { purpose: ask } : {}) }
  const reserve = costOfCall(price, input, maxOutputTokens)
  const closing = ask === "closing"
  const why = sending.why === undefined ? {} : { why: sending.why }
  yield* record({
    _tag: "TurnRequested",
    ...place,
    attempt,
    reserved: reserve.tokens,
    ...(price === null ? {} : { reservedNanoUsd: reserve.nanoUsd }),
    maxOutputTokens,
    closing,
    ...why
  })
  const request = requestOf(task, sending)
  const standing = { isHeld: false }
  const inMoney = (cost: Cost): number | null => (price === null ? null : cost.nanoUsd)
  // What is said in a summary is nobody's answer.
  const progress = (text: string) =>
    ask === "summary" ? Effect.void : record({ _tag: "TurnProgress", turn: place.turn, text })
  return yield* Effect.uninterruptibleMask((restore) =>
    Effect.gen(function* () {
      const attempted = gather(task, model.stream(request), progress)
      const exit = yield* Effect.exit(restore(Effect.provideService(attempted, Attempt, standing)))
      if (Exit.isSuccess(exit)) {
        const { calls, usage, ...said } = exit.value
        const cost =
          usage === null ? reserve : { tokens: usage.total, nanoUsd: price === null ? 0 : costOf(price, usage) }
        yield* purse.settle(cost, keep)
        const mayCall = ask === "turn" && (said.finish === "stop" || said.finish === "tool_calls")
        const reply: Reply = {
          ...said,
          ...place,
          _tag: "TurnCompleted",
          usage,
          charged: cost.tokens,
          nanoUsd: inMoney(cost),
          calls: mayCall ? withOwnIds(calls, transcript) : []
        }
        const after = sending.record?.(reply) ?? []
        yield* record(ask === "summary" ? { ...reply, text: "", keepsakes: [] } : reply, ...after)
        apply(reply, ...after)
        return { _tag: "Reply", reply } satisfies Asked
      }
      const error = Cause.squash(exit.cause)
      const isFree = error instanceof ModelError ? !error.isBilled : standing.isHeld
      const cost = isFree ? nothing : reserve
      const retryInMs =
        error instanceof ModelError
          ? nextDelay({ error, failures: sending.failures, random: yield* Random.next, limits: model.retries })
          : null
      // The last answer is still held for: what was not billed pays for the next attempt at it.
      const isKept = closing && retryInMs !== null && isFree
      yield* purse.settle(cost, isKept ? sum(keep, reserve) : keep)
      const charge = { charged: cost.tokens, nanoUsd: inMoney(cost) }
      const failure = Cause.hasInterruptsOnly(exit.cause) ? interrupted : failureOf(error)
      yield* record({ _tag: "TurnFailed", ...place, attempt, ...charge, error: failure, retryInMs })
      apply({ _tag: "TurnFailed", ...charge })
      if (!(error instanceof ModelError)) return yield* Effect.failCause(exit.cause)
      return { _tag: "Lost", error, retryInMs } satisfies Asked
    })
  )
})

// internal

/** By a cancellation or a deadline; the agent's end says which. */
const interrupted: Failure = { tag: interruptedTag, message: "it was ended before its answer was whole", hint: "" }

const demands = { closing: closingText, summary: summaryDemand } as const

const requestOf = (task: AgentTask, { ask, effort, maxOutputTokens, messages }: Sending): ModelRequest => ({
  model: task.model,
  system: task.system,
  messages: ask === "turn" ? messages : [...messages, { _tag: "User", text: demands[ask] }],
  tools: ask === "turn" ? task.toolSpecs : [],
  maxOutputTokens,
  effort,
  format: ask === "summary" ? null : task.format,
  brief: { agent: task.definition.name, goal: task.goal, scope: task.scope },
  closing: ask === "closing"
})

interface Gathered {
  readonly text: string
  readonly calls: ReadonlyArray<ToolCall>
  readonly keepsakes: ReadonlyArray<string>
  readonly usage: Extract<ModelPart, { _tag: "Finish" }>["usage"]
  readonly finish: Extract<ModelPart, { _tag: "Finish" }>["reason"]
}

/** Folds a stream into a turn. Only the terminal part makes it one: a stream that ends before is a cut answer. */
const gather = <E, R>(
  task: AgentTask,
  parts: Stream.Stream<ModelPart, ModelError>,
  progress: (text: string) => Effect.Effect<unknown, E, R>
) =>
  Effect.gen(function* () {
    const texts: Array<string> = []
    const calls: Array<ToolCall> = []
    const keepsakes: Array<string> = []
    let end: Extract<ModelPart, { _tag: "Finish" }> | undefined
    let told = { parts: 0, at: yield* elapsed }
    yield* Stream.runForEach(
      parts,
      Effect.fnUntraced(function* (part) {
        switch (part._tag) {
          case "Text": {
            texts.push(part.text)
            const now = yield* elapsed
            if (now - told.at < task.progressMs) return
            yield* progress(texts.slice(told.parts).join(""))
            told = { parts: texts.length, at: now }
            return
          }
          case "Reasoning":
            return
          case "Call":
            calls.push(part.call)
            return
          case "Keepsake":
            keepsakes.push(part.item)
            return
          case "Finish":
            end = part
        }
      })
    )
    if (end === undefined) {
      return yield* new ModelError({ model: task.model, stage: "streaming", reason: { _tag: "CutStream" } })
    }
    const gathered: Gathered = { text: texts.join(""), calls, keepsakes, usage: end.usage, finish: end.reason }
    return gathered
  })
