/**
 * Answers of the Responses API: the events of a stream, or the response they end with. The SDK's own types hold the
 * names and fields of both.
 */
import type {
  Response,
  ResponseFunctionToolCall,
  ResponseOutputMessage,
  ResponseReasoningItem,
  ResponseStreamEvent,
  ResponseUsage
} from "openai/resources/responses/responses"
import type { Answer } from "./Answer.ts"
import type { Output } from "./Output.ts"
import { itemsOf, type OutputItem } from "./OutputItems.ts"
import type { Received } from "./Received.ts"
import { bodyScript, deltas, type ErrorFields, point, type Script, type Step, send, serverError } from "./Script.ts"

export const responsesScript = (request: Received, answer: Answer, output: Output): Script => {
  const isCutOff = output.finish === "length" || output.finish === "content_filter"
  const items = itemsOf(request, answer, output)
  const terminal = snapshot(request, {
    status: isCutOff ? "incomplete" : "completed",
    incomplete_details: isCutOff
      ? { reason: output.finish === "length" ? "max_output_tokens" : "content_filter" }
      : null,
    output: items,
    usage: usageOf(request, answer, output)
  })
  if (request.body.stream !== true) return bodyScript("application/json", JSON.stringify(terminal), output.bytes)

  let sequence = 0
  const event = (sent: Sent): string => {
    const data = JSON.stringify({ ...sent, sequence_number: sequence })
    sequence += 1
    return `event: ${sent.type}\ndata: ${data}\n\n`
  }
  function* steps(): Generator<Step> {
    const begun = snapshot(request, { status: "in_progress" })
    yield send(event({ type: "response.created", response: begun }))
    yield send(event({ type: "response.in_progress", response: begun }))
    let hasText = false
    for (const [place, item] of items.entries()) {
      if (item.type === "function_call" && !hasText) yield point("mid-text")
      hasText ||= item.type !== "reasoning"
      yield* itemSteps(item, place, event)
    }
    if (!hasText) yield point("mid-text")
    if (output.calls.length === 0) yield point("mid-arguments")
    yield point("before-terminal")
    const type = isCutOff ? "response.incomplete" : "response.completed"
    yield send(event({ type, response: terminal }))
  }
  return {
    contentType: "text/event-stream; charset=utf-8",
    steps: steps(),
    errorEvent: (error) => event({ ...flat(error), type: "error" }),
    failedEvent: (error) =>
      event({ type: "response.failed", response: snapshot(request, { status: "failed", error: flat(error) }) })
  }
}

// internal

/** A response as the server sends it: what it repeats of the request is not read, and `output_text` is the SDK's. */
type Snapshot = Omit<Response, "instructions" | "tools" | "reasoning" | "error" | "usage" | "output_text"> & {
  readonly instructions: unknown
  readonly tools: unknown
  readonly reasoning: unknown
  readonly error: unknown
  readonly usage: unknown
}

type Numbered<E> = E extends { readonly response: unknown }
  ? Omit<E, "response" | "sequence_number"> & { readonly response: Snapshot }
  : Omit<E, "sequence_number">
type Sent = ResponseStreamEvent extends infer E ? (E extends unknown ? Numbered<E> : never) : never

type Encode = (sent: Sent) => string

const snapshot = ({ body, index }: Received, more: Partial<Snapshot>): Snapshot => ({
  id: `resp_${index}`,
  object: "response",
  created_at: Math.floor(Date.now() / 1000),
  access_programs: null,
  status: "completed",
  error: null,
  incomplete_details: null,
  instructions: body.instructions ?? null,
  max_output_tokens: typeof body.max_output_tokens === "number" ? body.max_output_tokens : null,
  model: String(body.model),
  output: [],
  parallel_tool_calls: body.parallel_tool_calls !== false,
  previous_response_id: null,
  reasoning: body.reasoning ?? { effort: null, summary: null },
  service_tier: "default",
  temperature: 1,
  text: { format: { type: "text" } },
  tool_choice: "auto",
  tools: body.tools ?? [],
  top_p: 1,
  truncation: "disabled",
  usage: null,
  metadata: {},
  ...more
})

