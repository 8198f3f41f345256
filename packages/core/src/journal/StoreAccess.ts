/**
 * What all parts of a journal do with its store: run a transaction and name what went wrong in it, refuse, and write to
 * the chain of heads.
 */
import * as Effect from "effect/Effect"
import type { RunId } from "../domain/Ids.ts"
import { chainStart, entryHash, genesis } from "./HashChain.ts"
import { JournalError, type JournalErrorReason } from "./JournalError.ts"
import type { ChainEntry } from "./JournalEvent.ts"
import type { JournalStore } from "./JournalStore.ts"

export interface StoreAccess {
  readonly store: JournalStore
  readonly attempt: <A>(body: () => A) => Effect.Effect<A, JournalError>
  /** Fails what `attempt` runs. */
  readonly refuse: (reason: JournalErrorReason) => never
  /** The last entry of a run that is there; refuses one that is not, or was removed. */
  readonly lastEntryOf: (run: RunId) => ChainEntry
  readonly addEntry: (
    entry: Pick<ChainEntry, "run" | "kind" | "time" | "events">,
    head: (chain: string) => string
  ) => void
  /** Registers a run, or one that was closed again; refuses one that was removed. */
  readonly enter: (run: RunId, time: number) => void
}

export const make = (store: JournalStore): StoreAccess => {
  const refuse = (reason: JournalErrorReason): never => {
    throw new JournalError({ path: store.path, reason })
  }
  const present = (entry: ChainEntry): ChainEntry =>
    entry.kind === "Removed" ? refuse({ _tag: "Removed", run: entry.run, at: entry.time, events: entry.events }) : entry
  const addEntry: StoreAccess["addEntry"] = (entry, head) => {
    const last = store.lastEntry()
    const previous = last?.hash ?? chainStart
    const next = { ...entry, position: (last?.position ?? 0) + 1, head: head(previous) }
    store.addEntry({ ...next, hash: entryHash(previous, next) })
  }
  return {
    store,
    attempt: (body) =>
      Effect.suspend(() => {
        try {
          return Effect.succeed(body())
        } catch (thrown) {
          const error = store.explain(thrown)
          return error === undefined ? Effect.die(thrown) : Effect.fail(error)
        }
      }),
    refuse,
    lastEntryOf: (run) => present(store.lastEntryOf(run) ?? refuse({ _tag: "UnknownRun", run })),
    addEntry,
    enter: (run, time) => {
      const last = store.lastEntryOf(run)
      if (last === undefined) {
        addEntry({ run, kind: "Opened", time, events: 0 }, (chain) => genesis(run, chain))
      } else if (present(last).kind === "Closed") {
        addEntry({ run, kind: "Reopened", time, events: last.events }, () => last.head)
      }
    }
  }
}
