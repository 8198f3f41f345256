/**
 * What others, and the user, have said to an agent: it stands before its next turn, cut to the room that there is for it.
 */
import * as Effect from "effect/Effect"
import type { Told } from "./AgentEvent.ts"
import type { Letter } from "./AgentTask.ts"
import { type Course, type Log, type Means, tell } from "./CourseState.ts"
import * as InputBound from "./InputBound.ts"
import { heardText, lateText } from "./Prompt.ts"
import { cutToRoom, roomToBeTold } from "./Reading.ts"
import { standingOf } from "./Standing.ts"

/** Reads what has come. */
export const heard = Effect.fnUntraced(function* (means: Means, course: Course, log: Log, window: number) {
  const letters = means.task.inbox === null ? [] : yield* means.task.inbox.take
  return letters.length === 0 ? course : yield* tellOf(means, course, log, letters, window)
})

/** What was said to an agent that has nothing else left to do; null where there is nothing, or no turn to read it in. */
export const heardLate = Effect.fnUntraced(function* (means: Means, course: Course, log: Log, window: number) {
  const letters = means.task.inbox === null ? [] : yield* means.task.inbox.close
  if (letters.length === 0) return null
  const { step } = yield* standingOf(means, course, window)
  if (step._tag !== "Send") return null
  return yield* tellOf(means, course, log, letters, window, { _tag: "Told", text: lateText })
})

/** Tells of letters that were taken; `before` comes before them. */
export const tellOf = Effect.fnUntraced(function* (
  means: Means,
  course: Course,
  log: Log,
  letters: ReadonlyArray<Letter>,
  window: number,
  ...before: ReadonlyArray<typeof Told.Type>
) {
  const room = yield* roomToBeTold(means, course.transcript, { window, light: false })
  const said = before.reduce((sum, { text }) => sum + InputBound.ofMessage(text), 0)
  const around = Math.max(0, ...letters.map(({ from }) => InputBound.ofMessage(heardText({ from, text: "" }))))
  const texts = cutToRoom(
    letters.map(({ text }) => text),
    room - said,
    around
  )
  const facts = letters.map((letter, index) => ({ _tag: "Heard", ...letter, text: texts[index] ?? "" }) as const)
  return yield* tell(means, course, log, ...before, ...facts)
})
