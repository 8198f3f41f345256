/**
 * The calls of a turn: runs them side by side, those that use files in their order, each with its part of the room that
 * there is for results.
 *
 * 1. Every call gets exactly one result, in the order of the calls.
 * 2. A result and what changed with it are in the log when its call ends, whatever becomes of the others.
 */
import * as Effect from "effect/Effect"
import * as Latch from "effect/Latch"
import { Budget } from "../budget/Budget.ts"
import { upperBound } from "../budget/Estimate.ts"
import type { ToolCall } from "../domain/Message.ts"
import type { CutCall } from "../tool/Settlement.ts"
import { type CallResult, runCall } from "../tool/ToolRunner.ts"
import { divide } from "./Allowance.ts"
import { usedBefore } from "./CallIds.ts"
import { waitsOf } from "./CallOrder.ts"
import type { Log } from "./CourseState.ts"
import { type Reading, roomToRead } from "./Reading.ts"
import * as Repeats from "./Repeats.ts"
import * as Transcript from "./Transcript.ts"
import type { Means } from "./Turn.ts"

/** A call's answer, and how often the conversation has had this answer to this call, itself included. */
export interface Answered extends CallResult {
  readonly times: number
}

/** A call of the last turn; `cut` is what is known of it where a process was killed while it, or another of the turn, ran. */
export interface CallToRun {
  readonly call: ToolCall
  readonly cut: CutCall | null
}

/** Runs calls of the last turn in `log`. */
export const runCalls = Effect.fnUntraced(function* (
  means: Means,
  log: Log,
  calls: ReadonlyArray<CallToRun>,
  reading: Reading
) {
  const { results, seen, task } = means
  const { onUnknown = "ask" } = task
  const { transcript } = log
  const { forgotten, messages } = transcript
  const before = Transcript.untilLastTurn(transcript)
  // What other calls of the turn have read before they were cut off from these, is taken from the same room.
  const made = messages.slice(before.length)
  const count = calls.length + made.length
  const budget = yield* Budget
  const room = yield* roomToRead(means, { ...transcript, messages: before }, reading)
  const granted = Math.max(0, room - count * noticeTokens)
  const claimTokens = divide(granted, count)
  for (const { text } of made) claimTokens(upperBound(text))
  const ends = calls.map(() => Latch.makeUnsafe())
  const endsBefore = waitsOf(calls.map(({ call }) => call.name)).map((places) =>
    ends.filter((_, at) => places.includes(at))
  )
  const run = Effect.fnUntraced(function* ({ call, cut }: CallToRun) {
    const id = usedBefore(call)
    const refusal =
      id !== undefined
        ? `the call id ${id} was used before; give every call an id of its own`
        : // What has begun is counted.
          cut?.isBegun === true || (yield* budget.tryConsume(task.path, { calls: 1 }))
          ? undefined
          : "the limit of tool calls is reached; answer from what you have seen"
    let times = 1
    const remark = (text: string): string => {
      times = Repeats.timesSeen(before, forgotten, call, text) + 1
      return Repeats.notice(times)
    }
    const result = yield* runCall({
      run: task.run,
      path: task.path,
      parent: task.parent,
      policy: task.policy,
      tools: task.tools,
      call,
      seen,
      results,
      ...(refusal === undefined ? { remark } : { refusal }),
      ...(cut === null ? {} : { resumed: { ...cut, onUnknown } }),
      skills: task.skills,
      team: task.team,
      outputTokens: granted,
      claimTokens
    })
    log.changes.push(...result.changes)
    log.transcript = Transcript.apply(log.transcript, { ...result.message, _tag: "Done" })
    return { ...result, times } satisfies Answered
  })
  // They begin in their order, so one that waits waits for none that has not begun.
  return yield* Effect.forEach(
    calls,
    (each, at) => {
      const turn = Effect.forEach(endsBefore[at] ?? [], (end) => end.await, { discard: true })
      return Effect.ensuring(Effect.andThen(turn, run(each)), ends[at]?.open ?? Effect.void)
    },
    { concurrency: Math.min(calls.length, mostCallsAtOnce) }
  )
})

// internal

/** Of one agent: a model may ask for hundreds in a turn, and each may be a process. */
const mostCallsAtOnce = 8

/** A notice of repetition stands behind its result, beyond the room that the result was given. */
const noticeTokens = upperBound(Repeats.notice(1_000))
