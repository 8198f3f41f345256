/**
 * The tolerant readers of namespace `agent`, one for each type of event.
 */
import type { AgentEvent } from "../agent/AgentEvent.ts"
import type { AgentResult, Check } from "../agent/AgentResult.ts"
import type { Failure } from "../domain/Failure.ts"
import type { ToolCall } from "../domain/Message.ts"
import { at, isTrueAt, listAt, numberAt, priorityAt, type Readers, textAt, textsAt } from "./Body.ts"
import { agentStatusAt } from "./Status.ts"

export const agentReaders = {
  Queued: (body: unknown) => ({
    _tag: "agent.Queued" as const,
    agent: textAt(body, "agent"),
    goal: textAt(body, "goal"),
    order: numberAt(body, "order"),
    priority: priorityAt(body, "priority"),
    /** When it was put into the line. */
    position: numberAt(body, "position"),
    of: numberAt(body, "of")
  }),
  Spawned: (body: unknown) => ({
    _tag: "agent.Spawned" as const,
    call: textAt(body, "call"),
    agent: textAt(body, "agent"),
    goal: textAt(body, "goal"),
    order: numberAt(body, "order")
  }),
  Continued: (body: unknown) => ({
    _tag: "agent.Continued" as const,
    isRestart: textAt(body, "cause") === "restart",
    restart: numberAt(body, "restart") ?? 0,
    /** What it crashed with; null where it did not. */
    crash: at(body, "crash") === undefined ? null : failureOf(at(body, "crash"))
  }),
  Started: (body: unknown) => ({
    _tag: "agent.Started" as const,
    agent: textAt(body, "agent"),
    goal: textAt(body, "goal"),
    scope: textsAt(body, "scope"),
    model: textAt(body, "model"),
    tokens: numberAt(body, "tokens"),
    nanoUsd: numberAt(body, "nanoUsd"),
    tools: textsAt(body, "tools"),
    unavailable: textsAt(body, "unavailable"),
    order: numberAt(body, "order")
  }),
  Told: (body: unknown) => ({ _tag: "agent.Told" as const, text: textAt(body, "text") }),
  TurnRequested: (body: unknown) => ({
    _tag: "agent.TurnRequested" as const,
    turn: turnAt(body),
    attempt: numberAt(body, "attempt") ?? 1,
    isSummary: isSummary(body),
    reserved: numberAt(body, "reserved") ?? 0,
    closing: isTrueAt(body, "closing")
  }),
  TurnProgress: (body: unknown) => ({
    _tag: "agent.TurnProgress" as const,
    turn: turnAt(body),
    text: textAt(body, "text")
  }),
  TurnCompleted: (body: unknown) => ({
    _tag: "agent.TurnCompleted" as const,
    turn: turnAt(body),
    isSummary: isSummary(body),
    text: textAt(body, "text"),
    calls: listAt(body, "calls").map(callOf),
    usage: usageAt(body),
    charged: chargedAt(body),
    nanoUsd: numberAt(body, "nanoUsd"),
    finish: textAt(body, "finish")
  }),
  TurnFailed: (body: unknown) => ({
    _tag: "agent.TurnFailed" as const,
    turn: turnAt(body),
    attempt: numberAt(body, "attempt") ?? 1,
    isSummary: isSummary(body),
    charged: chargedAt(body),
    nanoUsd: numberAt(body, "nanoUsd"),
    error: failureOf(at(body, "error")),
    retryInMs: numberAt(body, "retryInMs")
  }),
  Compacted: (body: unknown) => ({
    _tag: "agent.Compacted" as const,
    before: numberAt(body, "before") ?? 0,
    /** What the model reads instead of the messages before that; null where they are kept, long results only named. */
    summary: textAt(body, "summary") || null
  }),
  Checked: (body: unknown) => ({ _tag: "agent.Checked" as const, check: checkOf(at(body, "check")) }),
  Sent: (body: unknown) => ({
    _tag: "agent.Sent" as const,
    id: textAt(body, "id"),
    to: textAt(body, "to"),
    text: textAt(body, "text")
  }),
  Heard: (body: unknown) => ({
    _tag: "agent.Heard" as const,
    id: textAt(body, "id"),
    from: textAt(body, "from"),
    text: textAt(body, "text")
  }),
  Noted: (body: unknown) => ({
    _tag: "agent.Noted" as const,
    key: textAt(body, "key"),
    version: numberAt(body, "version") ?? 0,
    /** "" for a note that was removed. */
    text: textAt(body, "text")
  }),
  Waiting: (body: unknown) => ({ _tag: "agent.Waiting" as const, paths: textsAt(body, "paths") }),
  Resumed: (body: unknown) => ({ _tag: "agent.Resumed" as const, ms: numberAt(body, "ms") ?? 0 }),
  Ended: (body: unknown) => ({ _tag: "agent.Ended" as const, result: resultOf(at(body, "result")) })
} satisfies Readers<AgentEvent>

