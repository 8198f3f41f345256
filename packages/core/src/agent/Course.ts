/**
 * The course of an agent from turn to turn: what fits, whether it has to close, what a failed request, a cut answer or a
 * failed check leads to. One call of `turn` is at most one model request with the tools that it called.
 *
 * 1. A failed request is sent again as a new attempt with a new reserve: what the failed one may have cost is spent.
 * 2. Whatever ends an agent early, it is asked for its answer first while that is still held for it.
 */
import * as Effect from "effect/Effect"
import { Budget, BudgetExceeded } from "../budget/Budget.ts"
import { rootPath } from "../domain/Ids.ts"
import type { ModelFacts } from "../model/Model.ts"
import { ModelError } from "../model/ModelError.ts"
import type { Failures } from "../model/Retry.ts"
import type { Change } from "../workspace/ConfinedRoot.ts"
import { AgentJournal } from "./AgentEvent.ts"
import { AgentLooping, AnswerCut, CallsUnreadable, TurnLimitReached, VerificationFailed } from "./AgentFailure.ts"
import type { Check } from "./AgentResult.ts"
import * as Allowance from "./Allowance.ts"
import { failedCheckText, runChecks } from "./Checks.ts"
import * as InputBound from "./InputBound.ts"
import { endAt } from "./Repeats.ts"
import * as Transcript from "./Transcript.ts"
import { type Answered, askModel, runCalls, type Means as TurnMeans } from "./Turn.ts"

export interface Means extends TurnMeans {
  readonly facts: ModelFacts
}

export interface Course {
  readonly transcript: Transcript.Transcript
  /** Of the requests of the turn that is due. */
  readonly failures: Failures
  /** Turns in a row of whose calls none could be understood. */
  readonly unreadable: number
  /** How often a check has sent the agent back. */
  readonly corrections: number
  readonly compacted: boolean
  /** Why the next answer is the last, where that is decided already. */
  readonly closeFor: AnswerCut | BudgetExceeded | null
}

export type Next = { readonly _tag: "Proceed"; readonly course: Course } | { readonly _tag: "Ended" }

/** What there is to tell of an agent, kept up to date while it runs. */
export interface Log {
  transcript: Transcript.Transcript
  readonly changes: Array<Change>
  checks: ReadonlyArray<Check>
}

export const begin = (transcript: Transcript.Transcript): Course => ({
  transcript,
  failures: noFailures,
  unreadable: 0,
  corrections: 0,
  compacted: false,
  closeFor: null
})

/** Takes the turn that is due. Fails with what ends the agent before it is done. */
export const turn = Effect.fnUntraced(function* (means: Means, course: Course, log: Log) {
  const { facts, purse, task } = means
  const { transcript } = course
  const budget = yield* Budget
  const { input, remaining, step } = yield* standing(means, transcript)
  if (input + Allowance.leastOutput > facts.contextWindow) {
    if (!course.compacted) return proceed(yield* compact(means, course, log))
    const detail = `about ${input} of ${facts.contextWindow} tokens`
    return yield* new ModelError({
      model: task.model,
      stage: "unsent",
      reason: { _tag: "ContextOverflow", detail }
    })
  }
  if (step._tag === "Stop") return yield* outOfBudget(means, input, remaining)
  const isClose = step._tag === "Close"
  const maxOutputTokens = Math.min(step.maxOutputTokens, facts.contextWindow - input)
  const keep = isClose ? Allowance.nothing : step.closing
  const cost = Allowance.sum(Allowance.costOfCall(means.price, input, maxOutputTokens), keep)
  // What was free a moment ago may be somebody else's now: look again.
  if (!(yield* purse.resize(cost))) return proceed(course)

  const noCalls = (yield* budget.remaining(task.path)).calls < 1
  const lastTurn = transcript.turns + 1 >= task.limits.turns
  const closing = isClose || lastTurn || noCalls || course.closeFor !== null
  const asked = yield* askModel(means, transcript, {
    attempt: 1 + course.failures.request + course.failures.stream,
    failures: course.failures,
    input,
    maxOutputTokens,
    keep,
    closing,
    effort: closing || (step._tag === "Turn" && step.light) ? "low" : "medium"
  })
  if (asked._tag === "Lost") {
    log.transcript = Transcript.apply(transcript, { ...asked, _tag: "TurnLost" })
    const after = { ...course, transcript: log.transcript }
    if (asked.error.reason._tag === "ContextOverflow" && !course.compacted) {
      return proceed(yield* compact(means, after, log))
    }
    if (asked.retryInMs === null) return yield* asked.error
    yield* Effect.sleep(asked.retryInMs)
    return proceed({ ...after, failures: oneMore(course.failures, asked.error) })
  }

  const { reply } = asked
  const next = Transcript.apply(transcript, { ...reply, _tag: "Turn" })
  log.transcript = next
  const isCut = reply.finish === "length" || reply.finish === "content_filter" || reply.finish === "refusal"
  const cut = isCut ? new AnswerCut({ path: task.path, finish: reply.finish, maxOutputTokens }) : null
  if (isClose || (yield* isOverdrawn(means))) return yield* outOfBudget(means, input, remaining)
  if (course.closeFor !== null) return yield* course.closeFor
  if (noCalls) return yield* outOfCalls(means)
  if (cut !== null && cut.finish !== "length") return yield* cut
  if (cut !== null && !closing) {
    // Where the budget made it short, the budget is the cause.
    const isNarrow = maxOutputTokens < Math.min(facts.maxOutput, Allowance.mostOutput)
    const closeFor = isNarrow ? yield* Effect.flip(outOfBudget(means, input, remaining)) : cut
    return proceed({ ...course, transcript: next, failures: noFailures, closeFor })
  }
  // With a single turn to begin with, an answer is all that was asked for.
  if (closing) return next.turns > 1 ? yield* new TurnLimitReached({ path: task.path, turns: next.turns }) : ended
  if (reply.calls.length === 0) return yield* claimDone(means, { ...course, transcript: next }, log)

  const answers = yield* runCalls(means, next, reply.calls)
  log.changes.push(...answers.flatMap(({ changes }) => changes))
  log.transcript = answers.reduce((all, { message }) => Transcript.apply(all, { _tag: "Result", message }), next)
  const circling = answers.find(({ times }) => times >= endAt)
  if (circling !== undefined) {
    return yield* new AgentLooping({ path: task.path, tool: circling.message.name, times: circling.times })
  }
  const unreadable = yield* countUnreadable(means, course.unreadable, answers)
  return proceed({ ...course, transcript: log.transcript, failures: noFailures, unreadable })
})

