/**
 * One turn of an agent: ask the model within a reservation, record what it said, run the tools it called.
 *
 * 1. Nothing is sent that the purse does not hold; a request is settled with the provider's usage, or charged at its
 *    whole reserve when it was sent and ended without one.
 * 2. A turn is in the journal before its tools run; tools of a cut turn never run.
 * 3. Every call gets exactly one result, in the order of the calls.
 */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Stream from "effect/Stream"
import { Budget, type Lease } from "../budget/Budget.ts"
import { upperBound } from "../budget/Estimate.ts"
import type { Message, ToolCall } from "../domain/Message.ts"
import { Model, type ModelPart, type ModelRequest } from "../model/Model.ts"
import { ModelError } from "../model/ModelError.ts"
import { runCall } from "../tool/ToolRunner.ts"
import { type AgentEvent, AgentJournal, type TurnCompleted } from "./AgentEvent.ts"
import { failureOf } from "./AgentFailure.ts"
import type { AgentTask } from "./AgentTask.ts"
import { closingOutput, divide, resultTokens } from "./Allowance.ts"
import { closingText } from "./Prompt.ts"
import { tellAt, timesSeen } from "./Repeats.ts"
import type { Transcript } from "./Transcript.ts"

type ToolMessage = Extract<Message, { _tag: "Tool" }>

/** Upper bound on the input tokens of this agent's next request. */
export const inputBound = (task: AgentTask, transcript: Transcript, closing: boolean): number => {
  const { measured, messages } = transcript
  const added = messages.slice(measured.messages).reduce((sum, message) => sum + messageBound(message), 0)
  const fixed =
    measured.tokens > 0 ? measured.tokens : upperBound(task.system) + upperBound(JSON.stringify(task.toolSpecs))
  return fixed + added + (closing ? upperBound(closingText) : 0) + framing
}

/** What a turn works with besides the conversation. */
export interface Means {
  readonly task: AgentTask
  /** What the agent holds of its budget, resized from call to call; it always covers the closing answer. */
  readonly purse: Lease
}

/** A request to be sent, with everything reserved for it. */
export interface Sending {
  /** Bound on its input plus its output cap, in tokens. */
  readonly reserved: number
  readonly maxOutputTokens: number
  /** Tokens to hold on to for the closing call after it. */
  readonly keep: number
  /** No tools are offered: the answer is due. */
  readonly closing: boolean
}

/** Sends one request and records the outcome; fails with the provider's error after the attempt was charged. */
export const askModel = Effect.fn("Turn.askModel")(function* (
  { purse, task }: Means,
  transcript: Transcript,
  { closing, keep, maxOutputTokens, reserved }: Sending
) {
  const model = yield* Model
  const record = (fact: AgentEvent) => AgentJournal.append(task.run, task.path, task.parent, fact)
  const turn = transcript.turns + 1
  yield* record({ _tag: "TurnRequested", turn, reserved, maxOutputTokens, closing })
  const request: ModelRequest = {
    model: model.name,
    system: task.system,
    messages: closing ? [...transcript.messages, { _tag: "User", text: closingText }] : transcript.messages,
    tools: closing ? [] : task.toolSpecs,
    maxOutputTokens,
    brief: { agent: task.definition.name, goal: task.goal, scope: task.scope, probes: task.probes },
    closing
  }
  const lost = (cause: Cause.Cause<ModelError>) =>
    record({ _tag: "TurnFailed", turn, charged: reserved, error: failureOf(Cause.squash(cause)) })
  const reply = yield* gather(model.name, model.stream(request), turn).pipe(
    Effect.onExit((exit) =>
      Exit.isSuccess(exit)
        ? purse.settle(exit.value.usage.total, keep)
        : Effect.andThen(purse.settle(reserved, keep), Effect.ignore(lost(exit.cause)))
    )
  )
  yield* record(reply)
  return reply
})

/** A call's answer, and how often the conversation has had this answer to this call, itself included. */
export interface Answered {
  readonly message: ToolMessage
  readonly times: number
}

/** Runs the calls of a turn in parallel; the results are cut so that a closing answer still fits after them. */
export const runCalls = Effect.fn("Turn.runCalls")(function* (
  { purse, task }: Means,
  transcript: Transcript,
  calls: ReadonlyArray<ToolCall>
) {
  const budget = yield* Budget
  const prefix = inputBound(task, transcript, true)
  const wanted = resultTokens((yield* budget.remaining(task.path)) + purse.reserved, prefix)
  const isHeld = yield* purse.resize(prefix + wanted + closingOutput)
  const granted = isHeld ? wanted : Math.max(0, purse.reserved - prefix - closingOutput)
  const claimTokens = divide(granted, calls.length)
  const seen = new Set(transcript.messages.flatMap((message) => (message._tag === "Tool" ? [message.callId] : [])))
  return yield* Effect.forEach(
    calls,
    (call, index) =>
      seen.has(call.id) || calls.findIndex((other) => other.id === call.id) < index
        ? Effect.succeed(reusedId(call))
        : runCall({
            run: task.run,
            path: task.path,
            parent: task.parent,
            policy: task.policy,
            tools: task.tools,
            call,
            outputTokens: granted,
            claimTokens
          }).pipe(Effect.map((message) => counted(transcript, call, message))),
    { concurrency: "unbounded" }
  )
})

// internal

/** What a wire format adds around the texts: roles, separators, ids. */
const framing = 64

const messageBound = (message: Message): number => {
  switch (message._tag) {
    case "User":
      return upperBound(message.text) + 8
    case "Assistant":
      return message.calls.reduce(
        (sum, call) => sum + upperBound(call.id) + upperBound(call.name) + upperBound(call.args) + 16,
        upperBound(message.text) + 8
      )
    case "Tool":
      return upperBound(message.text) + upperBound(message.callId) + 16
  }
}

/** Folds a stream into a turn. Only the terminal part makes it one: a stream that ends before is a cut answer. */
const gather = (model: string, parts: Stream.Stream<ModelPart, ModelError>, turn: number) =>
  Effect.suspend(() => {
    const texts: Array<string> = []
    const calls: Array<ToolCall> = []
    let end: Extract<ModelPart, { _tag: "Finish" }> | undefined
    return parts.pipe(
      Stream.runForEach((part) =>
        Effect.sync(() => {
          switch (part._tag) {
            case "Text":
              texts.push(part.text)
              break
            case "Reasoning":
              break
            case "Call":
              calls.push(part.call)
              break
            case "Finish":
              end = part
          }
        })
      ),
      Effect.flatMap(() =>
        end === undefined
          ? Effect.fail(new ModelError({ model, reason: { _tag: "CutStream" } }))
          : Effect.succeed<typeof TurnCompleted.Type>({
              _tag: "TurnCompleted",
              turn,
              text: texts.join(""),
              calls: end.reason === "length" || end.reason === "content_filter" ? [] : calls,
              usage: end.usage,
              finish: end.reason
            })
      )
    )
  })

const reusedId = (call: ToolCall): Answered => ({
  message: {
    _tag: "Tool",
    callId: call.id,
    name: call.name,
    ok: false,
    text: `error: the call id ${call.id} was used before; give every call an id of its own`
  },
  times: 1
})

const counted = (transcript: Transcript, call: ToolCall, message: ToolMessage): Answered => {
  const times = timesSeen(transcript.messages, call, message.text) + 1
  const notice = `\n(You have made this call ${times} times with the same result. Do something else or answer.)`
  return { times, message: times < tellAt ? message : { ...message, text: `${message.text}${notice}` } }
}
