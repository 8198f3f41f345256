/**
 * The service that starts runs, takes them up again from their records, and hands out handles to follow, await and cancel
 * them. Everything an observer may want to know is in the journal; `events` only follows it.
 *
 * A run has one owner at a time: who conducts it holds it, from before its first event of this stretch until its last.
 */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Random from "effect/Random"
import * as Scope from "effect/Scope"
import type * as Stream from "effect/Stream"
import type { TokenCounter } from "../budget/TokenCounter.ts"
import type { AgentLoader } from "../definition/AgentLoader.ts"
import { makeRunId, type RunId } from "../domain/Ids.ts"
import type { Blobs } from "../journal/Blobs.ts"
import { Journal, type JournalError, type JournalEvent } from "../journal/Journal.ts"
import { Model } from "../model/Model.ts"
import type { ConfinedRoot } from "../workspace/ConfinedRoot.ts"
import type { WorktreeError } from "../worktree/WorktreeError.ts"
import { conduct } from "./Conduct.ts"
import { type Forecast, forecast } from "./Forecast.ts"
import { Grounds } from "./ground/Ground.ts"
import { type PriceUnknown, requirePrices, requirePricesBelow } from "./PriceUnknown.ts"
import type { RunRequest } from "./RunRequest.ts"
import type { RunResult } from "./RunResult.ts"
import type { NotResumable } from "./resume/NotResumable.ts"
import { type ResumeOptions, readResumption } from "./resume/Resumption.ts"
import { begun, type Undertaking } from "./Undertaking.ts"

export { NotResumable } from "./resume/NotResumable.ts"
export type { ResumeOptions } from "./resume/Resumption.ts"

export interface RunHandle {
  readonly run: RunId
  /** What is odd about it and stops nothing, a line each. */
  readonly warnings: ReadonlyArray<string>
  /** What has happened and what happens, until the run has ended. */
  readonly events: Stream.Stream<JournalEvent, JournalError>
  /** The result, once every agent has ended. */
  readonly wait: Effect.Effect<RunResult, JournalError | WorktreeError>
  /** Interrupts every agent and waits for the result, with what they had until then. */
  readonly cancel: Effect.Effect<RunResult, JournalError | WorktreeError>
}

export class Runtime extends Context.Service<
  Runtime,
  {
    /** Starts a run; closing the scope cancels it. */
    readonly start: (
      request: RunRequest
    ) => Effect.Effect<RunHandle, JournalError | PriceUnknown | WorktreeError, Scope.Scope>
    /**
     * Goes on with a run from its record, in this process or another than before; closing the scope cancels it. Fails
     * with JournalError of reason Held while somebody has it.
     */
    readonly resume: (
      run: RunId,
      options?: ResumeOptions
    ) => Effect.Effect<RunHandle, JournalError | PriceUnknown | NotResumable | WorktreeError, Scope.Scope>
    /** What a run would do and cost; nothing is sent and nothing recorded. */
    readonly forecast: (request: RunRequest) => Effect.Effect<Forecast>
  }
>()("@deputize/core/runtime/Runtime") {
  static readonly layer = Layer.effect(
    Runtime,
    Effect.gen(function* () {
      const services = yield* Effect.context<Journal | Blobs | Model | ConfinedRoot | TokenCounter | AgentLoader>()
      return Runtime.of({
        start: (request) => Effect.provideContext(start(request), services),
        resume: (run, options = {}) => Effect.provideContext(resume(run, options), services),
        forecast: (request) => Effect.provideContext(forecast(request), services)
      })
    })
  )
}

// internal

const start = Effect.fn("Runtime.start")(function* (request: RunRequest) {
  yield* requirePrices(request)
  const run = makeRunId(yield* Clock.currentTimeMillis, yield* Random.next)
  yield* Effect.flatMap(Grounds, ({ require }) => require(run, request))
  const lease = yield* hold(run)
  return yield* launch(begun(run, request, yield* Model), lease, [])
})

const resume = Effect.fn("Runtime.resume")(function* (run: RunId, options: ResumeOptions) {
  const journal = yield* Journal
  const look = Effect.gen(function* () {
    const found = yield* readResumption(run, options)
    yield* requirePrices(found.undertaking.request)
    yield* requirePricesBelow(found.undertaking.entrants)
    yield* Effect.flatMap(Grounds, ({ require }) => require(run, found.undertaking.request))
    return found
  })
  // What cannot go on is not even opened.
  const seen = yield* look
  const lease = yield* hold(run)
  const found = yield* Effect.flatMap(seen.isFresh, (isFresh) => (isFresh ? Effect.succeed(seen) : look)).pipe(
    // Somebody else has brought it to its end in between.
    Effect.tapError(() => Effect.andThen(Effect.ignore(journal.close(run)), Scope.close(lease, Exit.void)))
  )
  return yield* launch(found.undertaking, lease, found.warnings)
})

/** The right to write to a run, until the scope that it is held in closes; at the latest with that of the caller. */
const hold = Effect.fnUntraced(function* (run: RunId) {
  const lease = yield* Scope.fork(yield* Effect.scope)
  yield* Scope.provide((yield* Journal).hold(run), lease)
  return lease
})

const launch = Effect.fnUntraced(function* (
  undertaking: Undertaking,
  lease: Scope.Closeable,
  warnings: ReadonlyArray<string>
) {
  const { run } = undertaking
  const journal = yield* Journal
  const done = yield* Deferred.make<RunResult, JournalError | WorktreeError>()
  // Uninterruptible to its last step: whoever cancels it gets a result, and may then take the run up again.
  const fiber = yield* Effect.uninterruptibleMask((restore) =>
    Effect.gen(function* () {
      const exit = yield* Effect.exit(conduct(undertaking, restore))
      yield* Scope.close(lease, Exit.void)
      yield* Deferred.done(done, exit)
    })
  ).pipe(Effect.forkScoped({ startImmediately: true }))
  return {
    run,
    warnings,
    events: journal.tail(run),
    wait: Deferred.await(done),
    cancel: Effect.andThen(Fiber.interrupt(fiber), Deferred.await(done))
  } satisfies RunHandle
})
