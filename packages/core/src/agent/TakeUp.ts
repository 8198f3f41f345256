/**
 * How an agent goes on from its record. What it was told and has done stands; a request that was cut is charged, a call
 * that was cut is settled, and what its last answer leads to is judged once more, by the rules of a turn.
 *
 * 1. That it goes on is on record before anything is done for it, with what its unsettled request is charged.
 * 2. Nothing is asked of the model that has an answer on record, and no call is made that has a result there.
 * 3. An agent that was closed stays closed, with the same limit and the same answer, unless it is revived.
 */
import * as Effect from "effect/Effect"
import { Blobs } from "../journal/Blobs.ts"
import type { ModelFacts } from "../model/Model.ts"
import { adoptWritten } from "../tool/Artifact.ts"
import { AgentJournal, type Told } from "./AgentEvent.ts"
import { AnswerCut, interruptedTag, StillClosed, TurnLimitReached } from "./AgentFailure.ts"
import type { AgentTask, Birth } from "./AgentTask.ts"
import type { Answered } from "./Calls.ts"
import { begun, windowOf } from "./Course.ts"
import { begin, type Course, type Log, type Means, proceed } from "./CourseState.ts"
import * as Letters from "./Letters.ts"
import * as LimitReached from "./LimitReached.ts"
import { type Past, reserveOf } from "./Past.ts"
import { reopenedText } from "./Prompt.ts"
import * as Repeats from "./Repeats.ts"
import { causeOf, replied } from "./Replied.ts"
import { type Standing, standingOf } from "./Standing.ts"
import * as Transcript from "./Transcript.ts"
import { type LastTurn, withAttempts } from "./TurnsOnRecord.ts"

/** What there is to tell of it before it does anything. */
export const logOf = ({ changes, checks, transcript }: Past): Log => ({ transcript, changes: [...changes], checks })

/** The same for one that was begun in this process: whoever looks at the log goes on looking at this one. */
export const restore = (log: Log, past: Past): void => {
  log.transcript = past.transcript
  log.checks = past.checks
  log.changes.splice(0, log.changes.length, ...past.changes)
}

/** Records that the agent goes on, and gives its task with what it was told when it began. */
export const goOn = Effect.fnUntraced(function* (
  task: AgentTask,
  birth: Birth,
  past: Past,
  facts: ModelFacts,
  log: Log
) {
  const { crash, restart } = birth
  const { price } = facts
  const { unsettled } = past
  const why = crash === undefined ? {} : { crash }
  const continued = { _tag: "Continued", cause: restart > 0 ? "restart" : "resume", restart, ...why } as const
  const lost = unsettled === null ? [] : [lostRequest(unsettled, price)]
  yield* AgentJournal.append(task.run, task.path, task.parent, continued, ...lost)
  log.transcript = lost.reduce(
    Transcript.apply,
    isCounted(task, past) ? log.transcript : Transcript.uncounted(log.transcript)
  )
  const system = new TextDecoder().decode(yield* (yield* Blobs).get(past.system))
  const same: AgentTask = { ...task, system, prompt: past.prompt, contextPaths: past.contextFiles }
  return same
})

/** Where it is on its course. */
export const courseOf = (
  { turns, unsettled }: Past,
  { transcript }: Log,
  { restart }: Pick<Birth, "restart"> = { restart: 0 }
): Course => {
  // A new life has all attempts.
  const { corrections, cut, failures, isUnsummarised, lost, shortened, unreadable } =
    restart > 0 ? withAttempts(turns) : turns
  const counts = { corrections, failures, isUnsummarised, lost, shortened, unreadable }
  return { ...begin(transcript), ...counts, cut: unsettled === null ? cut : cut + 1 }
}

