/**
 * What has been asked and answered for the question at hand, read off the transcript. Nothing else is remembered
 * between turns: the same request gives the same answer in any process.
 */
import type { ToolCall } from "../../domain/Message.ts"
import type { ModelRequest } from "../Model.ts"

export interface Answer {
  /** The call's id without the round's mark. */
  readonly id: string
  readonly call: ToolCall
  readonly ok: boolean
  readonly text: string
}

export interface Round {
  /** The goal, or what was asked after an earlier answer. */
  readonly question: string
  readonly answers: ReadonlyArray<Answer>
  /** Whether a call whose id begins so was made. */
  readonly asked: (prefix: string) => boolean
  /** Ids may not repeat in a transcript, so those of later rounds are marked. */
  readonly mark: string
}

export const currentRound = ({ brief, messages }: ModelRequest): Round => {
  const finals = messages.flatMap((message, index) =>
    message._tag === "Assistant" && message.calls.length === 0 ? [index] : []
  )
  const here = messages.slice((finals.at(-1) ?? -1) + 1)
  const followUp = finals.length === 0 ? undefined : here.find((message) => message._tag === "User")
  const mark = followUp === undefined ? "" : `again${finals.length}-`
  const results = new Map(
    here.flatMap((message) => (message._tag === "Tool" ? [[message.callId, message] as const] : []))
  )
  const calls = here.flatMap((message) => (message._tag === "Assistant" ? message.calls : []))
  return {
    question: followUp?._tag === "User" ? followUp.text : brief.goal,
    answers: calls.flatMap((call) => {
      const result = results.get(call.id)
      if (result === undefined || !call.id.startsWith(mark)) return []
      return [
        { id: call.id.slice(mark.length), call, ok: result.ok && !result.text.startsWith("error:"), text: result.text }
      ]
    }),
    asked: (prefix) => calls.some((call) => call.id.startsWith(mark + prefix)),
    mark
  }
}

/** The arguments of a call that this provider made earlier; empty when they cannot be read. */
export const argumentsOf = (call: ToolCall): Readonly<Record<string, unknown>> => {
  try {
    const value: unknown = JSON.parse(call.args)
    return typeof value === "object" && value !== null ? { ...value } : {}
  } catch {
    return {}
  }
}
