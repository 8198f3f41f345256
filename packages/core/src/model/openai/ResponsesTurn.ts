/**
 * One turn of the assistant over the Responses API: its output items as our parts, and our message as input items again.
 * What lies between the two are the keepsakes: reasoning items as they came, and the places of texts and calls.
 */
import type { ResponseInputItem, ResponseOutputItem, ResponseReasoningItem } from "openai/resources/responses/responses"
import type { AssistantMessage as AssistantSchema, ToolCall } from "../../domain/Message.ts"
import type { ModelPart } from "../Model.ts"
import { callOf, sendableArguments } from "./WireReader.ts"

type OutputMessage = Extract<ResponseOutputItem, { type: "message" }>
type AssistantMessage = typeof AssistantSchema.Type

/**
 * Calls, and what the next request needs to say the same turn again. A reasoning item is only accepted in front of the
 * item that it led to, so with one of them the places of texts and calls are kept as well.
 */
export const outputParts = (
  items: ReadonlyArray<ResponseOutputItem>,
  newId: () => string
): ReadonlyArray<ModelPart> => {
  const keepsOrder = items.some((item) => hasContent(item) || (item.type === "message" && item.phase))
  return items.flatMap((item): ReadonlyArray<ModelPart> => {
    switch (item.type) {
      case "function_call": {
        const call = callOf({ id: item.call_id, name: item.name, args: item.arguments }, newId)
        return [...(keepsOrder ? [keepsake({ type: "function_call", call_id: call.id })] : []), { _tag: "Call", call }]
      }
      case "reasoning": {
        const { status: _, ...kept } = item
        return hasContent(item) ? [keepsake(kept)] : []
      }
      case "message": {
        const place: TextPlace = { type: "message", length: textOf(item).length, ...phaseOf(item) }
        return keepsOrder ? [keepsake(place)] : []
      }
      default:
        return []
    }
  })
}

/** The turn as it was, in its order; what no keepsake names comes last. */
export const turnItems = ({ calls, keepsakes, text }: AssistantMessage): ReadonlyArray<ResponseInputItem> => {
  const items: Array<ResponseInputItem> = []
  let unsaid = text
  let uncalled = calls
  const say = (length: number, phase: Pick<TextPlace, "phase"> = {}) => {
    if (length > 0 && unsaid !== "") items.push({ role: "assistant", content: unsaid.slice(0, length), ...phase })
    unsaid = unsaid.slice(length)
  }
  for (const kept of keepsakes.map(parsed)) {
    if (isReasoning(kept)) items.push(kept)
    else if (isTextPlace(kept)) say(kept.length, phaseOf(kept))
    else if (isCallPlace(kept)) {
      const { call_id: id } = kept
      items.push(...uncalled.filter((call) => call.id === id).map(callItem))
      uncalled = uncalled.filter((call) => call.id !== id)
    }
  }
  say(unsaid.length)
  items.push(...uncalled.map(callItem))
  // Its item may be missing, where a call was not allowed to run.
  return items.filter((item, index) => !isReasoning(item) || follows(items, index))
}

export const textOf = (message: OutputMessage): string =>
  message.content.map((part) => (part.type === "refusal" ? part.refusal : part.text)).join("")

// internal

/** Reasoning that came without its content is known by its id alone, and nothing was stored under it. */
const hasContent = (item: ResponseOutputItem): boolean => item.type === "reasoning" && Boolean(item.encrypted_content)

interface CallPlace {
  readonly type: "function_call"
  readonly call_id: string
}

/** A message of this many characters of the turn's text. */
interface TextPlace {
  readonly type: "message"
  readonly length: number
  readonly phase?: "commentary" | "final_answer"
}

type Keepsake = ResponseReasoningItem | CallPlace | TextPlace

const keepsake = (kept: Keepsake): ModelPart => ({ _tag: "Keepsake", item: JSON.stringify(kept) })

const phaseOf = ({ phase }: { readonly phase?: OutputMessage["phase"] }) => (phase ? { phase } : {})

const callItem = ({ args, id, name }: ToolCall): ResponseInputItem => ({
  type: "function_call",
  call_id: id,
  name,
  arguments: sendableArguments(args)
})

const follows = (items: ReadonlyArray<ResponseInputItem>, index: number): boolean =>
  items.slice(index + 1).some((item) => !isReasoning(item))

const parsed = (keepsake: string): unknown => {
  try {
    return JSON.parse(keepsake)
  } catch {
    return undefined
  }
}

const hasType = (value: unknown, type: string): value is { readonly type: string } =>
  typeof value === "object" && value !== null && "type" in value && value.type === type

const isReasoning = (value: unknown): value is ResponseReasoningItem =>
  hasType(value, "reasoning") && "id" in value && "summary" in value

const isTextPlace = (value: unknown): value is TextPlace =>
  hasType(value, "message") && "length" in value && typeof value.length === "number"

const isCallPlace = (value: unknown): value is CallPlace => hasType(value, "function_call") && "call_id" in value
