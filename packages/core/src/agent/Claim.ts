/**
 * What becomes of an agent's word that it is done: it is done when all whom it started have ended and it was told what
 * they found, when its answer has the form that was asked for, and when the checks say so. Until then it is told what is
 * missing, and goes on.
 */
import * as Effect from "effect/Effect"
import { upperBound } from "../budget/Estimate.ts"
import { endedText } from "../tool/MemberText.ts"
import type { Member } from "../tool/Team.ts"
import { AnswerMismatch, VerificationFailed } from "./AgentFailure.ts"
import type { Check } from "./AgentResult.ts"
import type { AgentTask } from "./AgentTask.ts"
import * as AnswerCheck from "./AnswerCheck.ts"
import { failedCheckText, runChecks } from "./Checks.ts"
import { childrenText } from "./Prompt.ts"
import { cutToRoom, type Reading, roomToBeTold } from "./Reading.ts"
import type { Transcript } from "./Transcript.ts"
import type { Means } from "./Turn.ts"

/** How often the agent was sent back. */
export interface Corrections {
  readonly checks: number
  readonly form: number
}

export type Verdict =
  /** `answer` is what counts of the last text. */
  | { readonly _tag: "Done"; readonly answer: string }
  | { readonly _tag: "Told"; readonly text: string; readonly corrections: Corrections }

/** Fails when the agent was told often enough. `checked` gets what the checks said. */
export const judge = Effect.fnUntraced(function* (
  means: Means,
  transcript: Transcript,
  corrections: Corrections,
  reading: Reading,
  checked: (checks: ReadonlyArray<Check>) => void
) {
  const { task } = means
  const members = task.settleChildren === null ? [] : yield* task.settleChildren
  if (members.length > 0) {
    const text = yield* told(means, transcript, members, reading)
    return { _tag: "Told", text, corrections } satisfies Verdict
  }
  const form = yield* judgeForm(means, transcript, corrections, reading)
  if (form._tag === "Told") return form
  const checks = yield* runChecks(task)
  checked(checks)
  const failed = checks.find((check) => !check.ok)
  if (failed === undefined) return form
  if (corrections.checks >= mostCorrections) {
    return yield* new VerificationFailed({ path: task.path, command: failed.command, exitCode: failed.exitCode })
  }
  return {
    _tag: "Told",
    text: failedCheckText(failed, yield* roomToBeTold(means, transcript, reading)),
    corrections: { ...corrections, checks: corrections.checks + 1 }
  } satisfies Verdict
})

/** The same for the form alone: an agent that is closed at a limit is asked for nothing else. */
export const judgeForm = Effect.fnUntraced(function* (
  means: Means,
  transcript: Transcript,
  corrections: Corrections,
  reading: Reading
) {
  const { task } = means
  const { answer } = transcript
  if (task.format === null) return { _tag: "Done", answer } satisfies Verdict
  const read = yield* AnswerCheck.read(task.format, answer)
  if (read._tag === "Fits") return { _tag: "Done", answer: read.json } satisfies Verdict
  const { problem } = read
  if (corrections.form >= mostCorrections) return yield* new AnswerMismatch({ path: task.path, problem })
  const text = AnswerCheck.mismatchText(task.format, problem, yield* roomToBeTold(means, transcript, reading))
  return { _tag: "Told", text, corrections: { ...corrections, form: corrections.form + 1 } } satisfies Verdict
})

/** Fails where the answer misses the form, however often the agent was told. */
export const requireForm = ({ format, path }: AgentTask, { answer }: Transcript) =>
  format === null
    ? Effect.void
    : Effect.flatMap(AnswerCheck.read(format, answer), (read) =>
        read._tag === "Fits" ? Effect.void : Effect.fail(new AnswerMismatch({ path, problem: read.problem }))
      )

// internal

const mostCorrections = 2

/** Answers of others are cut like results of tools, and for the same reasons. */
const told = Effect.fnUntraced(function* (
  means: Means,
  transcript: Transcript,
  members: ReadonlyArray<Member>,
  reading: Reading
) {
  const room = yield* roomToBeTold(means, transcript, reading)
  const texts = cutToRoom(members.map(endedText), room - upperBound(childrenText([])), between)
  return childrenText(texts.filter((text) => text !== ""))
})

/** Tokens of the empty line between two. */
const between = 2
