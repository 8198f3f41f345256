/**
 * A run as a handle for callers of promises: follow it, await its result, cancel it.
 *
 * 1. An agent that failed, was paused or cancelled is a result, not an exception: `result()` rejects only when there is
 *    none, with one of `RunError`, or with what `onEvent` threw.
 * 2. Nobody has to listen: a rejection that no caller asked for is not an unhandled one.
 * 3. Cancelling, by `cancel`, the signal, `close` or `await using`, keeps what the agents had until then, and ends only
 *    when all of it is on record.
 */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type { AgentLoader, AgentNotFound } from "../definition/AgentLoader.ts"
import type { DefinitionError } from "../definition/DefinitionError.ts"
import type { RunId } from "../domain/Ids.ts"
import { type Recorded, recorded } from "../history/Fact.ts"
import type { Journal, JournalError } from "../journal/Journal.ts"
import type { PriceUnknown } from "../runtime/PriceUnknown.ts"
import type { RunResult } from "../runtime/RunResult.ts"
import type { NotResumable, RunHandle, Runtime } from "../runtime/Runtime.ts"
import type { WorktreeError } from "../worktree/WorktreeError.ts"
import type { RequestInvalid } from "./Delegation.ts"

/** The `Deputize` that the call was made to has been closed. */
export class DeputizeClosed extends Schema.TaggedError<DeputizeClosed>()("DeputizeClosed", {}) {
  override get message(): string {
    return "this Deputize is closed"
  }
  get hint(): string {
    return "Open another one, or close it only after the last run."
  }
}

/** Why there is no result: nothing was started, or the record could not be kept. Each is an `Error` with `_tag` and `hint`. */
export type RunError =
  | RequestInvalid
  | AgentNotFound
  | DefinitionError
  | PriceUnknown
  | NotResumable
  | WorktreeError
  | JournalError
  | DeputizeClosed

export interface Started {
  readonly run: RunId
  /** What is odd about the request and stops nothing, a line each. */
  readonly warnings: ReadonlyArray<string>
}

export interface Run extends AsyncDisposable {
  /** Resolves as soon as the run is on record. Rejects with a `RunError`. */
  readonly started: () => Promise<Started>
  /** Resolves when every agent has ended, and `onEvent` with it. */
  readonly result: () => Promise<RunResult>
  /** What has happened and what happens, from the first event for each loop. Ends with the run; early when all is closed. */
  readonly events: AsyncIterable<Recorded>
  /** Ends every agent; resolves with the result once it is on record. A run that has ended stays as it is. */
  readonly cancel: () => Promise<RunResult>
}

export interface Following {
  /** Its abort cancels the run. */
  readonly signal?: AbortSignal
  /** Called with each event in order, and awaited. What it throws cancels the run, and `result()` rejects with it. */
  readonly onEvent?: (event: Recorded) => void | Promise<void>
}

/** Runs on the services of an open `Deputize`; rejects with what the effect failed with. */
export type Runner = <A, E>(effect: Effect.Effect<A, E, Runtime | AgentLoader | Journal>) => Promise<A>

/** Begins a run, or goes on with one. */
type Beginning = Effect.Effect<Begun, RunError, AgentLoader | Runtime | Scope.Scope>

/** Starts at once. `closing` ends what is still following events. */
export const startRun = (
  run: Runner,
  begin: Beginning,
  { onEvent, signal }: Following,
  closing: Effect.Effect<void>
): Run => {
  const beginning = Deferred.makeUnsafe<Begun, RunError>()
  const result = run(conduct(begin, beginning, onEvent, closing))
  const begun = () => run(Deferred.await(beginning))
  // It does not wait for `onEvent`, which may be where it is called.
  const cancel = async () => run((await begun()).handle.cancel)
  const abort = () => void cancel().catch(ignore)
  if (signal?.aborted === true) abort()
  signal?.addEventListener("abort", abort, { once: true })
  const unfollow = () => signal?.removeEventListener("abort", abort)
  // Handled here, so that it is no unhandled rejection where nobody asks for it.
  result.then(unfollow, unfollow)

  const events = Stream.unwrap(Effect.map(Deferred.await(beginning), ({ handle }) => handle.events)).pipe(
    Stream.map(recorded),
    Stream.interruptWhen(closing)
  )
  return {
    started: async () => {
      const { handle, warnings } = await begun()
      return { run: handle.run, warnings }
    },
    result: () => result,
    events: Stream.toAsyncIterable(events),
    cancel,
    // A run that never started has nothing to end.
    [Symbol.asyncDispose]: async () => void (await cancel().catch(ignore))
  }
}

// internal

const ignore = () => undefined

interface Begun {
  readonly handle: RunHandle
  readonly warnings: ReadonlyArray<string>
}

const conduct = Effect.fnUntraced(function* (
  begin: Beginning,
  beginning: Deferred.Deferred<Begun, RunError>,
  onEvent: Following["onEvent"],
  closing: Effect.Effect<void>
) {
  const { handle } = yield* Effect.onExit(begin, (exit) => Deferred.done(beginning, exit))
  const follower = onEvent === undefined ? undefined : yield* Effect.forkScoped(follow(handle, onEvent))
  const result = yield* handle.wait
  if (follower !== undefined) yield* Effect.raceFirst(Fiber.join(follower), closing)
  return result
}, Effect.scoped)

const follow = (handle: RunHandle, onEvent: NonNullable<Following["onEvent"]>) =>
  Stream.runForEach(handle.events, (event) =>
    Effect.tryPromise({ try: async () => onEvent(recorded(event)), catch: (thrown) => thrown })
  ).pipe(Effect.tapError(() => Effect.ignore(handle.cancel)))
