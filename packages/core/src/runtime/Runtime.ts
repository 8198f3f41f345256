/**
 * The service that starts runs and hands out handles to follow, await and cancel them. Everything an observer may want
 * to know is in the journal; `events` only follows it.
 */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Random from "effect/Random"
import type * as Scope from "effect/Scope"
import type * as Stream from "effect/Stream"
import type { TokenCounter } from "../budget/TokenCounter.ts"
import type { AgentLoader } from "../definition/AgentLoader.ts"
import { makeRunId, type RunId } from "../domain/Ids.ts"
import type { Blobs } from "../journal/Blobs.ts"
import { Journal, type JournalError, type JournalEvent } from "../journal/Journal.ts"
import type { Model } from "../model/Model.ts"
import type { ConfinedRoot } from "../workspace/ConfinedRoot.ts"
import { conduct } from "./Conduct.ts"
import { type Forecast, forecast } from "./Forecast.ts"
import { type PriceUnknown, requirePrices } from "./PriceUnknown.ts"
import type { RunRequest } from "./RunRequest.ts"
import type { RunResult } from "./RunResult.ts"

export interface RunHandle {
  readonly run: RunId
  /** What has happened and what happens, until the run has ended. */
  readonly events: Stream.Stream<JournalEvent, JournalError>
  /** The result, once every agent has ended. */
  readonly wait: Effect.Effect<RunResult, JournalError>
  /** Interrupts every agent and waits for the result, with what they had until then. */
  readonly cancel: Effect.Effect<RunResult, JournalError>
}

export class Runtime extends Context.Service<
  Runtime,
  {
    /** Starts a run; closing the scope cancels it. */
    readonly start: (request: RunRequest) => Effect.Effect<RunHandle, JournalError | PriceUnknown, Scope.Scope>
    /** What a run would do and cost; nothing is sent and nothing recorded. */
    readonly forecast: (request: RunRequest) => Effect.Effect<Forecast>
  }
>()("@deputize/core/runtime/Runtime") {
  static readonly layer = Layer.effect(
    Runtime,
    Effect.gen(function* () {
      const services = yield* Effect.context<Journal | Blobs | Model | ConfinedRoot | TokenCounter | AgentLoader>()
      const start = Effect.fn("Runtime.start")(function* (request: RunRequest) {
        const journal = yield* Journal
        yield* requirePrices(request)
        const run = makeRunId(yield* Clock.currentTimeMillis, yield* Random.next)
        yield* journal.open(run)
        const done = yield* Deferred.make<RunResult, JournalError>()
        const fiber = yield* conduct(run, request, done).pipe(
          Effect.onError((cause) => Deferred.failCause(done, cause)),
          Effect.forkScoped({ startImmediately: true })
        )
        return {
          run,
          events: journal.tail(run),
          wait: Deferred.await(done),
          cancel: Effect.andThen(Fiber.interrupt(fiber), Deferred.await(done))
        } satisfies RunHandle
      })
      return Runtime.of({
        start: (request) => Effect.provideContext(start(request), services),
        forecast: (request) => Effect.provideContext(forecast(request), services)
      })
    })
  )
}