// internal

const noFailures: Failures = { request: 0, stream: 0 }
const ended: Next = { _tag: "Ended" }
const mostUnreadable = 3
const mostCorrections = 2

const proceed = (course: Course): Next => ({ _tag: "Proceed", course })

const oneMore = (failures: Failures, { stage }: ModelError): Failures =>
  stage === "streaming" ? { ...failures, stream: failures.stream + 1 } : { ...failures, request: failures.request + 1 }

/** The cheap bound first; the tokenizer only where that bound says that there is no room. */
const standing = Effect.fnUntraced(function* ({ facts, price, purse, task }: Means, transcript: Transcript.Transcript) {
  const budget = yield* Budget
  const remaining = Allowance.sum(yield* budget.remaining(task.path), purse.reserved)
  const utilization = yield* budget.utilization(task.path)
  const stepWith = (input: number) =>
    Allowance.nextStep({ remaining, input, maxOutput: facts.maxOutput, price, utilization })
  const input = InputBound.cheap(task, transcript)
  const step = stepWith(input)
  if (step._tag === "Turn" && input + step.maxOutputTokens <= facts.contextWindow) return { input, remaining, step }
  const counted = Math.min(input, yield* InputBound.exact(task, transcript))
  return { input: counted, remaining, step: stepWith(counted) }
})

/** The provider billed more than was reserved: the node is closed, whatever its limit leaves. */
const isOverdrawn = Effect.fnUntraced(function* ({ task }: Means) {
  const { nanoUsd, tokens } = (yield* (yield* Budget).node(task.path)).units
  return tokens.overdraft > 0 || nanoUsd.overdraft > 0
})

/** Which limit leaves no room for a turn: the agent's own, or the whole run's. */
const outOfBudget = Effect.fnUntraced(function* (means: Means, input: number, remaining: Allowance.Cost) {
  const { price, purse, task } = means
  const budget = yield* Budget
  const needed = Allowance.floor(price, input)
  const unit = needed.nanoUsd > remaining.nanoUsd ? "nanoUsd" : "tokens"
  const own = (yield* budget.node(task.path)).units[unit]
  const whole = (yield* budget.root).units[unit]
  const held = purse.reserved[unit]
  const ownRoom = (own.limit ?? Number.POSITIVE_INFINITY) - own.used - own.reserved + held
  const isWhole = whole.limit !== undefined && (remaining[unit] < ownRoom || whole.remaining + held <= ownRoom)
  const overdrawn = yield* isOverdrawn(means)
  return yield* new BudgetExceeded({
    path: task.path,
    unit,
    asked: needed[unit],
    available: Math.max(0, Math.floor(remaining[unit])),
    limit: (isWhole ? whole.limit : own.limit) ?? needed[unit],
    ...(isWhole ? { at: rootPath } : {}),
    ...(overdrawn ? { closed: "overdrawn" as const } : {})
  })
})

const outOfCalls = Effect.fnUntraced(function* ({ task }: Means) {
  const budget = yield* Budget
  const own = (yield* budget.node(task.path)).units.calls
  const whole = (yield* budget.root).units.calls
  const isWhole = whole.limit !== undefined && whole.remaining < 1
  return yield* new BudgetExceeded({
    path: task.path,
    unit: "calls",
    asked: 1,
    available: 0,
    limit: (isWhole ? whole.limit : own.limit) ?? own.used,
    ...(isWhole ? { at: rootPath } : {})
  })
})

/** Leaves out the results of all turns but the last: what they held can be asked for again. */
const compact = Effect.fnUntraced(function* ({ task }: Means, course: Course, log: Log) {
  const { messages } = course.transcript
  const before = messages.findLastIndex((message) => message._tag === "Assistant")
  yield* AgentJournal.append(task.run, task.path, task.parent, {
    _tag: "Compacted",
    before: Math.max(0, before),
    summary: null
  })
  const transcript = Transcript.apply(course.transcript, { _tag: "Compacted", before })
  log.transcript = transcript
  return { ...course, transcript, compacted: true }
})

/** An agent that says that it is done is done when the checks say so too; until then it is told what they said. */
const claimDone = Effect.fnUntraced(function* ({ task }: Means, course: Course, log: Log) {
  log.checks = yield* runChecks(task)
  const failed = log.checks.find((check) => !check.ok)
  if (failed === undefined) return ended
  if (course.corrections >= mostCorrections) {
    return yield* new VerificationFailed({ path: task.path, command: failed.command, exitCode: failed.exitCode })
  }
  const text = failedCheckText(failed)
  yield* AgentJournal.append(task.run, task.path, task.parent, { _tag: "Told", text })
  const transcript = Transcript.apply(course.transcript, { _tag: "Prompted", text })
  log.transcript = transcript
  return proceed({ ...course, transcript, failures: noFailures, corrections: course.corrections + 1 })
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
