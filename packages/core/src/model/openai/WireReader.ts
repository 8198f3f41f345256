/**
 * What both wire formats are read into. Events go in, parts come out as soon as they are certain: text and reasoning
 * while they stream, calls and keepsakes only with the terminal event of a whole answer, the `Finish` last.
 */
import type { ToolCall } from "../../domain/Message.ts"
import { Usage } from "../../domain/Usage.ts"
import type { FinishReason, ModelPart } from "../Model.ts"

export interface WireReader<Event> {
  /** Parts that this event completes. */
  readonly read: (event: Event) => ReadonlyArray<ModelPart>
  /** The stream is over: the parts that waited for that. */
  readonly end: (isDone: boolean) => ReadonlyArray<ModelPart>
  readonly state: ReaderState
}

export type ReaderState =
  | { readonly _tag: "Open" }
  /** The answer has its terminal event and its `Finish` is out. */
  | { readonly _tag: "Ended" }
  /** The provider told of an error inside the stream: its error object, as it came. */
  | { readonly _tag: "Failed"; readonly error: unknown }

export const open: ReaderState = { _tag: "Open" }
export const ended: ReaderState = { _tag: "Ended" }

export const noParts: ReadonlyArray<ModelPart> = []

/** The last parts of an answer. Calls and keepsakes of one that is not whole are dropped. */
export const lastParts = (
  reason: FinishReason,
  usage: Usage | null,
  parts: ReadonlyArray<ModelPart>
): ReadonlyArray<ModelPart> => {
  const isWhole = reason === "stop" || reason === "tool_calls"
  return [...(isWhole ? parts : []), { _tag: "Finish", reason, usage }]
}

export interface ReportedUsage {
  readonly input: unknown
  readonly cached: unknown
  readonly output: unknown
  readonly reasoning: unknown
  readonly total: unknown
}

/**
 * Null where a figure is missing or no count, or where they contradict each other. The details may be left out. Some
 * providers count reasoning beside the output: their total shows it.
 */
export const usageOf = ({ cached, input, output, reasoning, total }: ReportedUsage): Usage | null => {
  const details = [cached ?? 0, reasoning ?? 0]
  const [fromCache, onReasoning] = details
  if (!isCount(input) || !isCount(output) || !isCount(fromCache) || !isCount(onReasoning)) return null
  const all = total === input + output + onReasoning ? output + onReasoning : output
  if (input === 0 || fromCache > input || onReasoning > all) return null
  if (total !== undefined && total !== null && total !== input + all) return null
  return new Usage({ input, cached: fromCache, output: all, reasoning: onReasoning })
}

/** A call as it came: servers leave out its id, or its arguments where there are none, or send them as an object. */
export const callOf = (
  { args, id, name }: { readonly [field in keyof ToolCall]: unknown },
  newId: () => string
): ToolCall => ({
  id: typeof id === "string" && id !== "" ? id : newId(),
  name: typeof name === "string" ? name : "",
  args: typeof args === "string" && args !== "" ? args : JSON.stringify(args || {})
})

/** Arguments as the next request may carry them: a server that parses them must not fail on what a model once wrote. */
export const sendableArguments = (args: string): string => {
  try {
    const parsed: unknown = JSON.parse(args)
    if (typeof parsed === "object" && parsed !== null && !Array.isArray(parsed)) return args
  } catch {
    // Falls through: it is carried as text.
  }
  return JSON.stringify({ unreadable_arguments: args })
}

// internal

const isCount = (value: unknown): value is number =>
  Number.isSafeInteger(value) && typeof value === "number" && value >= 0
