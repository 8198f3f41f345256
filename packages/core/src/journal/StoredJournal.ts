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
 *    the same transaction, that nobody else has written to it.
 * 5. Runs that this process opened are signalled; for those of other processes the tail looks again at intervals.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { AgentPath, type RunId } from "../domain/Ids.ts"
import { audit } from "./Audit.ts"
import { canonicalJson, chainStart, entryHash, eventHash, genesis } from "./HashChain.ts"
import type { JournalService } from "./Journal.ts"
import { JournalError, type JournalErrorReason } from "./JournalError.ts"
import type { ChainEntry, JournalEntry, JournalEvent, StoredEvent } from "./JournalEvent.ts"
import type { JournalStore } from "./JournalStore.ts"
import * as WakeUps from "./WakeUps.ts"

export const make = Effect.fnUntraced(function* (
  store: JournalStore,
  barrier: Effect.Effect<void, JournalError>
): Effect.fn.Return<JournalService, never, Scope.Scope> {
  const tails = yield* WakeUps.make
  const opened = new Set<RunId>()
  const ends = new Map<RunId, End & { readonly version: number }>()

  const attempt = <A>(body: () => A): Effect.Effect<A, JournalError> =>
    Effect.suspend(() => {
      try {
        return Effect.succeed(body())
      } catch (thrown) {
        const error = store.explain(thrown)
        return error === undefined ? Effect.die(thrown) : Effect.fail(error)
      }
    })
  const refuse = (reason: JournalErrorReason): never => {
    throw new JournalError({ path: store.path, reason })
  }
  const lastEntryOf = (run: RunId): ChainEntry => store.lastEntryOf(run) ?? refuse({ _tag: "UnknownRun", run })
  /** Of a run that takes events. */
  const endOf = (run: RunId, version: number): End => {
    const known = ends.get(run)
    if (known?.version === version) return known
    const { head, kind } = lastEntryOf(run)
    if (kind === "Closed") refuse({ _tag: "RunClosed", run })
    return store.lastEvent(run) ?? { hash: head, seq: 0 }
  }
  const chained = (entry: Pick<ChainEntry, "run" | "kind" | "time" | "events">, head: (chain: string) => string) => {
    const last = store.lastEntry()
    const previous = last?.hash ?? chainStart
    const next = { ...entry, position: (last?.position ?? 0) + 1, head: head(previous) }
    store.addEntry({ ...next, hash: entryHash(previous, next) })
  }
  const decoded = (event: StoredEvent): JournalEvent => {
    try {
      return { ...event, body: JSON.parse(event.body) }
    } catch {
      return refuse({ _tag: "Corrupt", run: event.run, seq: event.seq, what: "the body is not JSON" })
    }
  }

  const open = Effect.fn("Journal.open")(function* (run: RunId) {
    const time = Math.floor(yield* Clock.currentTimeMillis)
    yield* attempt(() => {
      store.write(() => {
        const last = store.lastEntryOf(run)
        if (last === undefined) {
          chained({ run, kind: "Opened", time, events: 0 }, (chain) => genesis(run, chain))
        } else if (last.kind === "Closed") {
          chained({ run, kind: "Reopened", time, events: last.events }, () => last.head)
        }
      })
      opened.add(run)
    })
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
        if (entry.kind === "Closed") return entry.head
        const last = store.lastEvent(run) ?? { hash: entry.head, seq: 0 }
        chained({ run, kind: "Closed", time, events: last.seq }, () => last.hash)
        return last.hash
      })
      ends.delete(run)
      tails.wake(run)
      return head
    })
  })

  const read = Effect.fn("Journal.read")((run: RunId, fromSeq = 1) =>
    attempt(() =>
      store.read(() => {
        lastEntryOf(run)
        return Array.from(store.events(run, fromSeq, Number.MAX_SAFE_INTEGER), decoded)
      })
    )
  )

  const tail = (run: RunId, fromSeq = 1): Stream.Stream<JournalEvent, JournalError> =>
    Stream.unwrap(
      Effect.gen(function* () {
        const signal = yield* tails.watch(run)
        const next = Effect.fnUntraced(function* (seq: number) {
          const page = yield* attempt(() =>
            store.read(() => ({
              closed: lastEntryOf(run).kind === "Closed",
              events: Array.from(store.events(run, seq, pageSize), decoded)
            }))
          )
          const last = page.events.at(-1)
          if (last !== undefined) return [page.events, Option.some(last.seq + 1)] as const
          if (page.closed) return [page.events, Option.none<number>()] as const
          yield* opened.has(run) ? signal : Effect.timeoutOption(signal, lookAgain)
          return [page.events, Option.some(seq)] as const
        })
        return Stream.paginate(fromSeq, next)
      })
    )

  const list = attempt(() =>
    store.read(() =>
      Array.from(store.chain())
        .filter((entry) => entry.kind === "Opened")
        .reverse()
        .map(({ head, run, time }) => {
          const last = store.lastEvent(run)
          return { run, startedAt: time, events: last?.seq ?? 0, head: last?.hash ?? head }
        })
    )
  )

  const verify = Effect.fn("Journal.verify")((run: RunId, expectHead?: string) =>
    attempt(() =>
      store.read(() => {
        const finding = audit({
          run,
          chain: store.chain(),
          events: store.events(run, 1, Number.MAX_SAFE_INTEGER),
          found: { entries: store.entriesOf(run), last: store.lastEvent(run) },
          expected: expectHead
        })
        switch (finding._tag) {
          case "Sound":
            return { events: finding.events, head: finding.head }
          case "Unknown":
            return refuse({ _tag: "UnknownRun", run })
          case "Damaged":
            return refuse({ _tag: "Corrupt", run, seq: finding.seq, what: finding.what })
        }
      })
    )
  )

  return { open, append, barrier, read, tail, close, list, verify }
})

// internal

/** The last event of a run, or number 0 with what the first one follows. */
interface End {
  readonly seq: number
  readonly hash: string
}

/** Events that a tail holds in memory at once. */
const pageSize = 256

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
