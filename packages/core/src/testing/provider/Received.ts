/**
 * One request as the scripted provider saw it, whichever API it came over.
 */
import * as Predicate from "effect/Predicate"

export type Wire = "responses" | "chat"

export interface Received {
  readonly wire: Wire
  /** From 0, over all requests of the server. */
  readonly index: number
  /** When it had come whole, by `performance.now()`. */
  readonly at: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Readonly<Record<string, unknown>>
  /** The body as it came. */
  readonly raw: string
  /** Instructions, system and developer messages, one below the other. */
  readonly system: string
  /** The text of the last user message or tool output. */
  readonly lastText: string
  /** The text of the first user message. */
  readonly goal: string
  /** Names of the tools offered. */
  readonly toolNames: ReadonlyArray<string>
  readonly toolOutputs: ReadonlyArray<ToolOutput>
  /** Every text of the conversation, the system's left out, in order. */
  readonly texts: ReadonlyArray<string>
  /** The JSON Schema that the answer is to keep to, and whether strictly; null for free text. */
  readonly format: { readonly schema: unknown; readonly strict: boolean } | null
  /** How much the model is to think; null where nothing is said of it. */
  readonly effort: string | null
  /** The cap on the output, whichever field carries it. */
  readonly maxOutput: number | null
  /** A quarter of the body's bytes, rounded up. */
  readonly inputTokens: number
}

export interface ToolOutput {
  readonly id: string
  readonly text: string
}

/** Undefined where the body is no JSON object. */
export const received = (
  seen: Pick<Received, "wire" | "index" | "at" | "headers">,
  bytes: Uint8Array
): Received | undefined => {
  const body = objectOf(bytes)
  if (body === undefined) return undefined
  const said = saidIn(seen.wire, body)
  const users = said.filter((each) => each.role === "user")
  const outputs = said.filter((each) => each.role === "tool")
  const systems = said.filter((each) => each.role === "system" || each.role === "developer")
  return {
    ...seen,
    body,
    raw: new TextDecoder().decode(bytes),
    system: [...textsOf(body.instructions), ...systems.map(({ text }) => text)].join("\n"),
    lastText: said.findLast((each) => each.role === "user" || each.role === "tool")?.text ?? "",
    goal: users[0]?.text ?? "",
    toolNames: listOf(body.tools).map((tool) => stringOf((isObject(tool.function) ? tool.function : tool).name)),
    toolOutputs: outputs.map(({ id, text }) => ({ id, text })),
    texts: said.flatMap((each) => (systems.includes(each) || each.text === "" ? [] : [each.text])),
    format: formatIn(seen.wire, body),
    effort: effortIn(body),
    maxOutput: capFields.map((field) => body[field]).find(Predicate.isNumber) ?? null,
    inputTokens: Math.ceil(bytes.byteLength / 4)
  }
}

// internal

const capFields = ["max_output_tokens", "max_completion_tokens", "max_tokens"]

type JsonObject = Readonly<Record<string, unknown>>

const isObject = (value: unknown): value is JsonObject => Predicate.isReadonlyObject(value)

const objectOf = (bytes: Uint8Array): JsonObject | undefined => {
  try {
    const parsed: unknown = JSON.parse(new TextDecoder().decode(bytes))
    return isObject(parsed) ? parsed : undefined
  } catch {
    return undefined
  }
}

const formatIn = (wire: Wire, { response_format, text }: JsonObject): Received["format"] => {
  const format = wire === "chat" ? response_format : isObject(text) ? text.format : undefined
  const told = isObject(format) && isObject(format.json_schema) ? format.json_schema : format
  return isObject(told) && told.schema !== undefined ? { schema: told.schema, strict: told.strict === true } : null
}

const effortIn = ({ reasoning, reasoning_effort }: JsonObject): string | null => {
  const effort = isObject(reasoning) ? reasoning.effort : reasoning_effort
  return typeof effort === "string" ? effort : null
}

const listOf = (value: unknown): ReadonlyArray<JsonObject> => (Array.isArray(value) ? value.filter(isObject) : [])

const stringOf = (value: unknown): string => (typeof value === "string" ? value : "")

/** The texts of a content, which may be a string or a list of parts. */
const textsOf = (content: unknown): ReadonlyArray<string> =>
  typeof content === "string" ? [content] : listOf(content).map((part) => stringOf(part.text))

interface Said {
  readonly role: string
  readonly text: string
  /** Of a tool's output. */
  readonly id: string
}

const saidIn = (wire: Wire, body: JsonObject): ReadonlyArray<Said> => {
  if (wire === "chat") {
    return listOf(body.messages).map((message) => ({
      role: stringOf(message.role),
      text: textsOf(message.content).join(""),
      id: stringOf(message.tool_call_id)
    }))
  }
  if (typeof body.input === "string") return [{ role: "user", text: body.input, id: "" }]
  return listOf(body.input).map((item) =>
    item.type === "function_call_output"
      ? { role: "tool", text: textsOf(item.output).join(""), id: stringOf(item.call_id) }
      : { role: stringOf(item.role), text: textsOf(item.content).join(""), id: "" }
  )
}