function* itemSteps(item: OutputItem, place: number, event: Encode): Generator<Step> {
  const where = { output_index: place, item_id: item.id ?? "" }
  switch (item.type) {
    case "reasoning":
      yield send(event({ type: "response.output_item.added", output_index: place, item: { ...item, summary: [] } }))
      yield* reasoningSteps(item, where, event)
      break
    case "message": {
      const begun: ResponseOutputMessage = { ...item, status: "in_progress", content: [] }
      yield send(event({ type: "response.output_item.added", output_index: place, item: begun }))
      yield* messageSteps(item, { ...where, content_index: 0 }, event)
      break
    }
    case "function_call": {
      const begun: ResponseFunctionToolCall = { ...item, status: "in_progress", arguments: "" }
      const added = event({ type: "response.output_item.added", output_index: place, item: begun })
      yield send(added, Buffer.byteLength(item.name))
      const type = "response.function_call_arguments.delta"
      yield* deltas(item.arguments, "mid-arguments", (delta) => event({ type, ...where, delta }))
      yield send(event({ type: "response.function_call_arguments.done", ...where, arguments: item.arguments }))
    }
  }
  yield send(event({ type: "response.output_item.done", output_index: place, item }))
}

interface ItemPlace {
  readonly output_index: number
  readonly item_id: string
}

function* reasoningSteps({ summary }: ResponseReasoningItem, item: ItemPlace, event: Encode): Generator<Step> {
  for (const [summary_index, part] of summary.entries()) {
    const where = { ...item, summary_index }
    const begun = { ...part, text: "" }
    yield send(event({ type: "response.reasoning_summary_part.added", ...where, part: begun }))
    const type = "response.reasoning_summary_text.delta"
    yield* deltas(part.text, undefined, (delta) => event({ type, ...where, delta }))
    yield send(event({ type: "response.reasoning_summary_text.done", ...where, text: part.text }))
    yield send(event({ type: "response.reasoning_summary_part.done", ...where, part }))
  }
}

function* messageSteps(
  { content }: ResponseOutputMessage,
  where: ItemPlace & { readonly content_index: number },
  event: Encode
): Generator<Step> {
  for (const part of content) {
    if (part.type === "refusal") {
      yield send(event({ type: "response.content_part.added", ...where, part: { ...part, refusal: "" } }))
      const type = "response.refusal.delta"
      yield* deltas(part.refusal, "mid-text", (delta) => event({ type, ...where, delta }), true)
      yield send(event({ type: "response.refusal.done", ...where, refusal: part.refusal }))
    } else {
      yield send(event({ type: "response.content_part.added", ...where, part: { ...part, text: "" } }))
      const type = "response.output_text.delta"
      yield* deltas(part.text, "mid-text", (delta) => event({ type, ...where, delta, logprobs: [] }), true)
      yield send(event({ type: "response.output_text.done", ...where, text: part.text, logprobs: [] }))
    }
    yield send(event({ type: "response.content_part.done", ...where, part }))
  }
}

const usageOf = ({ inputTokens }: Received, { cachedTokens = 0, usage }: Answer, output: Output): unknown => {
  if (usage !== undefined) return usage === "none" ? null : usage
  return {
    input_tokens: inputTokens,
    input_tokens_details: { cached_tokens: cachedTokens, cache_write_tokens: 0 },
    output_tokens: output.tokens,
    output_tokens_details: { reasoning_tokens: output.reasoningTokens },
    total_tokens: inputTokens + output.tokens
  } satisfies ResponseUsage
}

/** Errors of this API have no `type` of their own beside the event's. */
const flat = (error: ErrorFields) => {
  const { type: _, ...ordinary } = serverError
  return { ...ordinary, ...error }
}
