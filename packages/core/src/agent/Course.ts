/**
 * The course of an agent from turn to turn: what a failed request, a long conversation or an answer leads to. One call of
 * `turn` is at most one model request with the tools that it called; what it is, `Step` decides.
 *
 * 1. A failed request is sent again as a new attempt with a new reserve: what the failed one may have cost is spent.
 * 2. Who has nothing left to send it again with ends with what it failed with, which is why nothing is left.
 * 3. Whatever ends an agent early, it is asked for its answer first while that is still held for it.
 * 4. An agent that is closed at a limit ends after those whom it started.
 * 5. What others have said to an agent that is done it reads first, if it can pay for another turn; who writes to one that
 *    takes no more turn is told so.
 */
import * as Effect from "effect/Effect"
import type { Effort } from "../domain/Effort.ts"
import { elapsed } from "../domain/Elapsed.ts"
import type { ModelError } from "../model/ModelError.ts"
import { failureOf } from "./AgentFailure.ts"
import * as Allowance from "./Allowance.ts"
import { attemptOf, type Course, type Log, type Means, noFailures, proceed } from "./CourseState.ts"
import { stopped } from "./Ending.ts"
import * as InputBound from "./InputBound.ts"
import * as Letters from "./Letters.ts"
import * as LimitReached from "./LimitReached.ts"
import { replied } from "./Replied.ts"
import { shorten } from "./Shortening.ts"
import { mostShortened, type Standing, shorteningOf, standingOf } from "./Standing.ts"
import type { Step, Summary } from "./Step.ts"
import { askModel } from "./Turn.ts"

export { begin, type Course, type Log, type Means, type Next } from "./CourseState.ts"

/** Takes the turn that is due. Fails with what ends the agent before it is done. */
export const turn = Effect.fnUntraced(function* (means: Means, before: Course, log: Log) {
  const window = windowOf(means, before)
  const course = yield* Letters.heard(means, yield* begun(before), log, window)
  const standing = yield* standingOf(means, course, window)
  const { step } = standing
  switch (step._tag) {
    case "Compact":
      return yield* compact(means, course, log, step.summary, window)
    case "Stop":
      return yield* stopped(means, course, standing, step.why, window)
    default:
      return yield* ask(means, course, log, standing, step, window)
  }
})

/** Tokens that one request may hold. */
export const windowOf = ({ facts }: Means, { window }: Course): number => Math.min(facts.contextWindow, window)

/** The same course; from its first turn on it knows when that was. */
export const begun = (course: Course) =>
  course.startedAt === null
    ? Effect.map(elapsed, (startedAt): Course => ({ ...course, startedAt }))
    : Effect.succeed(course)

// internal

const oneMore = ({ failures, lost }: Course, error: ModelError, isLast: boolean): Pick<Course, "failures" | "lost"> => {
  const counted = error.stage === "streaming" ? "stream" : "request"
  return {
    failures: { ...failures, [counted]: failures[counted] + 1 },
    lost: isLast || !error.isBilled ? lost : failureOf(error)
  }
}

const compact = Effect.fnUntraced(function* (
  means: Means,
  course: Course,
  log: Log,
  wanted: Summary | null,
  window: number
) {
  const { failures, isUnsummarised, shortened: times } = course
  const summary = isUnsummarised ? null : wanted
  const how = { window, shortening: shorteningOf(course), summary, failures, attempt: attemptOf(course) }
  const shorter = yield* shorten(means, log, how)
  const after = { ...course, transcript: log.transcript }
  if (shorter._tag === "Again") {
    yield* Effect.sleep(shorter.inMs)
    return proceed({ ...after, ...oneMore(course, shorter.error, false) })
  }
  return proceed({ ...after, ...noFailures, shortened: times + 1, isUnsummarised: false, overflowed: false })
})

const ask = Effect.fnUntraced(function* (
  means: Means,
  course: Course,
  log: Log,
  standing: Standing,
  step: Extract<Step, { _tag: "Send" | "Close" }>,
  window: number
) {
  const { purse, task } = means
  const { closeFor, failures } = course
  const { input } = standing
  const { keep, maxOutputTokens } = step
  const last = step._tag === "Close" && task.inbox !== null ? yield* task.inbox.close : []
  if (last.length > 0) return proceed(yield* Letters.tellOf(means, course, log, last, window))
  const cost = Allowance.sum(Allowance.costOfCall(means.price, input, maxOutputTokens), keep)
  // What was free a moment ago may be somebody else's now: look again.
  if (!(yield* purse.resize(cost))) return proceed(course)
  const light = step._tag === "Send" && step.light
  const why = step._tag === "Close" ? step.why : null
  const limit = why !== "decided" ? why : closeFor === null ? null : LimitReached.nameOf(closeFor)
  const asked = yield* askModel(means, log, {
    ask: why === null ? "turn" : "closing",
    ...(limit === null ? {} : { why: limit }),
    messages: course.transcript.messages,
    attempt: attemptOf(course),
    failures,
    input,
    maxOutputTokens,
    keep,
    effort: effortOf(means, step)
  })
  if (asked._tag === "Lost") {
    const after = { ...course, transcript: log.transcript }
    if (asked.error.reason._tag === "ContextOverflow") return proceed(yield* overflowed(means, after, asked.error))
    if (asked.retryInMs === null) return yield* asked.error
    yield* Effect.sleep(asked.retryInMs)
    return proceed({ ...after, ...oneMore(course, asked.error, why !== null) })
  }
  const { calls, finish } = asked.reply
  const after = { ...course, transcript: log.transcript, ...noFailures, shortened: 0 }
  const toRun = calls.map((call) => ({ call, cut: null }))
  const answer = { finish, maxOutputTokens, why, light, calls: toRun, made: [] }
  return yield* replied(means, after, log, standing, answer, window)
})

const effortOf = ({ task }: Means, step: Step): Effort =>
  step._tag === "Send" && !step.light ? (task.definition.effort ?? "medium") : "low"

/** What the provider does not take is shortened, and from then on counted as too long; a second time is the end. */
const overflowed = Effect.fnUntraced(function* ({ task }: Means, course: Course, error: ModelError) {
  if (course.shortened >= mostShortened) return yield* error
  // There is nothing to shorten: it may have been in passing.
  if (shorteningOf(course) === "none") return { ...course, shortened: mostShortened }
  const input = yield* InputBound.exact(task, course.transcript)
  return { ...course, overflowed: true, window: Math.min(course.window, Math.floor(input * 0.8)) }
})
