/**
 * An agent: an actor whose messages are turns. It ends with an outcome, never with an exception of its own; a result is
 * made of whatever happened, interruption and defects included, so that nothing it had found is lost.
 */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Actor from "../actor/Actor.ts"
import { Budget, BudgetExceeded } from "../budget/Budget.ts"
import { DeadlineExceeded, within } from "../budget/Deadline.ts"
import { elapsed } from "../domain/Elapsed.ts"
import type { Failure } from "../domain/Failure.ts"
import { Model } from "../model/Model.ts"
import { AgentJournal } from "./AgentEvent.ts"
import { AgentDefect, failureOf, StillClosed, TurnLimitReached } from "./AgentFailure.ts"
import { type AgentResult, type AgentStatus, overdraftOf } from "./AgentResult.ts"
import type { AgentTask, Birth, Dependants } from "./AgentTask.ts"
import * as Artifacts from "./Artifacts.ts"
import * as Course from "./Course.ts"
import type { Past } from "./Past.ts"
import * as Silence from "./Silence.ts"
import * as TakeUp from "./TakeUp.ts"
import * as Transcript from "./Transcript.ts"

/** What an agent has to do next, which nobody else tells it. */
type Message = { readonly _tag: "TurnDue" } | { readonly _tag: "TakenUp"; readonly past: Past }

/**
 * Runs an agent to its end within its budget node and records it. Succeeds with a result in every case but a journal
 * that cannot be written. Those that it has started end before it does. It can be interrupted, whoever runs it; `seen`
 * gets what there is to tell of it while it runs. With a `past` it goes on from there, and its result covers its whole
 * life; the ledger has been charged what it had used.
 */
export const run = Effect.fnUntraced(function* (
  task: AgentTask,
  seen: (log: Course.Log) => void = () => {},
  past: Past | null = null
) {
  const budget = yield* Budget
  const startedAt = yield* elapsed
  const waited = task.dependants === null ? Effect.succeed(0) : task.dependants.waitedMs
  const waitedBefore = yield* waited
  // What there is to tell when the agent ends, however it does.
  const log: Course.Log = past === null ? { transcript: Transcript.empty, changes: [], checks: [] } : TakeUp.logOf(past)
  seen(log)

  const life = Effect.fnUntraced(function* (birth: Birth) {
    const { past } = birth
    if (past !== null && birth.restart > 0) TakeUp.restore(log, past)
    const facts = (yield* Model).facts(task.model)
    const begun = past === null ? yield* begin(task, log) : yield* TakeUp.goOn(task, birth, past, facts, log)
    const purse = yield* budget.reserve(task.path, {})
    const known = { seen: new Map(past?.seen), results: new Map(past?.results) }
    const means: Course.Means = { task: begun, purse, facts, price: facts.price, ...known }
    const step = Effect.fnUntraced(function* (course: Course.Course, message: Message) {
      return message._tag === "TurnDue"
        ? yield* Course.turn(means, course, log)
        : yield* TakeUp.firstStep(means, course, log, message.past)
    })
    const agent = yield* Actor.start({
      name: task.path,
      capacity: 16,
      initial: past === null ? Course.begin(log.transcript) : TakeUp.courseOf(past, log, birth),
      receive: (course: Course.Course, message: Message) =>
        Effect.map(step(course, message), (next) =>
          next._tag === "Ended" ? Actor.stop(undefined) : Actor.proceed(next.course, turnDue)
        )
    })
    yield* agent.tell(past === null ? turnDue : { _tag: "TakenUp", past })
    yield* agent.join
    log.changes.push(...(yield* Artifacts.complete(begun, log.transcript.answer, log.changes)))
  }, Effect.scoped)
  const heard = (birth: Birth) =>
    task.silenceMs === undefined
      ? life(birth)
      : Silence.within({ path: task.path, tools: task.tools, silenceMs: task.silenceMs })(life(birth))
  const first: Birth = { past, restart: 0 }
  const work = task.lives === undefined ? heard(first) : task.lives(first, heard)

  return yield* Effect.uninterruptible(
    Effect.gen(function* () {
      const { dependants, limits } = task
      const whole = dependants === null ? work : Effect.flatMap(Effect.exit(work), (exit) => awaited(dependants, exit))
      const limited = limits.wallMs === null ? whole : within(task.path, limits.wallMs, task.end?.lateMs)(whole)
      const exit = yield* Effect.exit(Effect.interruptible(limited))
      if (dependants !== null) yield* dependants.interrupt
      const endedAt = yield* elapsed
      const ms = endedAt - startedAt
      const { overdraft, used } = yield* budget.own(task.path)
      const { answer, nanoUsd, toolCalls, turns, unknownTokens, usage } = log.transcript
      const ended = verdict(task, exit, endedAt - (task.end?.at ?? startedAt + (limits.wallMs ?? 0)))
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
        durationMs: Math.round((past?.workedMs ?? 0) + ms),
        waitedMs: Math.round((past?.waitedMs ?? 0) + (yield* waited) - waitedBefore),
        usage,
        tokens: limits.tokens,
        tokensCharged: used.tokens,
        unknownTokens,
        nanoUsd,
        ...overdraftOf(overdraft),
        checks: log.checks
      }
      const settled = task.settle === undefined ? result : yield* task.settle(result)
      yield* AgentJournal.append(task.run, task.path, task.parent, { _tag: "Ended", result: settled })
      return settled
    })
  )
})

// internal

/** Who started it counts whole milliseconds, and may be early by one. */
const clockMs = 1

const turnDue: Message = { _tag: "TurnDue" }

/** Records that the agent begins, and tells it what to do. */
const begin = Effect.fnUntraced(function* (task: AgentTask, log: Course.Log) {
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
  return task
})

/** Who is done, or closed at a limit, lets those that it has started come to their end. */
const awaited = <E>({ await: all }: Dependants, exit: Exit.Exit<void, E>) =>
  Exit.isSuccess(exit) || isLimit(Cause.squash(exit.cause)) ? Effect.andThen(all, exit) : exit

const isLimit = (error: unknown): error is BudgetExceeded | TurnLimitReached | StillClosed =>
  error instanceof BudgetExceeded || error instanceof TurnLimitReached || error instanceof StillClosed

/** Limits pause, deadlines time out, interruption cancels, all else fails. */
const verdict = (
  task: AgentTask,
  exit: Exit.Exit<unknown, unknown>,
  /** Since its time was over, in milliseconds. */
  overMs: number
): { readonly status: AgentStatus; readonly error: Failure | null } => {
  if (Exit.isSuccess(exit)) return { status: "completed", error: null }
  const error = Cause.squash(exit.cause)
  const { wallMs } = task.limits
  if (isLimit(error)) return { status: "paused", error: failureOf(error) }
  if (error instanceof DeadlineExceeded || error instanceof Silence.AgentSilent)
    return { status: "timed_out", error: failureOf(error) }
  if (Cause.hasInterruptsOnly(exit.cause)) {
    // Its time was over together with that of who started it, and ended it.
    if (wallMs !== null && overMs >= -clockMs) {
      return { status: "timed_out", error: failureOf(new DeadlineExceeded({ path: task.path, limitMs: wallMs })) }
    }
    return { status: "cancelled", error: { tag: "Cancelled", message: `${task.path} was cancelled`, hint: "" } }
  }
  return {
    status: "failed",
    error: failureOf(Cause.hasDies(exit.cause) ? new AgentDefect({ path: task.path, cause: String(error) }) : error)
  }
}
