/**
 * An answer cut to the request's cap, and counted, as a provider does both: reasoning first, then text, then calls;
 * what does not fit is cut, and nothing follows it. Four bytes are a token.
 */
import type { Answer } from "./Answer.ts"
import type { Received } from "./Received.ts"

export interface Output {
  readonly reasoning: string
  readonly text: string
  readonly calls: ReadonlyArray<OutputCall>
  readonly finish: "stop" | "tool_calls" | "length" | "content_filter" | "refusal"
  readonly bytes: number
  /** Of everything, the reasoning included. */
  readonly tokens: number
  readonly reasoningTokens: number
}

export interface OutputCall {
  readonly id: string
  readonly name: string
  readonly args: string
}

export const outputOf = (answer: Answer, { index, maxOutput }: Pick<Received, "index" | "maxOutput">): Output => {
  const room = answer.ignoreCap === true || maxOutput === null ? Number.POSITIVE_INFINITY : maxOutput * bytesPerToken
  let left = room
  let bytes = 0
  let isCut = false
  const take = (wanted: string): string => {
    const text = isCut ? "" : beginning(wanted, left)
    const size = Buffer.byteLength(text)
    isCut ||= text.length < wanted.length
    bytes += size
    left -= size
    return text
  }
  const reasoning = take(answer.reasoning ?? "")
  const reasoningTokens = tokensIn(bytes)
  const text = take(answer.text ?? "")
  const calls: Array<OutputCall> = []
  for (const [place, { args, id = `call_${index}_${place}`, name }] of (answer.calls ?? []).entries()) {
    // A call without its whole name is none.
    isCut ||= Buffer.byteLength(name) > left
    if (isCut) break
    calls.push({ id, name: take(name), args: take(typeof args === "string" ? args : JSON.stringify(args)) })
  }
  const whole = answer.finish ?? (calls.length > 0 ? "tool_calls" : "stop")
  const finish = isCut ? "length" : whole
  return { reasoning, text, calls, finish, bytes, tokens: tokensIn(bytes), reasoningTokens }
}

export const tokensIn = (bytes: number): number => Math.ceil(bytes / bytesPerToken)

// internal

const bytesPerToken = 4

/** As many whole characters of `text` as fit into `size` bytes. */
const beginning = (text: string, size: number): string => {
  const bytes = Buffer.from(text)
  if (bytes.byteLength <= size) return text
  let end = size
  while (((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1
  return bytes.toString("utf8", 0, end)
}
