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
import type { AgentTask, Dependants } from "./AgentTask.ts"
import * as Artifacts from "./Artifacts.ts"
import * as Course from "./Course.ts"
import * as Transcript from "./Transcript.ts"

/** The next turn is due: the one message of an agent that nobody else talks to. */
type Message = { readonly _tag: "TurnDue" }

/**
 * Runs an agent to its end within its budget node and records it. Succeeds with a result in every case but a journal
 * that cannot be written. Those that it has started end before it does. It can be interrupted, whoever runs it; `seen`
 * gets what there is to tell of it while it runs.
 */
export const run = Effect.fnUntraced(function* (task: AgentTask, seen: (log: Course.Log) => void = () => {}) {
  const budget = yield* Budget
  const startedAt = yield* Clock.currentTimeMillis
  // What there is to tell when the agent ends, however it does.
  const log: Course.Log = { transcript: Transcript.empty, changes: [], checks: [] }
  seen(log)

  const work = Effect.gen(function* () {
    const model = yield* Model
    yield* AgentJournal.append(task.run, task.path, task.parent, {
      _tag: "Started",
      agent: task.definition.name,
      ...(yield* task.kept),
      ceiling: task.ceiling,
      goal: task.goal,
      scope: task.scope,
      prompt: task.prompt,
      model: task.model,
      tokens: task.limits.tokens,
      nanoUsd: task.limits.nanoUsd,
      wallMs: task.limits.wallMs,
      turns: task.limits.turns,
      tools: task.tools.map((tool) => tool.name),
      unavailable: task.unavailable,
      contextFiles: task.contextPaths,
      order: task.order
    })
    log.transcript = Transcript.apply(Transcript.empty, { _tag: "Prompted", text: task.prompt })
    const purse = yield* budget.reserve(task.path, {})
    const facts = model.facts(task.model)
    const means: Course.Means = { task, purse, facts, price: facts.price, seen: new Map(), results: new Map() }
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

  return yield* Effect.uninterruptible(
    Effect.gen(function* () {
      const { dependants, limits } = task
      const whole = dependants === null ? work : Effect.flatMap(Effect.exit(work), (exit) => awaited(dependants, exit))
      const limited = limits.wallMs === null ? whole : within(task.path, limits.wallMs)(whole)
      const exit = yield* Effect.exit(Effect.interruptible(limited))
      if (dependants !== null) yield* dependants.interrupt
      const durationMs = Math.round((yield* Clock.currentTimeMillis) - startedAt)
      const { overdraft, used } = yield* budget.own(task.path)
      const { answer, nanoUsd, toolCalls, turns, unknownTokens, usage } = log.transcript
      const ended = verdict(task, exit, durationMs)
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
        durationMs,
        waitedMs: dependants === null ? 0 : Math.round(yield* dependants.waitedMs),
        usage,
        tokens: limits.tokens,
        tokensCharged: used.tokens,
        unknownTokens,
        overdraft: overdraft.tokens,
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

/** Who is done, or closed at a limit, lets those that it has started come to their end. */
const awaited = <E>({ await: all }: Dependants, exit: Exit.Exit<void, E>) =>
  Exit.isSuccess(exit) || isLimit(Cause.squash(exit.cause)) ? Effect.andThen(all, exit) : exit

const isLimit = (error: unknown): error is BudgetExceeded | TurnLimitReached =>
  error instanceof BudgetExceeded || error instanceof TurnLimitReached

/** Limits pause, deadlines time out, interruption cancels, all else fails. */
const verdict = (
  task: AgentTask,
  exit: Exit.Exit<unknown, unknown>,
  durationMs: number
): { readonly status: AgentStatus; readonly error: Failure | null } => {
  if (Exit.isSuccess(exit)) return { status: "completed", error: null }
  const error = Cause.squash(exit.cause)
  const { wallMs } = task.limits
  if (isLimit(error)) return { status: "paused", error: failureOf(error) }
  if (error instanceof DeadlineExceeded) return { status: "timed_out", error: failureOf(error) }
  if (Cause.hasInterruptsOnly(exit.cause)) {
    // Its time was over together with that of who started it, who was the first to hear of it.
    if (wallMs !== null && durationMs >= wallMs) {
      return { status: "timed_out", error: failureOf(new DeadlineExceeded({ path: task.path, limitMs: wallMs })) }
    }
    return { status: "cancelled", error: { tag: "Cancelled", message: `${task.path} was cancelled`, hint: "" } }
  }
  return {
    status: "failed",
    error: failureOf(Cause.hasDies(exit.cause) ? new AgentDefect({ path: task.path, cause: String(error) }) : error)
  }
}
