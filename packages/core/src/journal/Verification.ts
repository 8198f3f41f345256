/**
 * Lets the audit look at a run in a store. Page by page, each in a transaction of its own: a run of a million events
 * neither fills the memory nor stops everything else for as long as it takes.
 */
import * as Effect from "effect/Effect"
import type { RunId } from "../domain/Ids.ts"
import { audit } from "./Audit.ts"
import type { JournalError } from "./JournalError.ts"
import type { StoreAccess } from "./StoreAccess.ts"

/** As `verify` of the journal. */
export const make = ({ attempt, refuse, store }: StoreAccess) => {
  const inquire = Effect.fnUntraced(function* (run: RunId, expected: string | undefined) {
    const { entries, inquiry, start } = yield* attempt(() =>
      store.read(() => {
        const damage = store.damage()
        if (damage !== undefined) refuse({ _tag: "Corrupt", run: null, seq: null, what: damage })
        const entries = store.entriesOf(run)
        const inquiry = audit({ run, entries, chain: store.chain(), expected })
        return { entries, inquiry, start: inquiry.next() }
      })
    )
    let step = start
    while (step.done !== true) {
      const from = step.value
      yield* Effect.yieldNow
      const page = yield* attempt(() =>
        store.read(() => ({ events: Array.from(store.events(run, from, pageSize)), last: store.lastEvent(run) }))
      )
      step = inquiry.next(page)
    }
    return { finding: step.value, lastEntry: entries.at(-1)?.hash }
  })

  return Effect.fn("Journal.verify")(function* (
    run: RunId,
    expected?: string
  ): Effect.fn.Return<{ readonly events: number; readonly head: string }, JournalError> {
    for (;;) {
      const { finding, lastEntry } = yield* inquire(run, expected)
      const outcome = yield* attempt(() => {
        switch (finding._tag) {
          case "Sound":
            return { events: finding.events, head: finding.head }
          case "Unknown":
            return refuse({ _tag: "UnknownRun", run })
          case "Removed":
            return refuse({ _tag: "Removed", run, at: finding.at, events: finding.events })
          case "Damaged":
            // Closed, opened again or removed by another process in between, it is another run than was begun with.
            if (store.read(() => store.entriesOf(run)).at(-1)?.hash !== lastEntry) return undefined
            return refuse({ _tag: "Corrupt", run, seq: finding.seq, what: finding.what })
        }
      })
      if (outcome !== undefined) return outcome
    }
  })
}

// internal

const pageSize = 256
