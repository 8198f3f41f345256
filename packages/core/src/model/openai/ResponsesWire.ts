/**
 * The Responses API: a request of ours as its body, its events as our parts. Nothing is stored at the provider, so
 * reasoning items come encrypted and are carried back in the order in which they came. A request begins with the bytes of
 * the one before it, up to what is new.
 */
import { randomUUID } from "node:crypto"
import type {
  ResponseCreateParamsStreaming,
  ResponseInputItem,
  ResponseOutputItem,
  ResponseStreamEvent,
  ResponseUsage
} from "openai/resources/responses/responses"
import type { Message } from "../../domain/Message.ts"
import type { Usage } from "../../domain/Usage.ts"
import type { FinishReason, ModelPart, ModelRequest } from "../Model.ts"
import { systemWithForm, type WireSchema, wireSchema } from "./AnswerSchema.ts"
import { outputParts, textOf, turnItems } from "./ResponsesTurn.ts"
import { ended, lastParts, noParts, open, type ReaderState, usageOf, type WireReader } from "./WireReader.ts"

export const requestBody = (request: ModelRequest, isReasoning: boolean): ResponseCreateParamsStreaming => ({
  model: request.model,
  stream: true,
  store: false,
  ...(isReasoning ? { include: ["reasoning.encrypted_content"] } : {}),
  instructions: systemWithForm(request),
  ...(request.tools.length === 0
    ? {}
    : {
        tools: request.tools.map(({ description, name, parameters }) => ({
          type: "function" as const,
          name,
          description,
          parameters: { ...parameters },
          strict: false
        }))
      }),
  ...textFormat(wireSchema(request)),
  input: request.messages.flatMap(inputItems),
  // What changes from turn to turn stands behind the conversation.
  max_output_tokens: request.maxOutputTokens,
  ...(isReasoning ? { reasoning: { effort: request.effort, summary: "concise" } } : {})
})

/** `newId` names calls of servers that give them no id. */
export const makeReader = (newId: () => string = randomUUID): WireReader<ResponseStreamEvent> => {
  const items: Array<ResponseOutputItem> = []
  let hasText = false
  let isRefused = false
  let state: ReaderState = open

  const finish = (reason: FinishReason, usage: ResponseUsage | null | undefined, output = items) => {
    state = ended
    return lastParts(reason, usageFrom(usage), reason === "stop" ? outputParts(output, newId) : [])
  }

  const read = (event: ResponseStreamEvent): ReadonlyArray<ModelPart> => {
    switch (event.type) {
      case "response.output_text.delta":
        hasText = true
        return textPart("Text", event.delta)
      case "response.refusal.delta":
        isRefused = true
        return textPart("Text", event.delta)
      case "response.reasoning_summary_text.delta":
      case "response.reasoning_text.delta":
        return textPart("Reasoning", event.delta)
      case "response.output_item.done":
        items.push(event.item)
        return noParts
      case "response.completed": {
        const { output, usage } = event.response
        const whole = items.length > 0 ? items : (output ?? [])
        const late = hasText || isRefused ? noParts : lateText(whole)
        if (isRefused || whole.some(refuses)) return [...late, ...finish("refusal", usage)]
        const parts = finish("stop", usage, whole)
        return [...late, ...named(parts)]
      }
      case "response.incomplete": {
        const { incomplete_details: details, usage } = event.response
        if (isRefused) return finish("refusal", usage)
        return finish(details?.reason === "content_filter" ? "content_filter" : "length", usage)
      }
      case "response.failed":
        state = { _tag: "Failed", error: event.response.error ?? "the provider gave no reason" }
        return noParts
      case "error":
        state = { _tag: "Failed", error: event }
        return noParts
      default:
        return noParts
    }
  }

  return {
    read,
    end: () => noParts,
    get state() {
      return state
    }
  }
}

// internal

const textPart = (tag: "Text" | "Reasoning", text: unknown): ReadonlyArray<ModelPart> =>
  typeof text === "string" && text !== "" ? [{ _tag: tag, text }] : noParts

/** Text that came only with the finished items: some servers stream none. */
const lateText = (items: ReadonlyArray<ResponseOutputItem>): ReadonlyArray<ModelPart> =>
  items.flatMap((item) => (item.type === "message" ? textPart("Text", textOf(item)) : noParts))

const refuses = (item: ResponseOutputItem): boolean =>
  item.type === "message" && item.content.some((part) => part.type === "refusal")

/** An answer with calls in it ends with them. */
const named = (parts: ReadonlyArray<ModelPart>): ReadonlyArray<ModelPart> =>
  parts.some((part) => part._tag === "Call")
    ? parts.map((part) => (part._tag === "Finish" ? { ...part, reason: "tool_calls" } : part))
    : parts

const usageFrom = (usage: ResponseUsage | null | undefined): Usage | null =>
  usage === null || usage === undefined
    ? null
    : usageOf({
        input: usage.input_tokens,
        cached: usage.input_tokens_details?.cached_tokens,
        output: usage.output_tokens,
        reasoning: usage.output_tokens_details?.reasoning_tokens,
        total: usage.total_tokens
      })

const textFormat = (schema: WireSchema | null) =>
  schema === null ? {} : { text: { format: { type: "json_schema" as const, ...schema } } }

const inputItems = (message: Message): ReadonlyArray<ResponseInputItem> => {
  switch (message._tag) {
    case "User":
      return [{ role: "user", content: message.text }]
    case "Tool":
      return [{ type: "function_call_output", call_id: message.callId, output: message.text }]
    case "Assistant":
      return turnItems(message)
  }
}
