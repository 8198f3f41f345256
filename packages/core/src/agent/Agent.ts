/**
 * An agent: an actor whose messages are turns. It ends with an outcome, never with an exception of its own; a result is
 * made of whatever happened, interruption and defects included, so that nothing it had found is lost.
 */
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Actor from "../actor/Actor.ts"
import { Budget, BudgetExceeded } from "../budget/Budget.ts"
import { DeadlineExceeded, within } from "../budget/Deadline.ts"
import type { Failure } from "../domain/Failure.ts"
import { Model } from "../model/Model.ts"
import { AgentJournal } from "./AgentEvent.ts"
import { AgentDefect, AgentLooping, AnswerCut, failureOf, TurnLimitReached } from "./AgentFailure.ts"
import type { AgentResult, AgentStatus } from "./AgentResult.ts"
import type { AgentTask } from "./AgentTask.ts"
import { nextStep } from "./Allowance.ts"
import { endAt } from "./Repeats.ts"
import * as Transcript from "./Transcript.ts"
import { askModel, inputBound, type Means, runCalls } from "./Turn.ts"

/** The next turn is due: the one message of an agent that nobody else talks to. */
type Message = { readonly _tag: "TurnDue" }

/**
 * Runs an agent to its end within the scope's budget node and records it. Succeeds with a result in every case but a
 * journal that cannot be written.
 */
export const run = Effect.fn("Agent.run")(function* (task: AgentTask) {
  const budget = yield* Budget
  const startedAt = yield* Clock.currentTimeMillis
  const log = { transcript: Transcript.empty }
  const record = (event: Parameters<typeof AgentJournal.append>[3]) =>
    AgentJournal.append(task.run, task.path, task.parent, event)

  const work = Effect.gen(function* () {
    yield* record({
      _tag: "Started",
      agent: task.definition.name,
      goal: task.goal,
      scope: task.scope,
      prompt: task.prompt,
      tokens: task.limits.tokens,
      tools: task.tools.map((tool) => tool.name),
      unavailable: task.unavailable,
      contextFiles: task.contextPaths
    })
    log.transcript = Transcript.apply(Transcript.empty, { _tag: "Prompted", text: task.prompt })
    const purse = yield* budget.reserve(task.path, 0)
    const agent = yield* Actor.start({
      name: task.path,
      capacity: 16,
      initial: log.transcript,
      receive: (transcript: Transcript.Transcript, _: Message) =>
        turn({ task, purse }, transcript, (next) => {
          log.transcript = next
        })
    })
    yield* agent.tell(turnDue)
    return yield* agent.join
  }).pipe(Effect.scoped)

  return yield* Effect.uninterruptibleMask((restore) =>
    Effect.gen(function* () {
      const limited = task.limits.wallMs === null ? work : within(task.path, task.limits.wallMs)(work)
      const exit = yield* Effect.exit(restore(limited))
      const result: AgentResult = {
        path: task.path,
        agent: task.definition.name,
        goal: task.goal,
        scope: task.scope,
        ...verdict(task, exit),
        verified: false,
        answer: log.transcript.answer,
        artifacts: [],
        turns: log.transcript.turns,
        toolCalls: log.transcript.toolCalls,
        durationMs: Math.round((yield* Clock.currentTimeMillis) - startedAt),
        usage: log.transcript.usage,
        tokens: task.limits.tokens,
        tokensCharged: yield* budget.used(task.path)
      }
      yield* record({ _tag: "Ended", result })
      return result
    })
  )
})

// internal

const turnDue: Message = { _tag: "TurnDue" }

/** One message: at most one model call and its tools, then either the next turn or the end. */
const turn = Effect.fnUntraced(function* (
  means: Means,
  transcript: Transcript.Transcript,
  keep: (transcript: Transcript.Transcript) => void
) {
  const { purse, task } = means
  const model = yield* Model
  const budget = yield* Budget
  const remaining = (yield* budget.remaining(task.path)) + purse.reserved
  const input = inputBound(task, transcript, true)
  const step = nextStep({ remaining, input, maxOutput: model.maxOutput })
  const outOfBudget = (asked: number) =>
    new BudgetExceeded({
      path: task.path,
      unit: "tokens",
      asked,
      available: remaining,
      limit: task.limits.tokens ?? asked
    })
  if (step._tag === "Stop") return yield* outOfBudget(step.needed)
  const reserved = input + step.maxOutputTokens
  // What was free a moment ago may be somebody else's now: look again.
  if (!(yield* purse.resize(reserved + step.closing))) return Actor.proceed(transcript, turnDue)

  const lastTurn = transcript.turns + 1 >= task.limits.turns || transcript.toolCalls >= task.limits.toolCalls
  const closing = step._tag === "Close" || lastTurn
  const sending = { reserved, maxOutputTokens: step.maxOutputTokens, keep: step.closing, closing }
  const reply = yield* askModel(means, transcript, sending)
  let next = Transcript.apply(transcript, { ...reply, _tag: "Turn" })
  keep(next)
  if (reply.finish === "length" || reply.finish === "content_filter") {
    return yield* new AnswerCut({ path: task.path, finish: reply.finish, maxOutputTokens: step.maxOutputTokens })
  }
  if (step._tag === "Close") return yield* outOfBudget(step.needed)
  // With a single turn to begin with, an answer is all that was asked for.
  if (closing && next.turns > 1) return yield* new TurnLimitReached({ path: task.path, turns: next.turns })
  if (closing || reply.calls.length === 0) return Actor.stop(undefined)

  const answers = yield* runCalls(means, next, reply.calls)
  for (const { message } of answers) next = Transcript.apply(next, { _tag: "Result", message })
  keep(next)
  const circling = answers.find(({ times }) => times >= endAt)
  if (circling !== undefined) {
    return yield* new AgentLooping({ path: task.path, tool: circling.message.name, times: circling.times })
  }
  return Actor.proceed(next, turnDue)
})

/** Limits pause, deadlines time out, interruption cancels, all else fails. */
const verdict = (
  task: AgentTask,
  exit: Exit.Exit<unknown, unknown>
): { readonly status: AgentStatus; readonly error: Failure | null } => {
  if (Exit.isSuccess(exit)) return { status: "completed", error: null }
  const error = Cause.squash(exit.cause)
  if (error instanceof BudgetExceeded || error instanceof TurnLimitReached)
    return { status: "paused", error: failureOf(error) }
  if (error instanceof DeadlineExceeded) return { status: "timed_out", error: failureOf(error) }
  if (Cause.hasInterruptsOnly(exit.cause)) {
    return { status: "cancelled", error: { tag: "Cancelled", message: `${task.path} was cancelled`, hint: "" } }
  }
  return {
    status: "failed",
    error: failureOf(Cause.hasDies(exit.cause) ? new AgentDefect({ path: task.path, cause: String(error) }) : error)
  }
}
