/**
 * An output as the items of the Responses API: reasoning, a message, calls.
 */
import type {
  ResponseFunctionToolCall,
  ResponseOutputMessage,
  ResponseReasoningItem
} from "openai/resources/responses/responses"
import type { Answer } from "./Answer.ts"
import type { Output, OutputCall } from "./Output.ts"
import type { Received } from "./Received.ts"

export type OutputItem = ResponseReasoningItem | ResponseOutputMessage | ResponseFunctionToolCall

/** The items as they are in the end; only the last one can be cut off. */
export const itemsOf = ({ body, index }: Received, answer: Answer, output: Output): Array<OutputItem> => {
  const { calls, finish, reasoning, text } = output
  const items: Array<OutputItem> = []
  if (reasoning !== "") {
    const include = body.include
    const isEncrypted = Array.isArray(include) && include.includes("reasoning.encrypted_content")
    items.push({
      id: `rs_${index}`,
      type: "reasoning",
      summary: [{ type: "summary_text", text: reasoning }],
      ...(isEncrypted ? { encrypted_content: Buffer.from(`${index}:${reasoning}`).toString("base64") } : {})
    })
  }
  const saysNothingElse = (answer.calls ?? []).length === 0 && finish !== "length"
  if (text !== "" || saysNothingElse) {
    items.push({
      id: `msg_${index}`,
      type: "message",
      status: "completed",
      role: "assistant",
      content: [
        answer.finish === "refusal"
          ? { type: "refusal", refusal: text }
          : { type: "output_text", annotations: [], logprobs: [], text }
      ]
    })
  }
  items.push(...calls.map((call, place) => callItem(call, `fc_${index}_${place}`)))
  const last = items.at(-1)
  if (last !== undefined && last.type !== "reasoning" && (finish === "length" || finish === "content_filter")) {
    last.status = "incomplete"
  }
  return items
}

// internal

const callItem = ({ args, id, name }: OutputCall, itemId: string): ResponseFunctionToolCall => ({
  id: itemId,
  type: "function_call",
  status: "completed",
  arguments: args,
  call_id: id,
  name
})
