/**
 * A journal over any store of rows: numbers and chains the events, wakes the tails, audits.
 *
 * Invariants:
 * 1. An event's number and hash are taken in the transaction that writes it, so two processes never give out one twice.
 * 2. A tail carries no events, only the number of the next one: each wake-up makes it read on in the store. A slow
 *    reader therefore costs nothing and misses nothing.
 * 3. A tail asks whether the run is closed on the same view of the rows that it reads events from, and registers for
 *    wake-ups before its first read: an event between a read and the wait leaves a signal behind.
 * 4. Where a run goes on is remembered from this process's last append to it, and holds for as long as the store says, in
 *    the same transaction, that nobody else has written to it. So does that the run is this journal's to write to.
 * 5. What this journal appends is signalled; where other processes write as well, the tail looks again at intervals.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { AgentPath, type RunId } from "../domain/Ids.ts"
import { canonicalJson, eventHash } from "./HashChain.ts"
import type { JournalService } from "./Journal.ts"
import type { JournalError } from "./JournalError.ts"
import type { JournalEntry, JournalEvent, RunSummary, StoredEvent } from "./JournalEvent.ts"
import type { JournalStore, RunEntries } from "./JournalStore.ts"
import { type Here, here } from "./Lease.ts"
import * as Leases from "./Leases.ts"
import * as OrderBook from "./OrderBook.ts"
import * as StoreAccess from "./StoreAccess.ts"
import * as Verification from "./Verification.ts"
import * as WakeUps from "./WakeUps.ts"

export const make = Effect.fnUntraced(function* (
  store: JournalStore,
  barrier: Effect.Effect<void, JournalError>,
  from: Here = here()
): Effect.fn.Return<JournalService, never, Scope.Scope> {
  const access = StoreAccess.make(store)
  const { addEntry, attempt, enter, lastEntryOf, refuse } = access
  const tails = yield* WakeUps.make
  const leases = Leases.make(access, from)
  const book = OrderBook.make(access, leases, yield* WakeUps.make)
  const ends = new Map<RunId, End & { readonly version: number }>()

  /** Of a run that takes events from here. */
  const endOf = (run: RunId, version: number): End => {
    const known = ends.get(run)
    if (known?.version === version) return known
    const end = store.end(run)
    if ((end?.kind === "Opened" || end?.kind === "Reopened") && leases.mayWrite(run, end.token)) return end
    const { head, kind } = lastEntryOf(run)
    leases.check(run)
    if (kind === "Closed") refuse({ _tag: "RunClosed", run })
    return store.lastEvent(run) ?? { hash: head, seq: 0 }
  }
  const decoded = (event: StoredEvent): JournalEvent => {
    try {
      return { ...event, body: JSON.parse(event.body) }
    } catch {
      return refuse({ _tag: "Corrupt", run: event.run, seq: event.seq, what: "the body is not JSON" })
    }
  }
  const page = (run: RunId, fromSeq: number, limit: number, types?: ReadonlyArray<string>, path?: AgentPath) => ({
    closed: lastEntryOf(run).kind === "Closed",
    events: Array.from(store.events(run, fromSeq, limit, types, path), decoded)
  })

  const open = Effect.fn("Journal.open")(function* (run: RunId) {
    const time = Math.floor(yield* Clock.currentTimeMillis)
    yield* attempt(() => store.write(() => enter(run, time)))
  })

  const append = Effect.fnUntraced(function* (run: RunId, entries: ReadonlyArray<JournalEntry>) {
    const time = Math.floor(yield* Clock.currentTimeMillis)
    const drafts = entries.map(draft)
    return yield* attempt(() => {
      const end = store.write(() => {
        const version = store.version()
        let { hash, seq } = endOf(run, version)
        for (const fields of drafts) {
          seq += 1
          const event = { ...fields, run, seq, time }
          hash = eventHash(hash, event)
          store.addEvent({ ...event, hash })
        }
        return { hash, seq, version }
      })
      ends.set(run, end)
      tails.wake(run)
      return end.seq
    })
  })

  const close = Effect.fn("Journal.close")(function* (run: RunId) {
    const time = Math.floor(yield* Clock.currentTimeMillis)
    return yield* attempt(() => {
      const head = store.write(() => {
        const entry = lastEntryOf(run)
        leases.check(run)
        if (entry.kind === "Closed") return entry.head
        const last = store.lastEvent(run) ?? { hash: entry.head, seq: 0 }
        addEntry({ run, kind: "Closed", time, events: last.seq }, () => last.hash)
        return last.hash
      })
      ends.delete(run)
      tails.wake(run)
      return head
    })
  })

  const read = Effect.fn("Journal.read")((run: RunId, fromSeq = 1, types?: ReadonlyArray<string>, path?: AgentPath) =>
    attempt(() => store.read(() => page(run, fromSeq, Number.MAX_SAFE_INTEGER, types, path).events))
  )

  const stream = (run: RunId, fromSeq = 1, types?: ReadonlyArray<string>): Stream.Stream<JournalEvent, JournalError> =>
    Stream.paginate(fromSeq, (seq) =>
      Effect.map(
        attempt(() => store.read(() => page(run, seq, pageSize, types).events)),
        (events) => {
          const last = events.length < pageSize ? undefined : events.at(-1)
          return [events, last === undefined ? Option.none<number>() : Option.some(last.seq + 1)] as const
        }
      )
    )

  const tail = (run: RunId, fromSeq = 1): Stream.Stream<JournalEvent, JournalError> =>
    Stream.unwrap(
      Effect.gen(function* () {
        const signal = yield* tails.watch(run)
        const next = Effect.fnUntraced(function* (seq: number) {
          const { closed, events } = yield* attempt(() => store.read(() => page(run, seq, pageSize)))
          const last = events.at(-1)
          if (last !== undefined) return [events, Option.some(last.seq + 1)] as const
          if (closed) return [events, Option.none<number>()] as const
          yield* store.isShared ? Effect.timeoutOption(signal, lookAgain) : signal
          return [events, Option.some(seq)] as const
        })
        return Stream.paginate(fromSeq, next)
      })
    )

  const latest = Effect.fn("Journal.latest")(function* (count: number) {
    const now = yield* Clock.currentTimeMillis
    return yield* attempt(() =>
      store.read(() => {
        const standingOf = leases.standings(now)
        const summary = ({ last: { events, head, kind, run }, openedAt }: RunEntries): RunSummary => {
          if (kind === "Closed") return { run, startedAt: openedAt, events, head, standing: "closed" }
          const end = store.lastEvent(run) ?? { seq: 0, hash: head }
          return { run, startedAt: openedAt, events: end.seq, head: end.hash, standing: standingOf(run) }
        }
        const newest = store.newestRuns(count)
        const shown = new Set(newest.map(({ last }) => last.run))
        const older = newest.length < count ? [] : store.unclosedRuns().filter(({ last }) => !shown.has(last.run))
        return [...newest, ...older].map(summary)
      })
    )
  })

  const standing = Effect.fn("Journal.standing")(function* (run: RunId) {
    const now = yield* Clock.currentTimeMillis
    return yield* attempt(() =>
      store.read(() => (lastEntryOf(run).kind === "Closed" ? "closed" : leases.standings(now)(run)))
    )
  })

  const remove = Effect.fn("Journal.remove")(function* (run: RunId, isHeldForIt = false) {
    const time = Math.floor(yield* Clock.currentTimeMillis)
    yield* attempt(() => {
      store.write(() => {
        const last = store.lastEntryOf(run)
        if (last?.kind === "Removed") return
        const entry = lastEntryOf(run)
        const holder = leases.livingHolder(run, time)
        // Who removes a run may hold it, so that nobody takes it up meanwhile.
        if (holder !== null && !(isHeldForIt && leases.mayWrite(run, holder.token)))
          refuse({ _tag: "Held", run, pid: holder.pid, since: holder.since })
        const end = store.lastEvent(run) ?? { hash: entry.head, seq: 0 }
        addEntry({ run, kind: "Removed", time, events: end.seq }, () => end.hash)
        store.removeLease(run)
        for (const order of store.orders()) if (order.run === run) store.removeOrder(run, order.id)
      })
      ends.delete(run)
      tails.wake(run)
    })
    for (const removed of yield* attempt(() => store.read(store.halfRemoved))) {
      const removeSome = attempt(() => store.write(() => store.removeEvents(removed, removedAtOnce)))
      yield* Effect.repeat(Effect.andThen(Effect.yieldNow, removeSome), { until: (count) => count === 0 })
    }
  })

  const verify = Verification.make(access)
  const { hold, holders } = leases
  const list = latest(Number.POSITIVE_INFINITY)
  const reading = { read, stream, tail, list, latest, standing, holders, verify }
  return { open, hold, append, barrier, close, remove, ...reading, ...book }
})

// internal

/** The last event of a run, or number 0 with what the first one follows. */
interface End {
  readonly seq: number
  readonly hash: string
}

/** Events that a tail or a stream holds in memory at once. */
const pageSize = 256

/** Events that one commit takes away: the next writer waits for no more. */
const removedAtOnce = 2_000

/** How often a tail looks for events of a run that another process writes. */
const lookAgain = "250 millis"

/** What is known of an event before its transaction; the costly text is made outside the lock. */
const draft = ({ body, namespace, parent, path, version }: JournalEntry) => ({
  namespace: namespace.toWellFormed(),
  version,
  path: wellFormed(path),
  parent: parent === null ? null : wellFormed(parent),
  type: body._tag.toWellFormed(),
  body: canonicalJson(body)
})

/** A lone surrogate cannot be stored as UTF-8 and would come back as another character than was hashed. */
const wellFormed = (path: AgentPath): AgentPath => (path.isWellFormed() ? path : AgentPath.make(path.toWellFormed()))