/** Takes its first step. Fails with what ends the agent before it is done. */
export const firstStep = Effect.fnUntraced(function* (means: Means, before: Course, log: Log, past: Past) {
  const { task } = means
  const course = yield* begun(before)
  const { last } = past.turns
  const { revived = false } = task
  log.changes.push(...(yield* adoptWritten(task, past.unwritten)))
  const window = windowOf(means, course)
  const isClosed = last !== null && (last.why !== undefined || last.finish === "length")
  if (revived && past.open.length === 0) {
    const letters = task.inbox === null ? [] : yield* task.inbox.take
    const reopened = isClosed ? [reopening] : []
    if (letters.length + reopened.length > 0) {
      return proceed(yield* Letters.tellOf(means, course, log, letters, window, ...reopened))
    }
  }
  if (past.isClosing && !revived && past.pausedFor !== null) {
    if (task.inbox !== null) yield* task.inbox.close
    return yield* new StillClosed({ failure: past.pausedFor })
  }
  if (last === null) return proceed(course)
  const standing = yield* standingOf(means, course, window)
  const light = standing.step._tag === "Send" && standing.step.light
  const closeFor = isClosed ? yield* limitOf(means, course, standing, last, { window, light }) : null
  const here: Course = { ...course, closeFor }
  if (saidSince(past)) return proceed(here)
  const answer = {
    finish: last.finish,
    maxOutputTokens: last.maxOutputTokens,
    why: last.why === "length" ? "decided" : (last.why ?? null),
    light,
    calls: past.open.map(({ call, changing, isBegun }) => ({ call, cut: { isBegun, changing } })),
    made: madeCalls(past)
  } as const
  return yield* replied(means, here, log, standing, answer, window)
})

/** A request whose end is not on record, as it ends when its agent is taken up: it may have been billed. */
export const lostRequest = (unsettled: NonNullable<Past["unsettled"]>, price: ModelFacts["price"]) => {
  const { attempt, purpose, turn } = unsettled
  const { nanoUsd, tokens } = reserveOf(price, unsettled)
  return {
    _tag: "TurnFailed",
    turn,
    ...(purpose === undefined ? {} : { purpose }),
    attempt,
    charged: tokens,
    nanoUsd: price === null && unsettled.reservedNanoUsd === undefined ? null : nanoUsd,
    error: { tag: interruptedTag, message: "it was cut before its answer was whole", hint: "" },
    // What follows, follows at once.
    retryInMs: 0
  } as const
}

// internal

const reopening: typeof Told.Type = { _tag: "Told", text: reopenedText, reopened: true }

/** What was counted of the conversation was so by the same model, behind the same tools. */
const isCounted = ({ model, tools }: AgentTask, past: Past): boolean =>
  model === past.model && JSON.stringify(tools.map(({ name }) => name)) === JSON.stringify(past.tools)

/** What the agent is closed for, whose last answer was to be the last, or was cut at its output cap. */
const limitOf = Effect.fnUntraced(function* (
  means: Means,
  course: Course,
  standing: Standing,
  last: LastTurn,
  reading: { readonly window: number; readonly light: boolean }
) {
  const { path } = means.task
  const cut = new AnswerCut({ path, finish: "length", maxOutputTokens: last.cutAt })
  if (last.why === undefined) return yield* causeOf(means, course, standing, cut, reading)
  if (last.why === "length") return cut
  if (last.why === "turns") return new TurnLimitReached({ path, turns: course.transcript.turns })
  return last.why === "calls" ? yield* LimitReached.calls(means.task) : yield* LimitReached.budget(means, standing)
})

/** Something was said to it, or the conversation was shortened, after its last answer: what that led to is behind it. */
const saidSince = ({ open, transcript: { messages } }: Past): boolean =>
  open.length === 0 && messages.at(-1)?._tag === "User"

/** The calls of the last turn that have a result, as they were answered. */
const madeCalls = ({ transcript, unreadable }: Past): ReadonlyArray<Answered> => {
  const { forgotten, messages } = transcript
  const before = Transcript.untilLastTurn(transcript)
  const turn = before.at(-1)
  if (turn?._tag !== "Assistant") return []
  return messages.slice(before.length).flatMap((message) => {
    const call = turn.calls.find(({ id }) => message._tag === "Tool" && id === message.callId)
    if (message._tag !== "Tool" || call === undefined) return []
    const times = Repeats.timesSeen(before, forgotten, call, Repeats.withoutNotice(message.text)) + 1
    return [{ message, changes: [], understood: !unreadable.has(message.callId), times }]
  })
}
