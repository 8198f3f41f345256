/**
 * What a journal needs of the place that keeps its rows. Synchronous, so that numbering an event and committing it
 * leave no gap in which another fiber could come between.
 */
import type { RunId } from "../domain/Ids.ts"
import type { JournalError } from "./JournalError.ts"
import type { ChainEntry, StoredEvent } from "./JournalEvent.ts"

export interface JournalStore {
  /** The file, or `memory`: stands in errors. */
  readonly path: string
  /** Runs `body` as one transaction that shuts out every other writer; all of it is kept or, when it throws, nothing. */
  readonly write: <A>(body: () => A) => A
  /** Runs `body` on one unchanging view of the rows. */
  readonly read: <A>(body: () => A) => A
  /** Asked within a transaction: the same number as long as nobody else has written since this store was opened. */
  readonly version: () => number
  readonly addEvent: (event: StoredEvent) => void
  readonly lastEvent: (run: RunId) => { readonly seq: number; readonly hash: string } | undefined
  /** From `fromSeq` in order, at most `limit`. */
  readonly events: (run: RunId, fromSeq: number, limit: number) => Iterable<StoredEvent>
  readonly addEntry: (entry: ChainEntry) => void
  readonly lastEntry: () => ChainEntry | undefined
  readonly lastEntryOf: (run: RunId) => ChainEntry | undefined
  readonly entriesOf: (run: RunId) => ReadonlyArray<ChainEntry>
  /** The whole chain of heads in order. */
  readonly chain: () => Iterable<ChainEntry>
  /** Names the failure behind something thrown by the functions above; undefined when it is a defect. */
  readonly explain: (thrown: unknown) => JournalError | undefined
}
