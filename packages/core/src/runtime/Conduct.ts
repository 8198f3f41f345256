/**
 * One run from its first event to its last: budget tree, agents, result.
 *
 * 1. Every agent's share is carved before any agent starts, so that one waiting for its turn keeps its guarantee.
 * 2. However it ends, by completion, limit, failure or interruption, the record is ended and closed, and the result is
 *    made from what the record holds.
 */
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as Scope from "effect/Scope"
import * as Agent from "../agent/Agent.ts"
import { AgentJournal } from "../agent/AgentEvent.ts"
import type { AgentResult } from "../agent/AgentResult.ts"
import { prepare } from "../agent/AgentTask.ts"
import { Budget } from "../budget/Budget.ts"
import { type AgentPath, type RunId, rootPath } from "../domain/Ids.ts"
import { Usage } from "../domain/Usage.ts"
import { Journal, type JournalError, type JournalEvent } from "../journal/Journal.ts"
import { Model } from "../model/Model.ts"
import { RunJournal } from "./RunEvent.ts"
import type { RunRequest } from "./RunRequest.ts"
import { type RunResult, runStatus, summarise } from "./RunResult.ts"
import { type Place, shares } from "./Shares.ts"

/** From the first event of a run to its last. `done` gets the result also when this is interrupted. */
export const conduct = Effect.fn("conduct")(function* (
  run: RunId,
  request: RunRequest,
  done: Deferred.Deferred<RunResult, JournalError>
) {
  const { places, total } = shares(request)
  yield* Effect.gen(function* () {
    const journal = yield* Journal
    const model = yield* Model
    const budget = yield* Budget
    const startedAt = yield* Clock.currentTimeMillis
    const maxParallel = request.maxParallel ?? Math.max(1, places.length)
    yield* RunJournal.append(run, rootPath, null, {
      _tag: "Started",
      workspace: request.workspace,
      agents: places.map(({ path, request }) => ({ path, agent: request.definition.name, goal: request.goal })),
      tokens: total,
      deadlineMs: request.deadlineMs ?? null,
      maxParallel,
      provider: model.name,
      mode: model.mode,
      pid: process.pid
    })
    yield* Effect.uninterruptibleMask((restore) =>
      Effect.gen(function* () {
        const exit = yield* Effect.exit(restore(runAll(run, request, places, startedAt, maxParallel)))
        if (Exit.isFailure(exit) && !Cause.hasInterruptsOnly(exit.cause)) return yield* Effect.failCause(exit.cause)
        const results = endedAgents(yield* journal.read(run))
        const agents = places.map((place) => results.get(place.path) ?? neverStarted(place))
        const wallMs = Math.round((yield* Clock.currentTimeMillis) - startedAt)
        const used = yield* budget.used(rootPath)
        const facts = { run, wallMs, mode: model.mode, agents, budget: { tokens: { limit: total, used } } }
        const limitReached = wholeLimit(request, agents, total - used)
        const status = runStatus(agents)
        yield* RunJournal.append(run, rootPath, null, { _tag: "Ended", status, wallMs, usedTokens: used })
        const head = yield* journal.close(run)
        yield* journal.barrier
        yield* Deferred.succeed(done, summarise({ ...facts, head, limitReached }))
      })
    )
  }).pipe(Effect.provide(Budget.layer({ tokens: total })))
})

// internal

/** Carves every agent's share first, so that one waiting for its turn keeps its guarantee; then runs them. */
const runAll = Effect.fnUntraced(function* (
  run: RunId,
  request: RunRequest,
  places: ReadonlyArray<Place>,
  startedAt: number,
  maxParallel: number
) {
  const budget = yield* Budget
  const owner = yield* Effect.scope
  const carved = yield* Effect.forEach(places, (place) =>
    Effect.gen(function* () {
      const scope = yield* Scope.fork(owner)
      const { guarantee, limit } = place
      yield* budget
        .carve(rootPath, place.path, { name: place.request.definition.name, limit, guarantee })
        .pipe(Scope.provide(scope), Effect.orDie)
      return { place, scope }
    })
  )
  yield* Effect.forEach(
    carved,
    ({ place, scope }) =>
      runOne(run, request, place, startedAt).pipe(Effect.onExit((exit) => Scope.close(scope, exit))),
    { concurrency: maxParallel, discard: true }
  )
}, Effect.scoped)

const runOne = Effect.fnUntraced(function* (run: RunId, request: RunRequest, place: Place, startedAt: number) {
  const { definition, goal, inputs, probes, scope, wallMs } = place.request
  const elapsed = (yield* Clock.currentTimeMillis) - startedAt
  const ownMs = wallMs ?? definition.limits.wallMs
  const runMs = request.deadlineMs === undefined ? undefined : Math.max(0, request.deadlineMs - elapsed)
  const task = yield* prepare({
    run,
    path: place.path,
    parent: rootPath,
    definition,
    probes,
    goal,
    scope,
    inputs: inputs ?? {},
    tokens: place.limit,
    wallMs: least(ownMs, runMs),
    maxTurns: request.maxTurns,
    ceiling: []
  })
  return yield* Agent.run(task)
})

/** The results on record: also those of agents that were interrupted. */
const endedAgents = (events: ReadonlyArray<JournalEvent>): ReadonlyMap<AgentPath, AgentResult> =>
  new Map(
    events.flatMap((event) => {
      const fact = AgentJournal.decode(event)
      return Option.isSome(fact) && fact.value._tag === "Ended" ? [[event.path, fact.value.result] as const] : []
    })
  )

const least = (a: number | undefined, b: number | undefined): number | null =>
  a === undefined ? (b ?? null) : b === undefined ? a : Math.min(a, b)

/** The run's own limit that ended it: its deadline, or tokens when less was left in the whole than in the agent's part. */
const wholeLimit = (
  request: RunRequest,
  agents: ReadonlyArray<AgentResult>,
  left: number
): RunResult["limitReached"] => {
  if (request.deadlineMs !== undefined && agents.some((agent) => agent.status === "timed_out")) return "deadline"
  const stopped = agents.filter((agent) => agent.error?.tag === "BudgetExceeded")
  const whole = stopped.some((agent) => left <= (agent.tokens ?? Number.POSITIVE_INFINITY) - agent.tokensCharged)
  return request.tokens !== undefined && whole ? "tokens" : null
}

const neverStarted = ({ limit, path, request }: Place): AgentResult => ({
  path,
  agent: request.definition.name,
  goal: request.goal,
  scope: request.scope,
  status: "cancelled",
  verified: false,
  answer: "",
  artifacts: [],
  turns: 0,
  toolCalls: 0,
  durationMs: 0,
  usage: Usage.zero,
  tokens: limit,
  tokensCharged: 0,
  error: { tag: "Cancelled", message: `${path} was cancelled before its turn came`, hint: "" }
})
