/**
 * The record of all runs: append-only events, each covered by a chain of hashes. It is the one source for resume, logs,
 * cost and live views, so nothing is reported that was not appended here first.
 *
 * `append` survives the death of the process; `barrier` also survives a loss of power. A request may leave after the
 * former; effects on the outside and acknowledgements wait for the latter.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import type * as Stream from "effect/Stream"
import type { AgentPath, RunId } from "../domain/Ids.ts"
import { JournalError } from "./JournalError.ts"
import type { JournalEntry, JournalEvent, RunSummary, Standing } from "./JournalEvent.ts"
import type { Holder } from "./Lease.ts"
import * as MemoryStore from "./MemoryStore.ts"
import type { Order, PostedOrder } from "./Order.ts"
import * as StoredJournal from "./StoredJournal.ts"

export type { Holder, JournalEntry, JournalEvent, Order, PostedOrder, RunSummary, Standing }
export { JournalError }

export interface JournalService {
  /** Registers a run; a run that was closed takes events again. Opening an open run changes nothing. */
  readonly open: (run: RunId) => Effect.Effect<void, JournalError>
  /**
   * Opens a run for its one writer, until the scope closes. Fails with reason Held while another one lives, in this
   * process too; takes over from one that is dead. Orders to stop that were meant for that one are void.
   */
  readonly hold: (run: RunId) => Effect.Effect<void, JournalError, Scope.Scope>
  /** Whether somebody writes to the run. */
  readonly standing: (run: RunId) => Effect.Effect<Standing, JournalError>
  /** All who hold a run and live. */
  readonly holders: Effect.Effect<ReadonlyArray<Holder & { readonly run: RunId }>, JournalError>
  /** Records all entries in one commit and returns the last event's number. Fails for a run that is not open, or is another's. */
  readonly append: (run: RunId, entries: ReadonlyArray<JournalEntry>) => Effect.Effect<number, JournalError>
  /** Returns once everything appended before is on the disk. Many waiters share one sync. */
  readonly barrier: Effect.Effect<void, JournalError>
  /**
   * The events from number `fromSeq` (1 unless given) to the last. With `types`, only those, and with `path`, only that
   * agent's: they are looked for in the store, and the others need not be read.
   */
  readonly read: (
    run: RunId,
    fromSeq?: number,
    types?: ReadonlyArray<string>,
    path?: AgentPath
  ) => Effect.Effect<ReadonlyArray<JournalEvent>, JournalError>
  /** The same of all agents, in pages: a run of a million events needs no memory for all. */
  readonly stream: (
    run: RunId,
    fromSeq?: number,
    types?: ReadonlyArray<string>
  ) => Stream.Stream<JournalEvent, JournalError>
  /** The same, then what is appended from now on, by any process; ends when the run is closed. Loses nothing, however slowly it is read. */
  readonly tail: (run: RunId, fromSeq?: number) => Stream.Stream<JournalEvent, JournalError>
  /** Ends a run and returns its head, which vouches for its events and for what the chain of heads held before it. */
  readonly close: (run: RunId) => Effect.Effect<string, JournalError>
  /** All runs that were not removed, newest first. */
  readonly list: Effect.Effect<ReadonlyArray<RunSummary>, JournalError>
  /** The newest `count` of them, and those before them that nobody has closed; the others are not looked at. */
  readonly latest: (count: number) => Effect.Effect<ReadonlyArray<RunSummary>, JournalError>
  /**
   * Removes a run's events; the chain of heads keeps its head and says that it was removed. Fails while it is held.
   * One that was cut short is finished by the next, of whichever run.
   */
  readonly remove: (run: RunId, isHeldForIt?: boolean) => Effect.Effect<void, JournalError>
  /** To the owner of a run, from any process; durable, each taken once, in order. Fails for a run that was closed. */
  readonly post: (run: RunId, order: Order) => Effect.Effect<void, JournalError>
  /** Orders that were not taken yet, oldest first; the owner takes one after its consequence is on record. */
  readonly orders: (run: RunId) => Effect.Effect<ReadonlyArray<PostedOrder>, JournalError>
  readonly taken: (run: RunId, id: number) => Effect.Effect<void, JournalError>
  /** Ends when there is an order that `orders` has not returned yet, within 250 ms for those of other processes. */
  readonly ordered: (run: RunId) => Effect.Effect<void, JournalError>
  /**
   * Recomputes the run's hashes and the chain of heads; fails with reason Corrupt at the first thing that does not fit,
   * and with reason Removed for a run that was removed.
   * `expectHead` is a head that `close` returned: only against it a cut tail is found when the chain was cut as well.
   */
  readonly verify: (
    run: RunId,
    expectHead?: string
  ) => Effect.Effect<{ readonly events: number; readonly head: string }, JournalError>
}

/** Typed access to the events of one namespace. */
export interface Namespace<A> {
  readonly append: (
    run: RunId,
    path: AgentPath,
    parent: AgentPath | null,
    ...bodies: ReadonlyArray<A>
  ) => Effect.Effect<number, JournalError, Journal>
  /** None for another namespace, another version, and a body that does not fit the schema. */
  readonly decode: (event: JournalEvent) => Option.Option<A>
}

export class Journal extends Context.Service<Journal, JournalService>()("@deputize/core/journal/Journal") {
  static override of(this: void, service: JournalService): JournalService
  /** The events of `namespace` in the shape of `schema`; raise `version` when old bodies no longer fit it. */
  static override of<A extends { readonly _tag: string }>(
    this: void,
    namespace: string,
    version: number,
    schema: Schema.Codec<A, unknown>
  ): Namespace<A>
  static override of<A extends { readonly _tag: string }>(
    this: void,
    ...args: readonly [JournalService] | readonly [string, number, Schema.Codec<A, unknown>]
  ): JournalService | Namespace<A> {
    return args.length === 1 ? args[0] : makeNamespace(...args)
  }

  /** Keeps its rows in this process; a barrier has nothing to wait for. */
  static readonly layerMemory: Layer.Layer<Journal> = Layer.effect(
    Journal,
    Effect.suspend(() => StoredJournal.make(MemoryStore.make(), Effect.void))
  )
}

// internal

const makeNamespace = <A extends { readonly _tag: string }>(
  namespace: string,
  version: number,
  schema: Schema.Codec<A, unknown>
): Namespace<A> => {
  const codec = Schema.toCodecJson(schema)
  const encode = Schema.encodeSync(codec)
  const decode = Schema.decodeUnknownOption(codec)
  return {
    append: Effect.fnUntraced(function* (run, path, parent, ...bodies) {
      const journal = yield* Journal
      const entries = bodies.map((body) => ({
        namespace,
        version,
        path,
        parent,
        body: tagged(body._tag, encode(body))
      }))
      return yield* journal.append(run, entries)
    }),
    decode: (event) => (event.namespace === namespace && event.version === version ? decode(event.body) : Option.none())
  }
}

/** A tagged union encodes to objects; the spread says so to the compiler, which only knows JSON. */
const tagged = (_tag: string, encoded: unknown) => ({ ...(typeof encoded === "object" ? encoded : {}), _tag })
