/**
 * One run from its first event to its last: budget tree, agents, result.
 *
 * However it ends, by completion, limit, failure or interruption, the record is ended and closed, and the result is made
 * from what the record holds.
 */
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as Agent from "../agent/Agent.ts"
import { AgentJournal } from "../agent/AgentEvent.ts"
import { failureOf } from "../agent/AgentFailure.ts"
import type { AgentResult } from "../agent/AgentResult.ts"
import type { AgentTask } from "../agent/AgentTask.ts"
import * as SystemPrompt from "../agent/SystemPrompt.ts"
import { Budget } from "../budget/Budget.ts"
import type { Failure } from "../domain/Failure.ts"
import { type AgentPath, type RunId, rootPath } from "../domain/Ids.ts"
import { Usage } from "../domain/Usage.ts"
import { Journal, type JournalError, type JournalEvent } from "../journal/Journal.ts"
import { Model } from "../model/Model.ts"
import { admit } from "./Admission.ts"
import { assign, needOf, type Running } from "./Assign.ts"
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
      tokens: total.tokens ?? null,
      nanoUsd: total.nanoUsd ?? null,
      calls: total.calls ?? null,
      deadlineMs: request.deadlineMs ?? null,
      maxParallel,
      provider: model.provider,
      model: model.model,
      mode: model.mode,
      pid: process.pid,
      processStartedAt: Math.round(performance.timeOrigin)
    })
    yield* Effect.uninterruptibleMask((restore) =>
      Effect.gen(function* () {
        const exit = yield* Effect.exit(
          restore(runAll({ run, request, startedAt, maxParallel, systemPrompts: SystemPrompt.forOneRun() }, places))
        )
        if (Exit.isFailure(exit) && !Cause.hasInterruptsOnly(exit.cause)) {
          yield* Effect.ignore(endBroken(run, startedAt))
          return yield* Effect.failCause(exit.cause)
        }
        const results = endedAgents(yield* journal.read(run))
        const agents = places.map((place) => results.get(place.path) ?? neverStarted(place, model.model))
        const wallMs = Math.round((yield* Clock.currentTimeMillis) - startedAt)
        const { tokens } = yield* budget.used(rootPath)
        const figures = { run, wallMs, mode: model.mode, agents }
        const summary = {
          ...figures,
          budget: { tokens: { limit: total.tokens ?? null, used: tokens } },
          limitReached: wholeLimit(request, agents)
        }
        const { nanoUsd } = summarise({ ...summary, head: "" })
        yield* RunJournal.append(run, rootPath, null, {
          _tag: "Ended",
          status: runStatus(agents),
          wallMs,
          usedTokens: tokens,
          nanoUsd
        })
        const head = yield* journal.close(run)
        yield* journal.barrier
        yield* Deferred.succeed(done, summarise({ ...summary, head }))
      })
    )
  }).pipe(Effect.provide(Budget.layer(total)))
})

// internal

/** A run that a fault of ours or of the disk has ended is still ended for those who follow it. */
const endBroken = Effect.fnUntraced(function* (run: RunId, startedAt: number) {
  const { tokens } = yield* (yield* Budget).used(rootPath)
  const wallMs = Math.round((yield* Clock.currentTimeMillis) - startedAt)
  const ended = { _tag: "Ended", status: "failed", wallMs, usedTokens: tokens, nanoUsd: null } as const
  yield* RunJournal.append(run, rootPath, null, ended)
  yield* (yield* Journal).close(run)
})

const runAll = Effect.fnUntraced(function* (running: Running, places: ReadonlyArray<Place>) {
  const model = yield* Model
  yield* model.ready
  // What was read to know an agent's floor is what it starts with.
  const prepared = new Map<Place, AgentTask>()
  const taskOf = Effect.fnUntraced(function* (place: Place) {
    const task = prepared.get(place) ?? (yield* assign(running, place))
    prepared.delete(place)
    return task
  })
  yield* admit({
    places,
    maxParallel: running.maxParallel,
    floor: Effect.fnUntraced(function* (place) {
      const task = yield* assign(running, place)
      prepared.set(place, task)
      return (yield* needOf(task)).floor
    }),
    work: (place) => Effect.asVoid(Effect.flatMap(taskOf(place), Agent.run)),
    refuse: (place, error) =>
      AgentJournal.append(running.run, place.path, rootPath, {
        _tag: "Ended",
        result: withoutWork(place, model.facts(place.request.model ?? model.model).name, "paused", failureOf(error))
      })
  })
}, Effect.scoped)

/** The results on record: also those of agents that were interrupted. */
const endedAgents = (events: ReadonlyArray<JournalEvent>): ReadonlyMap<AgentPath, AgentResult> =>
  new Map(
    events.flatMap((event) => {
      // Looked at before it is decoded: one event in sixteen is of interest.
      if (event.type !== "Ended") return []
      const fact = AgentJournal.decode(event)
      return Option.isSome(fact) && fact.value._tag === "Ended" ? [[event.path, fact.value.result] as const] : []
    })
  )

/** The run's own limit that ended it: its deadline, or a part of its budget that an agent found used up. */
const wholeLimit = (request: RunRequest, agents: ReadonlyArray<AgentResult>): RunResult["limitReached"] => {
  const late = request.agents.some(({ definition, wallMs }, index) => {
    const error = agents[index]?.error
    // An agent's own limit of time is its own affair.
    return error?.tag === "DeadlineExceeded" && error.limitMs !== (wallMs ?? definition.limits.wallMs)
  })
  if (request.deadlineMs !== undefined && late) return "deadline"
  const limited = request.tokens !== undefined || request.nanoUsd !== undefined || request.calls !== undefined
  const stopped = agents.some(({ error }) => error?.tag === "BudgetExceeded" && error.at === rootPath)
  return limited && stopped ? "budget" : null
}

const neverStarted = (place: Place, model: string): AgentResult => {
  const message = `${place.path} was cancelled before its turn came`
  return withoutWork(place, place.request.model ?? model, "cancelled", { tag: "Cancelled", message, hint: "" })
}

const withoutWork = (
  { limit, path, request }: Place,
  model: string,
  status: "cancelled" | "paused",
  error: Failure
): AgentResult => ({
  path,
  agent: request.definition.name,
  goal: request.goal,
  scope: request.scope,
  model,
  status,
  verified: false,
  answer: "",
  artifacts: [],
  turns: 0,
  toolCalls: 0,
  durationMs: 0,
  usage: Usage.zero,
  tokens: limit.tokens ?? null,
  tokensCharged: 0,
  unknownTokens: 0,
  overdraft: 0,
  nanoUsd: 0,
  checks: [],
  error
})
