/**
 * Answers of the Chat Completions API: the chunks of a stream up to `[DONE]`, or the completion they make. The SDK's
 * own types hold the names and fields of both.
 */
import * as Predicate from "effect/Predicate"
import type { ChatCompletion, ChatCompletionChunk } from "openai/resources/chat/completions"
import type { CompletionUsage } from "openai/resources/completions"
import type { Answer } from "./Answer.ts"
import type { Output } from "./Output.ts"
import type { Received } from "./Received.ts"
import { bodyScript, deltas, point, type Script, type Step, send, serverError } from "./Script.ts"

export const chatScript = (request: Received, answer: Answer, output: Output): Script => {
  const usage = usageOf(request, answer, output)
  const base = {
    id: `chatcmpl-${request.index}`,
    created: Math.floor(Date.now() / 1000),
    model: String(request.body.model),
    service_tier: "default",
    system_fingerprint: "fp_scripted"
  } as const
  if (request.body.stream !== true) {
    const whole = { ...base, object: "chat.completion", choices: [choiceOf(answer, output)], ...told(usage) }
    return bodyScript("application/json", JSON.stringify(whole), output.bytes)
  }

  const options = request.body.stream_options
  const tellsUsage = Predicate.hasProperty(options, "include_usage") && options.include_usage === true
  const chunk = (
    choices: ReadonlyArray<ChatCompletionChunk.Choice>,
    more: object = tellsUsage ? { usage: null } : {}
  ) => data({ ...base, object: "chat.completion.chunk", choices, ...more })
  const delta = (part: Delta) => chunk([{ index: 0, delta: part, logprobs: null, finish_reason: null }])
  const isRefusal = answer.finish === "refusal"

  function* steps(): Generator<Step> {
    const isText = output.text !== "" || output.calls.length === 0
    yield send(delta({ role: "assistant", content: isText && !isRefusal ? "" : null, refusal: null }))
    yield* deltas(output.reasoning, undefined, (piece) => delta({ reasoning_content: piece }))
    const textDelta = (piece: string) => delta(isRefusal ? { refusal: piece } : { content: piece })
    yield* deltas(output.text, "mid-text", textDelta, true)
    for (const [index, { args, id, name }] of output.calls.entries()) {
      const begun = { index, id, type: "function", function: { name, arguments: "" } } as const
      yield send(delta({ tool_calls: [begun] }), Buffer.byteLength(name))
      const argumentsDelta = (piece: string) => delta({ tool_calls: [{ index, function: { arguments: piece } }] })
      yield* deltas(args, "mid-arguments", argumentsDelta)
    }
    if (output.calls.length === 0) yield point("mid-arguments")
    yield point("before-terminal")
    yield send(chunk([{ index: 0, delta: {}, logprobs: null, finish_reason: reasonOf(output) }]))
    if (tellsUsage && usage !== undefined) yield send(chunk([], { usage }))
    yield send("data: [DONE]\n\n")
  }
  const errorEvent: Script["errorEvent"] = (error) => data({ error: { ...serverError, ...error } })
  return { contentType: "text/event-stream; charset=utf-8", steps: steps(), errorEvent, failedEvent: errorEvent }
}

// internal

/** Servers of models that show their reasoning send it under this name; OpenAI only counts it. */
type Delta = ChatCompletionChunk.Choice.Delta & { readonly reasoning_content?: string }

const data = (value: unknown): string => `data: ${JSON.stringify(value)}\n\n`

const reasonOf = ({ finish }: Output): ChatCompletion.Choice["finish_reason"] =>
  finish === "refusal" ? "stop" : finish

const choiceOf = (answer: Answer, output: Output): ChatCompletion.Choice => {
  const { calls, reasoning, text } = output
  const isRefusal = answer.finish === "refusal"
  return {
    index: 0,
    logprobs: null,
    finish_reason: reasonOf(output),
    message: {
      role: "assistant",
      content: isRefusal || (text === "" && calls.length > 0) ? null : text,
      refusal: isRefusal ? text : null,
      annotations: [],
      ...(reasoning === "" ? {} : { reasoning_content: reasoning }),
      ...(calls.length === 0
        ? {}
        : {
            tool_calls: calls.map(({ args, id, name }) => ({
              id,
              type: "function" as const,
              function: { name, arguments: args }
            }))
          })
    }
  }
}

const told = (usage: unknown) => (usage === undefined ? {} : { usage })

const usageOf = ({ inputTokens }: Received, { cachedTokens = 0, usage }: Answer, output: Output): unknown => {
  if (usage !== undefined) return usage === "none" ? undefined : usage
  return {
    prompt_tokens: inputTokens,
    completion_tokens: output.tokens,
    total_tokens: inputTokens + output.tokens,
    prompt_tokens_details: { cached_tokens: cachedTokens, audio_tokens: 0 },
    completion_tokens_details: { reasoning_tokens: output.reasoningTokens, audio_tokens: 0 }
  } satisfies CompletionUsage
}
