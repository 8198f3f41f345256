/**
 * One turn of an agent: ask the model within a reservation, record what it said, run the tools it called.
 *
 * 1. Nothing is sent that the purse does not hold; a request is settled with the provider's usage, or charged at its
 *    whole reserve when it may have been billed and nobody said how much.
 * 2. A turn is in the journal before its tools run; tools of a cut turn never run.
 * 3. Every call gets exactly one result, in the order of the calls.
 */
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Random from "effect/Random"
import * as Stream from "effect/Stream"
import { Budget, type Lease } from "../budget/Budget.ts"
import type { Message, ToolCall } from "../domain/Message.ts"
import { costOf, type Price } from "../domain/Price.ts"
import { Model, type ModelPart, type ModelRequest } from "../model/Model.ts"
import { ModelError } from "../model/ModelError.ts"
import { type Failures, nextDelay } from "../model/Retry.ts"
import type { SeenFiles } from "../tool/FileChanges.ts"
import { toolEvents } from "../tool/ToolEvent.ts"
import { type CallResult, runCall } from "../tool/ToolRunner.ts"
import { type AgentEvent, AgentJournal, type TurnCompleted } from "./AgentEvent.ts"
import { failureOf } from "./AgentFailure.ts"
import type { AgentTask } from "./AgentTask.ts"
import { type Cost, closingOutput, costOfCall, divide, nothing, resultTokens, sum } from "./Allowance.ts"
import * as InputBound from "./InputBound.ts"
import { closingText } from "./Prompt.ts"
import { tellAt, timesSeen } from "./Repeats.ts"
import type { Transcript } from "./Transcript.ts"

/** What a turn works with besides the conversation. */
export interface Means {
  readonly task: AgentTask
  /** What the agent holds of its budget, resized from call to call; it always covers the closing answer. */
  readonly purse: Lease
  /** Of the agent's model; null where it is not known. */
  readonly price: Price | null
  readonly seen: SeenFiles
}

/** A request to be sent, with everything reserved for it. */
export interface Sending {
  readonly attempt: number
  /** How often requests of this turn have failed until now. */
  readonly failures: Failures
  /** Upper bound on its input, in tokens. */
  readonly input: number
  readonly maxOutputTokens: number
  /** What to hold on to for the closing call after it. */
  readonly keep: Cost
  /** No tools are offered: the answer is due. */
  readonly closing: boolean
  readonly effort: ModelRequest["effort"]
}

export type Asked =
  | { readonly _tag: "Reply"; readonly reply: typeof TurnCompleted.Type }
  /** No answer; `retryInMs` is null when the same request is not to be sent again. */
  | {
      readonly _tag: "Lost"
      readonly error: ModelError
      readonly charged: number
      readonly nanoUsd: number | null
      readonly retryInMs: number | null
    }

/** Sends one request, charges it and records what became of it, also when it is interrupted. */
export const askModel = Effect.fnUntraced(function* (means: Means, transcript: Transcript, sending: Sending) {
  const { price, purse, task } = means
  const { attempt, closing, input, keep, maxOutputTokens } = sending
  const model = yield* Model
  const record = (fact: AgentEvent) => AgentJournal.append(task.run, task.path, task.parent, fact)
  const turn = transcript.turns + 1
  const reserve = costOfCall(price, input, maxOutputTokens)
  yield* record({ _tag: "TurnRequested", turn, attempt, reserved: reserve.tokens, maxOutputTokens, closing })
  const request: ModelRequest = {
    model: task.model,
    system: task.system,
    messages: closing ? [...transcript.messages, { _tag: "User", text: closingText }] : transcript.messages,
    tools: closing ? [] : task.toolSpecs,
    maxOutputTokens,
    effort: sending.effort,
    format: task.format,
    brief: { agent: task.definition.name, goal: task.goal, scope: task.scope, probes: task.probes },
    closing
  }
  const inMoney = (cost: Cost): number | null => (price === null ? null : cost.nanoUsd)
  const progress = (text: string) => record({ _tag: "TurnProgress", turn, text })
  return yield* Effect.uninterruptibleMask((restore) =>
    Effect.gen(function* () {
      const exit = yield* Effect.exit(restore(gather(task, model.stream(request), progress)))
      if (Exit.isSuccess(exit)) {
        const { calls, usage, ...said } = exit.value
        const cost =
          usage === null ? reserve : { tokens: usage.total, nanoUsd: price === null ? 0 : costOf(price, usage) }
        yield* purse.settle(cost, keep)
        const charge = { usage, charged: cost.tokens, nanoUsd: inMoney(cost) }
        const whole = said.finish === "stop" || said.finish === "tool_calls"
        const reply = {
          ...said,
          ...charge,
          _tag: "TurnCompleted",
          turn,
          calls: closing || !whole ? [] : calls
        } as const
        yield* record(reply)
        return { _tag: "Reply", reply } satisfies Asked
      }
      const error = Cause.squash(exit.cause)
      const cost = error instanceof ModelError && !error.isBilled ? nothing : reserve
      yield* purse.settle(cost, keep)
      const charge = { charged: cost.tokens, nanoUsd: inMoney(cost) }
      const retryInMs =
        error instanceof ModelError
          ? nextDelay({ error, failures: sending.failures, random: yield* Random.next, limits: model.retries })
          : null
      yield* record({ _tag: "TurnFailed", turn, attempt, ...charge, error: failureOf(error), retryInMs })
      if (!(error instanceof ModelError)) return yield* Effect.failCause(exit.cause)
      return { _tag: "Lost", error, ...charge, retryInMs } satisfies Asked
    })
  )
})

