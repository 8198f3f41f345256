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
import type { AgentResult } from "../agent/AgentResult.ts"
import { Budget } from "../budget/Budget.ts"
import { isNamed, type RunId, rootPath } from "../domain/Ids.ts"
import { defaultDepth, defaultSpawned, defaultSpawnedAtOnce } from "../domain/Limits.ts"
import { Journal, type JournalError } from "../journal/Journal.ts"
import { Model } from "../model/Model.ts"
import { startTimeOf } from "../process/ProcessTable.ts"
import { resultsOf } from "./Results.ts"
import { RunJournal } from "./RunEvent.ts"
import { running } from "./Running.ts"
import type { RunRequest } from "./RunRequest.ts"
import { type RunResult, summarise } from "./RunResult.ts"
import { shares } from "./Shares.ts"
import { supervise } from "./Supervisor.ts"
import * as Unstarted from "./Unstarted.ts"

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
      deadlineMs: request.limits?.wallMs ?? null,
      maxParallel,
      maxAgents: total.agents ?? defaultSpawned,
      maxDepth: request.limits?.depth ?? defaultDepth,
      maxSpawnedAtOnce: request.maxSpawnedAtOnce ?? defaultSpawnedAtOnce,
      provider: model.provider,
      model: model.model,
      mode: model.mode,
      pid: process.pid,
      processStart: startTimeOf(process.pid)
    })
    yield* Effect.uninterruptibleMask((restore) =>
      Effect.gen(function* () {
        const exit = yield* Effect.exit(
          restore(supervise(yield* running(run, request, startedAt, maxParallel), places))
        )
        if (Exit.isFailure(exit) && !Cause.hasInterruptsOnly(exit.cause)) {
          yield* Effect.ignore(endBroken(run, startedAt))
          return yield* Effect.failCause(exit.cause)
        }
        const results = resultsOf(yield* journal.read(run))
        const agents = places.flatMap((place) => [
          results.of(place.path) ?? Unstarted.cancelled(place, place.request.model ?? model.model),
          ...results.below(place.path)
        ])
        const wallMs = Math.round((yield* Clock.currentTimeMillis) - startedAt)
        const { tokens } = yield* budget.used(rootPath)
        const summary = {
          run,
          wallMs,
          mode: model.mode,
          agents,
          budget: { tokens: { limit: total.tokens ?? null, used: tokens } },
          limitReached: wholeLimit(request, agents)
        }
        const { nanoUsd, status } = summarise({ ...summary, head: "" })
        yield* RunJournal.append(run, rootPath, null, { _tag: "Ended", status, wallMs, usedTokens: tokens, nanoUsd })
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

/** The run's own limit that ended it: its deadline, or a part of its budget that an agent found used up. */
const wholeLimit = (request: RunRequest, results: ReadonlyArray<AgentResult>): RunResult["limitReached"] => {
  const agents = results.filter(({ path }) => isNamed(path))
  const { nanoUsd, tokens, toolCalls, wallMs } = request.limits ?? {}
  const late = request.agents.some(({ definition, limits }, index) => {
    const error = agents[index]?.error
    // An agent's own limit of time is its own affair.
    return error?.tag === "DeadlineExceeded" && error.limitMs !== (limits?.wallMs ?? definition.limits.wallMs)
  })
  if (wallMs !== undefined && late) return "deadline"
  const limited = tokens !== undefined || nanoUsd !== undefined || toolCalls !== undefined
  const stopped = agents.some(({ error }) => error?.tag === "BudgetExceeded" && error.at === rootPath)
  return limited && stopped ? "budget" : null
}
