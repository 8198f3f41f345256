/**
 * What a journal needs of the place that keeps its rows. Synchronous, so that numbering an event and committing it
 * leave no gap in which another fiber could come between.
 */
import type { AgentPath, RunId } from "../domain/Ids.ts"
import type { JournalError } from "./JournalError.ts"
import type { ChainEntry, StoredEvent } from "./JournalEvent.ts"
import type { Lease } from "./Lease.ts"

export interface JournalStore {
  /** The file, or `memory`: stands in errors. */
  readonly path: string
  /** Whether other processes may write to it. */
  readonly isShared: boolean
  /** Runs `body` as one transaction that shuts out every other writer; all of it is kept or, when it throws, nothing. */
  readonly write: <A>(body: () => A) => A
  /** Runs `body` on one unchanging view of the rows. */
  readonly read: <A>(body: () => A) => A
  /** Asked within a transaction: the same number as long as nobody else has written since this store was opened. */
  readonly version: () => number
  readonly addEvent: (event: StoredEvent) => void
  /** Of a run with events: its last one, and what says whether another may follow. At one look, for every append. */
  readonly end: (run: RunId) => RunEnd | undefined
  readonly lastEvent: (run: RunId) => { readonly seq: number; readonly hash: string } | undefined
  /** From `fromSeq` in order, at most `limit`, only of these types and of this agent where they are given. */
  readonly events: (
    run: RunId,
    fromSeq: number,
    limit: number,
    types?: ReadonlyArray<string>,
    path?: AgentPath
  ) => Iterable<StoredEvent>
  /** Takes away the last events, at most `limit`, and says how many there were. */
  readonly removeEvents: (run: RunId, limit: number) => number
  /** Removed runs that still have events: their removal was cut short. */
  readonly halfRemoved: () => ReadonlyArray<RunId>
  readonly addEntry: (entry: ChainEntry) => void
  readonly lastEntry: () => ChainEntry | undefined
  readonly lastEntryOf: (run: RunId) => ChainEntry | undefined
  /** The newest runs that were not removed, newest first, at most `limit`. */
  readonly newestRuns: (limit: number) => ReadonlyArray<RunEntries>
  /** Those that are neither closed nor removed, newest first. */
  readonly unclosedRuns: () => ReadonlyArray<RunEntries>
  readonly entriesOf: (run: RunId) => ReadonlyArray<ChainEntry>
  /** The whole chain of heads in order. */
  readonly chain: () => Iterable<ChainEntry>
  readonly lease: (run: RunId) => Lease | undefined
  /** All of them: few, because runs that were closed have none. Unlike the look-up, it misses no damaged one. */
  readonly leases: () => ReadonlyArray<Lease>
  readonly putLease: (lease: Lease) => void
  readonly removeLease: (run: RunId) => void
  /** Returns its number, which no order had before. */
  readonly addOrder: (order: Omit<StoredOrder, "id">) => number
  /** All of them in their order: few, because those that were taken are removed. */
  readonly orders: () => ReadonlyArray<StoredOrder>
  readonly removeOrder: (run: RunId, id: number) => void
  /** What is wrong with leases and orders as they lie in the store; no chain of hashes covers them. */
  readonly damage: () => string | undefined
  /** Names the failure behind something thrown by the functions above; undefined when it is a defect. */
  readonly explain: (thrown: unknown) => JournalError | undefined
}

export interface RunEnd {
  readonly seq: number
  readonly hash: string
  /** Of its last entry in the chain of heads. */
  readonly kind: ChainEntry["kind"]
  /** Of its lease; null when nobody holds it. */
  readonly token: string | null
}

/** What the chain of heads says of a run: when it was opened first, and its last entry. */
export interface RunEntries {
  readonly openedAt: number
  readonly last: ChainEntry
}

/** An order as it lies in a store: the body is canonical JSON text. */
export interface StoredOrder {
  readonly run: RunId
  readonly id: number
  /** Milliseconds since 1970. */
  readonly time: number
  readonly body: string
}
