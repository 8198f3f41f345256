/**
 * The course of an agent from turn to turn: what a failed request, a cut answer, a long conversation or a failed check
 * leads to. One call of `turn` is at most one model request with the tools that it called; what it is, `Step` decides.
 *
 * 1. A failed request is sent again as a new attempt with a new reserve: what the failed one may have cost is spent.
 * 2. Whatever ends an agent early, it is asked for its answer first while that is still held for it.
 * 3. An agent that is closed at a limit ends after those whom it started.
 * 4. What others have said to an agent that is done it reads first, if it can pay for another turn; who writes to one that
 *    takes no more turn is told so.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { Effort } from "../domain/Effort.ts"
import type { ModelError } from "../model/ModelError.ts"
import type { Failures } from "../model/Retry.ts"
import type { Told } from "./AgentEvent.ts"
import { AgentLooping, AnswerCut, CallsUnreadable } from "./AgentFailure.ts"
import type { Letter } from "./AgentTask.ts"
import * as Allowance from "./Allowance.ts"
import { type Answered, runCalls } from "./Calls.ts"
import * as Claim from "./Claim.ts"
import { type Course, ended, type Log, type Means, noFailures, proceed, tell } from "./CourseState.ts"
import { close, closing, stopped } from "./Ending.ts"
import * as InputBound from "./InputBound.ts"
import * as LimitReached from "./LimitReached.ts"
import { heardText, lateText } from "./Prompt.ts"
import { cutToRoom, type Reading, roomToBeTold } from "./Reading.ts"
import { endAt } from "./Repeats.ts"
import { shorten } from "./Shortening.ts"
import { look, type Standing } from "./Standing.ts"
import { type Shortening, type Step, type Summary, shareOfTurn } from "./Step.ts"
import { askModel, type Reply } from "./Turn.ts"

export { begin, type Course, type Log, type Means, type Next } from "./CourseState.ts"

/** Takes the turn that is due. Fails with what ends the agent before it is done. */
export const turn = Effect.fnUntraced(function* (means: Means, before: Course, log: Log) {
  const { facts } = means
  const window = Math.min(facts.contextWindow, before.window)
  const course = yield* heard(means, before, log, window)
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

// internal

const mostUnreadable = 3
const mostShortened = 2

const standingOf = (means: Means, course: Course, window: number) =>
  look(means, course.transcript, {
    facts: means.facts,
    window,
    shortening: shorteningOf(course),
    overflowed: course.overflowed,
    isLast: course.closeFor !== null,
    startedAt: course.startedAt ?? 0
  })

const oneMore = (failures: Failures, { stage }: ModelError): Failures =>
  stage === "streaming" ? { ...failures, stream: failures.stream + 1 } : { ...failures, request: failures.request + 1 }

/** What others have said to the agent stands before its next turn, cut to the room that there is for it. */
const heard = Effect.fnUntraced(function* (means: Means, course: Course, log: Log, window: number) {
  const startedAt = course.startedAt ?? (yield* Clock.currentTimeMillis)
  const begun = course.startedAt === null ? { ...course, startedAt } : course
  const letters = means.task.inbox === null ? [] : yield* means.task.inbox.take
  return letters.length === 0 ? begun : yield* tellOf(means, begun, log, letters, window)
})

const tellOf = Effect.fnUntraced(function* (
  means: Means,
  course: Course,
  log: Log,
  letters: ReadonlyArray<Letter>,
  window: number,
  ...before: ReadonlyArray<typeof Told.Type>
) {
  const room = yield* roomToBeTold(means, course.transcript, { window, light: false })
  const said = before.reduce((sum, { text }) => sum + InputBound.ofMessage(text), 0)
  const around = Math.max(...letters.map(({ from }) => InputBound.ofMessage(heardText({ from, text: "" }))))
  const texts = cutToRoom(
    letters.map(({ text }) => text),
    room - said,
    around
  )
  const facts = letters.map((letter, index) => ({ _tag: "Heard", ...letter, text: texts[index] ?? "" }) as const)
  return yield* tell(means, course, log, ...before, ...facts)
})

/** What was said to an agent that has nothing else left to do; null where there is nothing, or no turn to read it in. */
const heardLate = Effect.fnUntraced(function* (means: Means, course: Course, log: Log, window: number) {
  const letters = means.task.inbox === null ? [] : yield* means.task.inbox.close
  if (letters.length === 0) return null
  const { step } = yield* standingOf(means, course, window)
  if (step._tag !== "Send") return null
  return yield* tellOf(means, course, log, letters, window, { _tag: "Told", text: lateText })
})

/** With a message and nothing else there is nothing to leave out. */
const shorteningOf = ({ shortened, transcript }: Course): Shortening =>
  transcript.messages.length <= 2 || shortened >= mostShortened ? "none" : shortened === 0 ? "summary" : "digest"

const compact = Effect.fnUntraced(function* (
  means: Means,
  course: Course,
  log: Log,
  summary: Summary | null,
  window: number
) {
  const { failures, shortened: times } = course
  const shorter = yield* shorten(means, log, { window, shortening: shorteningOf(course), summary, failures })
  const after = { ...course, transcript: log.transcript }
  if (shorter._tag === "Again") {
    yield* Effect.sleep(shorter.inMs)
    return proceed({ ...after, failures: oneMore(failures, shorter.error) })
  }
  return proceed({ ...after, failures: noFailures, shortened: times + 1, overflowed: false })
})

const ask = Effect.fnUntraced(function* (
  means: Means,
  course: Course,
  log: Log,
  standing: Standing,
  step: Extract<Step, { _tag: "Send" | "Close" }>,
  window: number
) {
  const { facts, purse, task } = means
  const { failures } = course
  const { messages, opening } = course.transcript
  const { input } = standing
  const { keep, maxOutputTokens } = step
  const last = step._tag === "Close" && task.inbox !== null ? yield* task.inbox.close : []
  if (last.length > 0) return proceed(yield* tellOf(means, course, log, last, window))
  const cost = Allowance.sum(Allowance.costOfCall(means.price, input, maxOutputTokens), keep)
  // What was free a moment ago may be somebody else's now: look again.
  if (!(yield* purse.resize(cost))) return proceed(course)
  const light = step._tag === "Send" && step.light
  const asked = yield* askModel(means, log, {
    ask: step._tag === "Close" ? "closing" : "turn",
    messages,
    attempt: 1 + failures.request + failures.stream,
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
    return proceed({ ...after, failures: oneMore(failures, asked.error) })
  }
  const { reply } = asked
  const after = { ...course, transcript: log.transcript, failures: noFailures, shortened: 0 }
  const reading = { window, light }
  const cut = cutOf(task.path, reply, maxOutputTokens)
  if (yield* LimitReached.isOverdrawn(task)) return yield* close(means, yield* LimitReached.budget(means, standing))
  if (step._tag === "Close") return yield* closing(means, after, log, standing, step.why, cut, reading)
  if (cut !== null && cut.finish !== "length") return yield* cut
  if (cut !== null) {
    // Where the budget made it short, the budget is the cause.
    const most = Math.min(facts.maxOutput, Allowance.mostOutput(light), shareOfTurn({ window, opening }))
    const isNarrow = maxOutputTokens < most
    return proceed({ ...after, closeFor: isNarrow ? yield* LimitReached.budget(means, standing) : cut })
  }
  if (reply.calls.length === 0) return yield* claimDone(means, after, log, reading)
  const answers = yield* runCalls(means, log, reply.calls, reading)
  const circling = answers.find(({ times }) => times >= endAt)
  if (circling !== undefined) {
    return yield* new AgentLooping({ path: task.path, tool: circling.message.name, times: circling.times })
  }
  const unreadable = yield* countUnreadable(means, course.unreadable, answers)
  return proceed({ ...after, transcript: log.transcript, unreadable })
})

const effortOf = ({ task }: Means, step: Step): Effort =>
  step._tag === "Send" && !step.light ? (task.definition.effort ?? "medium") : "low"

const cutOf = (path: string, { finish }: Reply, maxOutputTokens: number): AnswerCut | null =>
  finish === "length" || finish === "content_filter" || finish === "refusal"
    ? new AnswerCut({ path, finish, maxOutputTokens })
    : null

/** What the provider does not take is shortened, and from then on counted as too long; a second time is the end. */
const overflowed = Effect.fnUntraced(function* ({ task }: Means, course: Course, error: ModelError) {
  if (course.shortened >= mostShortened) return yield* error
  // There is nothing to shorten: it may have been in passing.
  if (shorteningOf(course) === "none") return { ...course, shortened: mostShortened }
  const input = yield* InputBound.exact(task, course.transcript)
  return { ...course, overflowed: true, window: Math.min(course.window, Math.floor(input * 0.8)) }
})

const claimDone = Effect.fnUntraced(function* (means: Means, course: Course, log: Log, reading: Reading) {
  const verdict = yield* Claim.judge(means, course.transcript, course.corrections, reading, (checks) => {
    log.checks = checks
  })
  if (verdict._tag === "Told") {
    const told = yield* tell(means, course, log, { _tag: "Told", text: verdict.text })
    return proceed({ ...told, corrections: verdict.corrections })
  }
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
