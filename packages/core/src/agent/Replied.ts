/**
 * What an answer of the model leads to: its calls are made, the agent is done, it is told what is missing, or it ends. An
 * answer whose consequences a crash has cut is judged once more from the record, by the same rules (TakeUp).
 */
import * as Effect from "effect/Effect"
import { AgentLooping, AnswerCut, CallsUnreadable } from "./AgentFailure.ts"
import * as Allowance from "./Allowance.ts"
import { type Answered, type CallToRun, runCalls } from "./Calls.ts"
import * as Claim from "./Claim.ts"
import { type Course, ended, type Log, type Means, proceed, tell } from "./CourseState.ts"
import { close, closing } from "./Ending.ts"
import { heardLate } from "./Letters.ts"
import * as LimitReached from "./LimitReached.ts"
import type { Reading } from "./Reading.ts"
import { endAt } from "./Repeats.ts"
import type { Standing } from "./Standing.ts"
import { type CloseReason, shareOfTurn } from "./Step.ts"
import type { Reply } from "./Turn.ts"

/** The last turn of the conversation, and what had been asked for. */
export interface Answer {
  readonly finish: Reply["finish"]
  readonly maxOutputTokens: number
  /** Why it was to be the last answer; null for a turn. */
  readonly why: CloseReason | null
  readonly light: boolean
  /** Its calls that have no result yet. */
  readonly calls: ReadonlyArray<CallToRun>
  /** Those that have one. */
  readonly made: ReadonlyArray<Answered>
}

/** Fails with what ends the agent before it is done. */
export const replied = Effect.fnUntraced(function* (
  means: Means,
  course: Course,
  log: Log,
  standing: Standing,
  answer: Answer,
  window: number
) {
  const { task } = means
  const { calls, finish, light, made, maxOutputTokens, why } = answer
  const reading = { window, light }
  const cut = cutOf(task.path, finish, maxOutputTokens)
  if (yield* LimitReached.isOverdrawn(task)) return yield* close(means, yield* LimitReached.budget(means, standing))
  if (why !== null) return yield* closing(means, course, log, standing, why, cut, reading)
  if (cut !== null && cut.finish !== "length") return yield* cut
  if (cut !== null) return proceed({ ...course, closeFor: yield* causeOf(means, course, standing, cut, reading) })
  if (calls.length + made.length === 0) return yield* claimDone(means, course, log, reading)
  const answers = [...made, ...(calls.length === 0 ? [] : yield* runCalls(means, log, calls, reading))]
  const circling = answers.find(({ times }) => times >= endAt)
  if (circling !== undefined) {
    return yield* new AgentLooping({ path: task.path, tool: circling.message.name, times: circling.times })
  }
  const unreadable = yield* countUnreadable(means, course.unreadable, answers)
  return proceed({ ...course, transcript: log.transcript, unreadable })
})

/** What an agent is closed for whose answer was cut at its output cap: where the budget made that small, the budget. */
export const causeOf = Effect.fnUntraced(function* (
  means: Means,
  { transcript: { opening } }: Course,
  standing: Standing,
  cut: AnswerCut,
  { light, window }: Reading
) {
  const most = Math.min(means.facts.maxOutput, Allowance.mostOutput(light), shareOfTurn({ window, opening }))
  const limit: LimitReached.Limit = cut.maxOutputTokens < most ? yield* LimitReached.budget(means, standing) : cut
  return limit
})

// internal

const mostUnreadable = 3

const cutOf = (path: string, finish: Reply["finish"], maxOutputTokens: number): AnswerCut | null =>
  finish === "length" || finish === "content_filter" || finish === "refusal"
    ? new AnswerCut({ path, finish, maxOutputTokens })
    : null

const claimDone = Effect.fnUntraced(function* (means: Means, course: Course, log: Log, reading: Reading) {
  const verdict = yield* Claim.judge(means, course.transcript, course.corrections, reading, (checks) => {
    log.checks = checks
  })
  if (verdict._tag === "Told") return proceed(yield* tell(means, course, log, verdict.told))
  const late = yield* heardLate(means, course, log, reading.window)
  if (late !== null) return proceed(late)
  log.transcript = { ...course.transcript, answer: verdict.answer }
  return ended
})

/** A model that cannot call tools will not learn it in this conversation. */
const countUnreadable = Effect.fnUntraced(function* (
  { task }: Means,
  before: number,
  answers: ReadonlyArray<Answered>
) {
  if (answers.some(({ understood }) => understood)) return 0
  if (before + 1 < mostUnreadable) return before + 1
  const problem = answers[0]?.message.text.slice(0, 200) ?? ""
  return yield* new CallsUnreadable({ path: task.path, times: before + 1, problem })
})
