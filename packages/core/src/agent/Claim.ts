/**
 * What becomes of an agent's word that it is done: it is done when all whom it started have ended and it was told what
 * they found, when its answer has the form that was asked for, and when the checks say so. Until then it is told what is
 * missing, and goes on.
 */
import * as Effect from "effect/Effect"
import { upperBound } from "../budget/Estimate.ts"
import { endedText } from "../tool/MemberText.ts"
import type { Member } from "../tool/Team.ts"
import type { Told } from "./AgentEvent.ts"
import { type AnswerCut, AnswerMismatch, VerificationFailed } from "./AgentFailure.ts"
import type { Check } from "./AgentResult.ts"
import type { AgentTask } from "./AgentTask.ts"
import * as AnswerCheck from "./AnswerCheck.ts"
import { failedCheckText, runChecks } from "./Checks.ts"
import { childrenText, emptyText } from "./Prompt.ts"
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
  { readonly _tag: "Done"; readonly answer: string } | { readonly _tag: "Told"; readonly told: typeof Told.Type }

export const none: Corrections = { checks: 0, form: 0 }

/** The count with what the agent was told now. */
export const counting = (corrections: Corrections, { lacking }: Pick<typeof Told.Type, "lacking">): Corrections =>
  lacking === undefined ? corrections : { ...corrections, [lacking]: corrections[lacking] + 1 }

/** Gets what the checks said. */
type Checked = (checks: ReadonlyArray<Check>) => void

/** Fails when the agent was told often enough. */
export const judge = Effect.fnUntraced(function* (
  means: Means,
  transcript: Transcript,
  corrections: Corrections,
  reading: Reading,
  checked: Checked
) {
  const { task } = means
  const members = task.settleChildren === null ? [] : yield* task.settleChildren
  if (members.length > 0) {
    const text = yield* endsOf(means, transcript, members, reading)
    return telling({ text, told: members.map(({ path }) => path) })
  }
  if (saysNothing(transcript) && corrections.form < mostCorrections) {
    return telling({ text: emptyText, lacking: "form" })
  }
  const form = yield* judgeForm(means, transcript, corrections, reading)
  if (form._tag === "Told") return form
  const failed = yield* failedCheck(task, checked)
  if (failed === undefined) return form
  if (corrections.checks >= mostCorrections) return yield* failure(task, failed)
  const text = failedCheckText(failed, yield* roomToBeTold(means, transcript, reading))
  return telling({ text, lacking: "checks" })
})

/** The same for the form alone: an agent that is closed at a limit is asked for nothing else. */
export const judgeForm = Effect.fnUntraced(function* (
  means: Means,
  transcript: Transcript,
  corrections: Corrections,
  reading: Reading,
  cut: AnswerCut | null = null
) {
  const { task } = means
  const { answer } = transcript
  if (task.format === null) return { _tag: "Done", answer } satisfies Verdict
  const read = yield* AnswerCheck.read(task.format, answer)
  if (read._tag === "Fits") return { _tag: "Done", answer: read.json } satisfies Verdict
  const problem = cut === null ? read.problem : `it was cut at ${cut.maxOutputTokens} output tokens; write less`
  if (corrections.form >= mostCorrections) return yield* new AnswerMismatch({ path: task.path, problem })
  const text = AnswerCheck.mismatchText(task.format, problem, yield* roomToBeTold(means, transcript, reading))
  return telling({ text, lacking: "form" })
})

/** Fails where the answer misses the form, however often the agent was told. */
export const requireForm = ({ format, path }: AgentTask, { answer }: Transcript) =>
  format === null
    ? Effect.void
    : Effect.flatMap(AnswerCheck.read(format, answer), (read) =>
        read._tag === "Fits" ? Effect.void : Effect.fail(new AnswerMismatch({ path, problem: read.problem }))
      )

/** Fails where a check does. */
export const requireChecks = Effect.fnUntraced(function* (task: AgentTask, checked: Checked) {
  const failed = yield* failedCheck(task, checked)
  if (failed !== undefined) return yield* failure(task, failed)
})

// internal

const mostCorrections = 2

const telling = (told: Omit<typeof Told.Type, "_tag">): Verdict => ({ _tag: "Told", told: { _tag: "Told", ...told } })

/** What it said on the way is no answer. */
const saysNothing = ({ messages }: Transcript): boolean => messages.at(-1)?.text.trim() === ""

const failedCheck = Effect.fnUntraced(function* (task: AgentTask, checked: Checked) {
  const checks = yield* runChecks(task)
  checked(checks)
  return checks.find((check) => !check.ok)
})

const failure = ({ path }: AgentTask, { command, exitCode }: Check) =>
  new VerificationFailed({ path, command, exitCode })

/** Answers of others are cut like results of tools, and for the same reasons. */
const endsOf = Effect.fnUntraced(function* (
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