export type AgentFact = ReturnType<(typeof agentReaders)[keyof typeof agentReaders]>

/** What views tell of an agent that has ended. */
export type EndedAgent = Pick<
  AgentResult,
  | "agent"
  | "goal"
  | "model"
  | "status"
  | "verified"
  | "answer"
  | "artifacts"
  | "turns"
  | "toolCalls"
  | "durationMs"
  | "waitedMs"
  | "tokensCharged"
  | "nanoUsd"
  | "error"
>

/** Of a body or a part of one. */
export const callOf = (value: unknown): ToolCall => ({
  id: textAt(value, "id"),
  name: textAt(value, "name"),
  args: textAt(value, "args")
})

// internal

/** From 1; 0 where the record does not say. */
const turnAt = (body: unknown): number => numberAt(body, "turn") ?? 0

/** It is no turn, but sums up the conversation: `Compacted` has the text. */
const isSummary = (body: unknown): boolean => textAt(body, "purpose") === "summary"

interface UsageRead {
  readonly input: number
  readonly cached: number
  readonly output: number
  readonly reasoning: number
}

const usageAt = (body: unknown): UsageRead | null => {
  const usage = at(body, "usage")
  if (typeof usage !== "object" || usage === null) return null
  const part = (name: string) => numberAt(usage, name) ?? 0
  return { input: part("input"), cached: part("cached"), output: part("output"), reasoning: part("reasoning") }
}

/** Records from before charges were kept have the usage only. */
const chargedAt = (body: unknown): number => {
  const usage = usageAt(body)
  return numberAt(body, "charged") ?? (usage === null ? 0 : usage.input + usage.output)
}

const failureOf = (value: unknown): Failure => {
  const facts = typeof value === "object" && value !== null ? value : {}
  return { ...facts, tag: textAt(value, "tag"), message: textAt(value, "message"), hint: textAt(value, "hint") }
}

const checkOf = (value: unknown): Check => ({
  command: textAt(value, "command"),
  ok: isTrueAt(value, "ok"),
  exitCode: numberAt(value, "exitCode"),
  output: textAt(value, "output")
})

const resultOf = (value: unknown): EndedAgent => {
  const error = at(value, "error")
  return {
    agent: textAt(value, "agent"),
    goal: textAt(value, "goal"),
    model: textAt(value, "model"),
    status: agentStatusAt(value, "status"),
    verified: isTrueAt(value, "verified"),
    answer: textAt(value, "answer"),
    artifacts: textsAt(value, "artifacts"),
    turns: numberAt(value, "turns") ?? 0,
    toolCalls: numberAt(value, "toolCalls") ?? 0,
    durationMs: numberAt(value, "durationMs") ?? 0,
    waitedMs: numberAt(value, "waitedMs") ?? 0,
    tokensCharged: numberAt(value, "tokensCharged") ?? 0,
    nanoUsd: numberAt(value, "nanoUsd"),
    error: error === null || error === undefined ? null : failureOf(error)
  }
}
