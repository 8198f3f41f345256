/**
 * Rows of a journal in this process's memory: for tests and for runs that leave no record.
 */
import type { RunId } from "../domain/Ids.ts"
import { JournalError } from "./JournalError.ts"
import type { ChainEntry, StoredEvent } from "./JournalEvent.ts"
import type { JournalStore } from "./JournalStore.ts"

export const make = (): JournalStore => {
  const chain: Array<ChainEntry> = []
  const runs = new Map<RunId, Array<StoredEvent>>()
  const entriesOf = (run: RunId) => chain.filter((entry) => entry.run === run)
  return {
    path: "memory",
    // The journal throws before it writes its first row, so there is nothing to roll back.
    write: (body) => body(),
    read: (body) => body(),
    version: () => 0,
    addEvent: (event) => {
      const events = runs.get(event.run)
      if (events === undefined) runs.set(event.run, [event])
      else events.push(event)
    },
    lastEvent: (run) => runs.get(run)?.at(-1),
    events: (run, fromSeq, limit) => (runs.get(run) ?? []).slice(Math.max(0, fromSeq - 1)).slice(0, limit),
    addEntry: (entry) => chain.push(entry),
    lastEntry: () => chain.at(-1),
    lastEntryOf: (run) => chain.findLast((entry) => entry.run === run),
    entriesOf,
    chain: () => chain,
    explain: (thrown) => (thrown instanceof JournalError ? thrown : undefined)
  }
}
