/**
 * How an agent ends that is closed at a limit: with the answer that it was asked for, after those whom it started.
 */
import * as Effect from "effect/Effect"
import { ModelError } from "../model/ModelError.ts"
import { type AnswerCut, RetryUnpaid, TurnLimitReached } from "./AgentFailure.ts"
import * as Claim from "./Claim.ts"
import { type Course, ended, type Log, type Means, proceed, tell } from "./CourseState.ts"
import * as LimitReached from "./LimitReached.ts"
import type { Reading } from "./Reading.ts"
import type { Standing } from "./Standing.ts"
import type { CloseReason } from "./Step.ts"

/** Nothing can be asked any more. */
export const stopped = Effect.fnUntraced(function* (
  means: Means,
  course: Course,
  standing: Standing,
  why: "budget" | "context",
  window: number
) {
  const { task } = means
  if (why === "context") {
    const detail = `about ${standing.input} of ${window} tokens`
    return yield* new ModelError({ model: task.model, stage: "unsent", reason: { _tag: "ContextOverflow", detail } })
  }
  // An answer that has not the form that was asked for is none, whatever has kept it from being mended.
  if (course.corrections.form > 0) yield* Claim.requireForm(task, course.transcript)
  return yield* close(
    means,
    course.lost === null
      ? yield* LimitReached.budget(means, standing)
      : new RetryUnpaid({ path: task.path, failure: course.lost })
  )
})

/** The last answer is there: what it was the last for ends the agent. */
export const closing = Effect.fnUntraced(function* (
  means: Means,
  course: Course,
  log: Log,
  standing: Standing,
  why: CloseReason,
  cut: AnswerCut | null,
  reading: Reading
) {
  const { task } = means
  const { turns } = course.transcript
  // What was refused once is refused again: no form is asked for after that.
  if (cut !== null && cut.finish !== "length" && (why === "turns" || task.format !== null)) return yield* cut
  const limit: LimitReached.Limit =
    why === "budget"
      ? yield* LimitReached.budget(means, standing)
      : why === "calls"
        ? yield* LimitReached.calls(task)
        : (course.closeFor ?? new TurnLimitReached({ path: task.path, turns }))
  const verdict = yield* Claim.judgeForm(means, course.transcript, course.corrections, reading, cut)
  if (verdict._tag === "Told") {
    // Another turn is what the limit of turns does not give.
    if (turns >= task.limits.turns) yield* Claim.requireForm(task, course.transcript)
    return proceed({ ...(yield* tell(means, course, log, verdict.told)), closeFor: limit })
  }
  log.transcript = { ...course.transcript, answer: verdict.answer }
  if (why !== "turns" || turns > 1) return yield* close(means, limit)
  // With a single turn to begin with, an answer is all that was asked for: a whole one, that passes.
  if (cut !== null) return yield* cut
  yield* Claim.requireChecks(task, (checks) => {
    log.checks = checks
  })
  return ended
})

export const close = Effect.fnUntraced(function* ({ task }: Means, limit: LimitReached.Limit | RetryUnpaid) {
  // While it waits for others it reads nothing any more.
  if (task.inbox !== null) yield* task.inbox.close
  if (task.settleChildren !== null && limit._tag !== "AnswerCut") yield* task.settleChildren
  return yield* limit
})
