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
import { AgentDefect, failureOf, TurnLimitReached } from "./AgentFailure.ts"
import type { AgentResult, AgentStatus } from "./AgentResult.ts"
import type { AgentTask } from "./AgentTask.ts"
import * as Artifacts from "./Artifacts.ts"
import * as Course from "./Course.ts"
import * as Transcript from "./Transcript.ts"

/** The next turn is due: the one message of an agent that nobody else talks to. */
type Message = { readonly _tag: "TurnDue" }

/**
 * Runs an agent to its end within its budget node and records it. Succeeds with a result in every case but a journal
 * that cannot be written.
 */
export const run = Effect.fnUntraced(function* (task: AgentTask) {
  const budget = yield* Budget
  const startedAt = yield* Clock.currentTimeMillis
  // What there is to tell when the agent ends, however it does.
  const log: Course.Log = { transcript: Transcript.empty, changes: [], checks: [] }

  const work = Effect.gen(function* () {
    const model = yield* Model
    yield* AgentJournal.append(task.run, task.path, task.parent, {
      _tag: "Started",
      agent: task.definition.name,
      goal: task.goal,
      scope: task.scope,
      prompt: task.prompt,
      model: task.model,
      tokens: task.limits.tokens,
      nanoUsd: task.limits.nanoUsd,
      tools: task.tools.map((tool) => tool.name),
      unavailable: task.unavailable,
      contextFiles: task.contextPaths
    })
    log.transcript = Transcript.apply(Transcript.empty, { _tag: "Prompted", text: task.prompt })
    const purse = yield* budget.reserve(task.path, {})
    const facts = model.facts(task.model)
    const means: Course.Means = { task, purse, facts, price: facts.price, seen: new Map() }
    const agent = yield* Actor.start({
      name: task.path,
      capacity: 16,
      initial: Course.begin(log.transcript),
      receive: (course: Course.Course, _: Message) =>
        Effect.map(Course.turn(means, course, log), (next) =>
          next._tag === "Ended" ? Actor.stop(undefined) : Actor.proceed(next.course, turnDue)
        )
    })
    yield* agent.tell(turnDue)
    yield* agent.join
    log.changes.push(...(yield* Artifacts.complete(task, log.transcript.answer, log.changes)))
  }).pipe(Effect.scoped)

  return yield* Effect.uninterruptibleMask((restore) =>
    Effect.gen(function* () {
      const limited = task.limits.wallMs === null ? work : within(task.path, task.limits.wallMs)(work)
      const exit = yield* Effect.exit(restore(limited))
      const { tokens } = (yield* budget.node(task.path)).units
      const { answer, nanoUsd, toolCalls, turns, unknownTokens, usage } = log.transcript
      const ended = verdict(task, exit)
      const result: AgentResult = {
        path: task.path,
        agent: task.definition.name,
        goal: task.goal,
        scope: task.scope,
        model: task.model,
        ...ended,
        verified: ended.status === "completed" && log.checks.length > 0 && log.checks.every((check) => check.ok),
        answer,
        artifacts: Artifacts.written(log.changes),
        turns,
        toolCalls,
        durationMs: Math.round((yield* Clock.currentTimeMillis) - startedAt),
        usage,
        tokens: task.limits.tokens,
        tokensCharged: tokens.used,
        unknownTokens,
        overdraft: tokens.overdraft,
        nanoUsd,
        checks: log.checks
      }
      yield* AgentJournal.append(task.run, task.path, task.parent, { _tag: "Ended", result })
      return result
    })
  )
})

// internal

const turnDue: Message = { _tag: "TurnDue" }

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
