/**
 * Chat Completions, which most compatible servers speak: a request of ours as its body, its chunks as our parts. The
 * answer is over when a finish reason and `[DONE]` have come; usage arrives between the two. A request begins with the
 * bytes of the one before it, up to what is new.
 */
import { randomUUID } from "node:crypto"
import type {
  ChatCompletionChunk,
  ChatCompletionCreateParamsStreaming,
  ChatCompletionMessageParam
} from "openai/resources/chat/completions"
import type { Effort } from "../../domain/Effort.ts"
import type { Message } from "../../domain/Message.ts"
import type { FinishReason, ModelPart, ModelRequest } from "../Model.ts"
import { systemWithForm, type WireSchema, wireSchema } from "./AnswerSchema.ts"
import type { ProviderSettings } from "./ProviderSettings.ts"
import {
  callOf,
  ended,
  lastParts,
  noParts,
  open,
  type ReaderState,
  sendableArguments,
  usageOf,
  type WireReader
} from "./WireReader.ts"

export interface ChatOptions {
  readonly maxTokensField: ProviderSettings["maxTokensField"]
  /** Undefined: the model is not told how much to think. */
  readonly effort: Effort | "none" | undefined
}

export const requestBody = (
  request: ModelRequest,
  { effort, maxTokensField }: ChatOptions
): ChatCompletionCreateParamsStreaming => ({
  model: request.model,
  stream: true,
  stream_options: { include_usage: true },
  ...(request.tools.length === 0
    ? {}
    : {
        tools: request.tools.map(({ description, name, parameters }) => ({
          type: "function" as const,
          function: { name, description, parameters: { ...parameters } }
        }))
      }),
  ...responseFormat(wireSchema(request)),
  messages: [{ role: "system", content: systemWithForm(request) }, ...request.messages.map(chatMessage)],
  // What changes from turn to turn stands behind the conversation.
  ...(maxTokensField === "max_completion_tokens"
    ? { max_completion_tokens: request.maxOutputTokens }
    : { max_tokens: request.maxOutputTokens }),
  ...(effort === undefined ? {} : { reasoning_effort: effort })
})

/** `newId` names calls of servers that give them no id. */
export const makeReader = (newId: () => string = randomUUID): WireReader<ChatCompletionChunk> => {
  const calls: Array<GrowingCall> = []
  let usage: ReturnType<typeof usageOf> = null
  let reason: FinishReason | undefined
  let isRefused = false
  let state: ReaderState = open

  const read = (chunk: ChatCompletionChunk): ReadonlyArray<ModelPart> => {
    if (chunk.usage) usage = usageFrom(chunk.usage)
    const choice = chunk.choices?.find(({ index = 0 }) => index === 0)
    if (choice === undefined) return noParts
    const parts = deltaParts(choice.delta)
    if (choice.finish_reason) {
      if (String(choice.finish_reason) === "error") state = { _tag: "Failed", error: choice }
      reason = reasons.get(choice.finish_reason) ?? "stop"
    }
    return parts
  }

  const deltaParts = (delta: Delta | undefined): ReadonlyArray<ModelPart> => {
    if (!delta) return noParts
    for (const piece of delta.tool_calls ?? []) grow(calls, piece)
    const parts: Array<ModelPart> = []
    const reasoning = reasoningOf(delta)
    if (reasoning !== "") parts.push({ _tag: "Reasoning", text: reasoning })
    if (typeof delta.content === "string" && delta.content !== "") parts.push({ _tag: "Text", text: delta.content })
    if (typeof delta.refusal === "string" && delta.refusal !== "") {
      isRefused = true
      parts.push({ _tag: "Text", text: delta.refusal })
    }
    return parts
  }

  const end = (isDone: boolean): ReadonlyArray<ModelPart> => {
    if (!isDone || reason === undefined || state !== open) return noParts
    state = ended
    const isWhole = reason === "stop" || reason === "tool_calls"
    const whole = isRefused ? "refusal" : isWhole ? (calls.length > 0 ? "tool_calls" : "stop") : reason
    return lastParts(
      whole,
      usage,
      calls.map((call) => ({ _tag: "Call", call: callOf({ ...call, args: call.args.join("") }, newId) }))
    )
  }

  return {
    read,
    end,
    get state() {
      return state
    }
  }
}

// internal

type Delta = ChatCompletionChunk.Choice.Delta
type Piece = ChatCompletionChunk.Choice.Delta.ToolCall

/** Servers know more of them; what is none of these ended by itself. */
const reasons: ReadonlyMap<string, FinishReason> = new Map([
  ["stop", "stop"],
  ["tool_calls", "tool_calls"],
  ["function_call", "tool_calls"],
  ["length", "length"],
  ["max_tokens", "length"],
  ["content_filter", "content_filter"]
])

interface GrowingCall {
  readonly index: number
  id: string
  name: string
  readonly args: Array<string>
}

/** Arguments come in pieces under the call's index; a second id under the same index is a second call. */
const grow = (calls: Array<GrowingCall>, { function: piece, id = "", index = 0 }: Piece): void => {
  const known = calls.findLast((call) => call.index === index)
  const isNew = known === undefined || (id !== "" && known.id !== "" && known.id !== id)
  const call = isNew ? { index, id, name: "", args: [] } : known
  if (isNew) calls.push(call)
  if (call.id === "") call.id = id
  if (call.name === "") call.name = piece?.name ?? ""
  const args: unknown = piece?.arguments
  if (args) call.args.push(typeof args === "string" ? args : JSON.stringify(args))
}

/** Not in OpenAI's format; servers of open models send it under one of these names. */
const reasoningOf = (delta: object): string => {
  if ("reasoning_content" in delta && typeof delta.reasoning_content === "string") return delta.reasoning_content
  if ("reasoning" in delta && typeof delta.reasoning === "string") return delta.reasoning
  return ""
}

const usageFrom = (usage: NonNullable<ChatCompletionChunk["usage"]>) =>
  usageOf({
    input: usage.prompt_tokens,
    cached: usage.prompt_tokens_details?.cached_tokens,
    output: usage.completion_tokens,
    reasoning: usage.completion_tokens_details?.reasoning_tokens,
    total: usage.total_tokens
  })

const responseFormat = (schema: WireSchema | null) =>
  schema === null ? {} : { response_format: { type: "json_schema" as const, json_schema: { ...schema } } }

const chatMessage = (message: Message): ChatCompletionMessageParam => {
  switch (message._tag) {
    case "User":
      return { role: "user", content: message.text }
    case "Tool":
      return { role: "tool", tool_call_id: message.callId, content: message.text }
    case "Assistant":
      return message.calls.length === 0
        ? { role: "assistant", content: message.text }
        : {
            role: "assistant",
            content: message.text === "" ? null : message.text,
            tool_calls: message.calls.map(({ args, id, name }) => ({
              id,
              type: "function",
              function: { name, arguments: sendableArguments(args) }
            }))
          }
  }
}
