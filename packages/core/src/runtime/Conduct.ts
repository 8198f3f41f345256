/**
 * One stretch of a run, from its first event, or from where it is taken up again, to its end: budget tree, agents, result.
 *
 * However it ends, by completion, limit, failure or interruption, the record is ended and closed, and the result is made
 * from what the record holds, with all stretches before.
 */

import * as Cause from "effect/Cause"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import type { AgentResult } from "../agent/AgentResult.ts"
import { Budget } from "../budget/Budget.ts"
import { elapsed } from "../domain/Elapsed.ts"
import { type AgentPath, type RunId, rootPath } from "../domain/Ids.ts"
import { Journal } from "../journal/Journal.ts"
import { Model, type ModelFacts } from "../model/Model.ts"
import { Grounds } from "./ground/Ground.ts"
import { type Entrant, familyOf } from "./plan/Entrant.ts"
import { running } from "./plan/Running.ts"
import * as Unstarted from "./plan/Unstarted.ts"
import { readResults } from "./Results.ts"
import { RunJournal } from "./RunEvent.ts"
import { summarise } from "./RunResult.ts"
import { stopOrdered } from "./team/Orders.ts"
import { runAgents } from "./team/RunAgents.ts"
import type { Undertaking } from "./Undertaking.ts"
import { limitReached } from "./WholeLimit.ts"

/** Gives a result also when it is interrupted: what `restore` makes interruptible is what can be. */
export const conduct = Effect.fn("conduct")(function* (
  undertaking: Undertaking,
  restore: <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
) {
  const { before, deadlineMs, entrants, limited, onUnknown, request, run, total, used, workedMs } = undertaking
  return yield* Effect.gen(function* () {
    const journal = yield* Journal
    const model = yield* Model
    const budget = yield* Budget
    const startedAt = yield* elapsed
    const wallMs = Effect.map(elapsed, (now) => Math.round(workedMs + now - startedAt))
    /** A run that a fault of ours or of the disk has ended is still ended for those who follow it. */
    const endBroken = Effect.gen(function* () {
      const { tokens } = yield* budget.used(rootPath)
      const ended = { status: "failed", wallMs: yield* wallMs, usedTokens: tokens, nanoUsd: null } as const
      yield* RunJournal.append(run, rootPath, null, { _tag: "Ended", ...ended })
      yield* journal.close(run)
    })
    return yield* Effect.gen(function* () {
      yield* RunJournal.append(run, rootPath, null, ...undertaking.facts)
      for (const id of undertaking.orders) yield* journal.taken(run, id)
      const deadline = deadlineMs === null ? null : startedAt + deadlineMs
      const around = yield* running(run, request, { deadline, onUnknown, limited })
      const ground = yield* Effect.flatMap(Grounds, ({ ofRun }) => ofRun(run, request))
      const exit = yield* Effect.exit(restore(runAgents(around, { entrants, before, ground })))
      const endedAt = yield* elapsed
      const isCut = Exit.isFailure(exit)
      if (isCut && !Cause.hasInterruptsOnly(exit.cause)) return yield* Effect.failCause(exit.cause)
      const absent = absentees(entrants, (name) => model.facts(name ?? model.model))
      const results = yield* readResults(run, (path) => absent.get(path)?.())
      const named = entrants.flatMap(({ place }) => results.of(place.path) ?? [])
      const merges = yield* untilStopped(run, ground.finish(named, { isCut }), restore)
      const { tokens } = yield* budget.used(rootPath)
      const reached = { limitReached: limitReached({ ...around, now: endedAt }, undertaking, results), merges }
      const summary = {
        ...reached,
        run,
        wallMs: yield* wallMs,
        mode: model.mode,
        agents: named.flatMap((result) => [result, ...results.below(result.path)]),
        budget: { tokens: { limit: total.tokens ?? null, used: tokens } }
      }
      const { nanoUsd, status } = summarise({ ...summary, head: "" })
      const ended = { status, wallMs: summary.wallMs, usedTokens: tokens, nanoUsd, ...reached }
      yield* RunJournal.append(run, rootPath, null, { _tag: "Ended", ...ended })
      const head = yield* journal.close(run)
      yield* journal.barrier
      return summarise({ ...summary, head })
    }).pipe(Effect.onError(() => Effect.ignore(endBroken)))
  }).pipe(Effect.provide(Budget.layer(total, used)), Effect.scoped)
})

// internal

/** Checks of what is merged may take long: whoever wants the run to end cuts them. */
const untilStopped = Effect.fnUntraced(function* <A, E, R>(
  run: RunId,
  finish: Effect.Effect<A, E, R>,
  restore: <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
) {
  const finished = yield* Deferred.make<A, E>()
  const finishing = yield* Effect.forkChild(
    Effect.uninterruptible(Effect.onExit(finish, (exit) => Deferred.done(finished, exit))),
    { startImmediately: true }
  )
  const ordered = Effect.ignore(Effect.andThen(stopOrdered(run), Fiber.interrupt(finishing)))
  const listening = yield* Effect.forkChild(Effect.interruptible(ordered))
  yield* Effect.exit(restore(Deferred.await(finished)))
  yield* Fiber.interruptAll([finishing, listening])
  return yield* Deferred.await(finished)
})

/**
 * What is told of those who had begun before, and did not come to go on. On record they have no end: so they can still go
 * on.
 */
const absentees = (
  entrants: ReadonlyArray<Entrant>,
  modelOf: (name: string | undefined) => ModelFacts
): ReadonlyMap<AgentPath, () => AgentResult> =>
  new Map(
    entrants
      .flatMap((entrant) => [...familyOf(entrant)])
      .map((entrant) => [entrant.place.path, () => Unstarted.cancelled(entrant, modelOf(entrant.place.request.model))])
  )
