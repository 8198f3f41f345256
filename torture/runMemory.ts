/**
 * What the scripted model knows of a conversation: what its calls have given, and which turn is due. A conversation that
 * was summed up holds both in its summary, as the model itself has written it there.
 */
import { summaryDemand } from "@deputize/core/agent/Compaction"
import type { Received } from "@deputize/core/testing/ProviderServer"

/** Of a goal, or of a prompt that begins with one. */
export const keyOf = (goal: string): string => /\[\[([^\]]+)\]\]/.exec(goal)?.[1] ?? ""

export interface Memory {
  /** From 1: the turn that is asked for, or that is due once this is summed up. */
  readonly turn: number
  /** What each call has given; its beginning of those that were left out. */
  readonly results: ReadonlyMap<string, string>
}

/** Asks for no turn, but for a summary of those before. */
export const isForSummary = ({ texts, toolNames }: Received): boolean =>
  toolNames.length === 0 && texts.at(-1) === summaryDemand

export const memoryOf = (received: Received): Memory => {
  const { turn, results } = summaryIn(received)
  const all = [...results, ...received.toolOutputs.map(({ id, text }): readonly [string, string] => [id, text])]
  const key = keyOf(received.goal)
  const said = received.texts.flatMap((text) =>
    [...text.matchAll(/turn (\d+) of ([^;]+);/g)].flatMap(([, count, of]) => (of === key ? [Number(count) + 1] : []))
  )
  return { turn: Math.max(turn, turnsIn(received) + 1, ...said), results: new Map(all) }
}

/** To be understood by `memoryOf` where it stands in the place of what it sums up. */
export const summaryOf = ({ results, turn }: Memory): string => {
  const beginnings = [...results].map(([id, text]): readonly [string, string] => [id, text.slice(0, kept)])
  return `${mark}${JSON.stringify({ turn, results: beginnings })}`
}

/** Part of whatever is said: it stays also where a conversation is shortened without a summary. */
export const turnText = (key: string, turn: number): string => `this is turn ${turn} of ${key};`

export const callId = (turn: number, index: number): string => `call_${turn}_${index}`
/** 0 for ids of another kind. */
export const turnOfCall = (id: string): number => Number(/^call_(\d+)_/.exec(id)?.[1] ?? 0)

// internal

const mark = "I remember: "

/** Characters of a result: no part looks further into one that it may have forgotten. */
const kept = 160

interface Written {
  readonly turn: number
  readonly results: ReadonlyArray<readonly [string, string]>
}

/** The last one. */
const summaryIn = ({ texts }: Received): Written => {
  const line = texts.flatMap((text) => text.split("\n")).findLast((each) => each.startsWith(mark) && each.endsWith("}"))
  return line === undefined ? { turn: 1, results: [] } : JSON.parse(line.slice(mark.length))
}

/** Turns that the conversation holds: each is a stretch of what the agent said and called. */
const turnsIn = ({ body, wire }: Received): number => {
  const items: unknown = wire === "chat" ? body.messages : body.input
  if (!Array.isArray(items)) return 0
  let turns = 0
  let wasAgent = false
  for (const item of items) {
    const isAgent = item?.role === "assistant" || ["function_call", "reasoning"].includes(item?.type)
    // In one message of a chat stands a whole turn.
    if (isAgent && (!wasAgent || wire === "chat")) turns += 1
    wasAgent = isAgent
  }
  return turns
}