/** A call's answer, and how often the conversation has had this answer to this call, itself included. */
export interface Answered extends CallResult {
  readonly times: number
}

/** Runs the calls of a turn in parallel; the results are cut so that a closing answer still fits after them. */
export const runCalls = Effect.fnUntraced(function* (
  { price, purse, seen, task }: Means,
  transcript: Transcript,
  calls: ReadonlyArray<ToolCall>
) {
  const budget = yield* Budget
  const prefix = InputBound.cheap(task, transcript)
  const wanted = resultTokens(sum(yield* budget.remaining(task.path), purse.reserved), prefix, price)
  const isHeld = yield* purse.resize(costOfCall(price, prefix + wanted, closingOutput))
  const granted = isHeld ? wanted : resultTokens(purse.reserved, prefix, price)
  const claimTokens = divide(granted, calls.length)
  const earlier = new Set(transcript.messages.flatMap((message) => (message._tag === "Tool" ? [message.callId] : [])))
  return yield* Effect.forEach(
    calls,
    Effect.fnUntraced(function* (call, index) {
      const isReused = earlier.has(call.id) || calls.findIndex((other) => other.id === call.id) < index
      if (isReused)
        return yield* refuse(task, call, `the call id ${call.id} was used before; give every call an id of its own`)
      if (!(yield* budget.tryConsume(task.path, { calls: 1 }))) {
        return yield* refuse(task, call, "the limit of tool calls is reached; answer from what you have seen")
      }
      const result = yield* runCall({
        run: task.run,
        path: task.path,
        parent: task.parent,
        policy: task.policy,
        tools: task.tools,
        call,
        seen,
        skills: task.skills,
        team: task.team,
        outputTokens: granted,
        claimTokens
      })
      return counted(transcript, call, result)
    }),
    { concurrency: Math.min(calls.length, mostCallsAtOnce) }
  )
})

// internal

/** Of one agent: a model may ask for hundreds in a turn, and each may be a process. */
const mostCallsAtOnce = 8

interface Gathered {
  readonly text: string
  readonly calls: ReadonlyArray<ToolCall>
  readonly keepsakes: ReadonlyArray<string>
  readonly usage: Extract<ModelPart, { _tag: "Finish" }>["usage"]
  readonly finish: Extract<ModelPart, { _tag: "Finish" }>["reason"]
}

/** Folds a stream into a turn. Only the terminal part makes it one: a stream that ends before is a cut answer. */
const gather = (
  task: AgentTask,
  parts: Stream.Stream<ModelPart, ModelError>,
  progress: (text: string) => ReturnType<typeof AgentJournal.append>
) =>
  Effect.gen(function* () {
    const texts: Array<string> = []
    const calls: Array<ToolCall> = []
    const keepsakes: Array<string> = []
    let end: Extract<ModelPart, { _tag: "Finish" }> | undefined
    let told = { parts: 0, at: yield* Clock.currentTimeMillis }
    yield* Stream.runForEach(
      parts,
      Effect.fnUntraced(function* (part) {
        switch (part._tag) {
          case "Text": {
            texts.push(part.text)
            const now = yield* Clock.currentTimeMillis
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

const refuse = Effect.fnUntraced(function* (task: AgentTask, call: ToolCall, problem: string) {
  const text = `error: ${problem}`
  const done = { _tag: "Done", callId: call.id, ok: false, text, ms: 0, changes: [] } as const
  yield* toolEvents.append(task.run, task.path, task.parent, done)
  const message: Message = { _tag: "Tool", callId: call.id, name: call.name, ok: false, text }
  return { message, changes: [], understood: true, times: 1 } satisfies Answered
})

const counted = (transcript: Transcript, call: ToolCall, result: CallResult): Answered => {
  const { message } = result
  const times = timesSeen(transcript.messages, call, message.text) + 1
  const notice = `\n(You have made this call ${times} times with the same result. Do something else or answer.)`
  return { ...result, times, message: times < tellAt ? message : { ...message, text: `${message.text}${notice}` } }
}
