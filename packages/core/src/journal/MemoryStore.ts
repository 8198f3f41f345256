/**
 * Rows of a journal in this process's memory: for tests and for runs that leave no record.
 */
import type { RunId } from "../domain/Ids.ts"
import { JournalError } from "./JournalError.ts"
import type { ChainEntry, StoredEvent } from "./JournalEvent.ts"
import type { JournalStore, StoredOrder } from "./JournalStore.ts"
import type { Lease } from "./Lease.ts"

export const make = (): JournalStore => {
  const chain: Array<ChainEntry> = []
  const runs = new Map<RunId, Array<StoredEvent>>()
  const leases = new Map<RunId, Lease>()
  const orders = new Map<number, StoredOrder>()
  let lastOrder = 0
  const entriesOf = (run: RunId) => chain.filter((entry) => entry.run === run)
  const presentRuns = () => {
    const last = new Map(chain.map((entry) => [entry.run, entry]))
    return chain
      .filter(({ kind }) => kind === "Opened")
      .map((opened) => ({ openedAt: opened.time, last: last.get(opened.run) ?? opened }))
      .filter(({ last }) => last.kind !== "Removed")
      .reverse()
  }
  return {
    path: "memory",
    isShared: false,
    // The journal throws before it writes its first row, so there is nothing to roll back.
    write: (body) => body(),
    read: (body) => body(),
    version: () => 0,
    addEvent: (event) => {
      const events = runs.get(event.run)
      if (events === undefined) runs.set(event.run, [event])
      else events.push(event)
    },
    end: (run) => {
      const last = runs.get(run)?.at(-1)
      const kind = chain.findLast((entry) => entry.run === run)?.kind
      if (last === undefined || kind === undefined) return undefined
      return { seq: last.seq, hash: last.hash, kind, token: leases.get(run)?.holder?.token ?? null }
    },
    lastEvent: (run) => runs.get(run)?.at(-1),
    events: (run, fromSeq, limit, types, path) => {
      const events = (runs.get(run) ?? []).slice(Math.max(0, fromSeq - 1))
      const isWanted = (event: StoredEvent) =>
        (types === undefined || types.includes(event.type)) && (path === undefined || event.path === path)
      return events.filter(isWanted).slice(0, limit)
    },
    removeEvents: (run, limit) => {
      const events = runs.get(run) ?? []
      return events.splice(Math.max(0, events.length - limit)).length
    },
    halfRemoved: () =>
      chain.flatMap(({ kind, run }) => (kind === "Removed" && runs.get(run)?.length !== 0 ? [run] : [])),
    addEntry: (entry) => chain.push(entry),
    lastEntry: () => chain.at(-1),
    lastEntryOf: (run) => chain.findLast((entry) => entry.run === run),
    newestRuns: (limit) => presentRuns().slice(0, limit),
    unclosedRuns: () => presentRuns().filter(({ last }) => last.kind !== "Closed"),
    entriesOf,
    chain: () => chain,
    lease: (run) => leases.get(run),
    leases: () => [...leases.values()],
    putLease: (lease) => leases.set(lease.run, lease),
    removeLease: (run) => leases.delete(run),
    addOrder: (order) => {
      lastOrder += 1
      orders.set(lastOrder, { ...order, id: lastOrder })
      return lastOrder
    },
    orders: () => [...orders.values()],
    removeOrder: (run, id) => {
      if (orders.get(id)?.run === run) orders.delete(id)
    },
    damage: () => undefined,
    explain: (thrown) => (thrown instanceof JournalError ? thrown : undefined)
  }
}
