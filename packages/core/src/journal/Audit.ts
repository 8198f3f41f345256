/**
 * Finds what does not fit in a run's record: a changed field, a missing event, a cut tail, a run taken out of the chain
 * of heads. Pure: takes what a store returned, page by page, says the first thing that is wrong.
 */
import type { RunId } from "../domain/Ids.ts"
import { chainStart, entryHash, eventHash, genesis } from "./HashChain.ts"
import type { ChainEntry, StoredEvent } from "./JournalEvent.ts"

export interface Evidence {
  readonly run: RunId
  /** The whole chain of heads in order. */
  readonly chain: Iterable<ChainEntry>
  /** The run's part of the chain as the store's look-up finds it; it must agree with the chain. */
  readonly entries: ReadonlyArray<ChainEntry>
  /** The head that was printed when the run ended. */
  readonly expected: string | undefined
}

/** Some of a run's events, none where there are no more, and its last event as the store's look-up finds it then. */
export interface AuditPage {
  readonly events: ReadonlyArray<StoredEvent>
  readonly last: { readonly seq: number } | undefined
}

export type Finding =
  | { readonly _tag: "Sound"; readonly events: number; readonly head: string }
  | { readonly _tag: "Unknown" }
  | { readonly _tag: "Removed"; readonly at: number; readonly events: number }
  | { readonly _tag: "Damaged"; readonly seq: number | null; readonly what: string }

/** Yields the number of the event from which on it is to be given a page. */
export function* audit(evidence: Evidence): Generator<number, Finding, AuditPage> {
  const chain = auditChain(evidence)
  if (chain._tag === "Damaged") return chain
  const { entries } = chain
  const [opened] = entries
  const last = entries.at(-1)
  if (opened === undefined || last === undefined) {
    if (evidence.entries.length > 0)
      return damaged(null, "the index of runs names a run that the chain of heads does not")
    return evidence.expected === undefined
      ? { _tag: "Unknown" }
      : damaged(null, "the run is not in the journal any more")
  }
  if (evidence.entries.map(({ hash }) => hash).join() !== entries.map(({ hash }) => hash).join()) {
    return damaged(null, "the index of runs does not agree with the chain of heads")
  }
  const { expected } = evidence
  const isVouched = entries.some(({ head, kind }) => kind !== "Opened" && head === expected)
  if (last.kind === "Removed") {
    return expected === undefined || isVouched
      ? { _tag: "Removed", at: last.time, events: last.events }
      : damaged(null, `the head was ${last.head} when the run was removed, not ${expected} as expected`)
  }
  const marks = new Map(entries.map((entry) => [entry.events, entry.head]))
  let head = opened.head
  let events = 0
  let page = yield 1
  for (; page.events.length > 0; page = yield events + 1) {
    for (const event of page.events) {
      if (event.seq !== events + 1) return damaged(events + 1, "the event is missing")
      if (!isJsonObject(event.body)) return damaged(event.seq, "the body is not a JSON object")
      if (eventHash(head, event) !== event.hash) return damaged(event.seq, "the event was changed")
      head = event.hash
      events = event.seq
      const mark = marks.get(events)
      if (mark !== undefined && mark !== head)
        return damaged(events, "the event is not the one that the chain of heads names")
    }
  }
  if (last.events > events) return damaged(events + 1, `the tail is missing: the run had ${last.events} events`)
  if (last.kind === "Closed" && last.events < events) return damaged(last.events + 1, "events follow the run's end")
  if ((page.last?.seq ?? 0) !== events) return damaged(events, "the look-up of the last event finds another one")
  if (expected !== undefined && expected !== head && !isVouched) {
    return damaged(null, `the head is ${head}, not ${expected} as expected: events were changed or cut off`)
  }
  return { _tag: "Sound", events, head }
}

// internal

/** Walks the chain of heads; returns the run's own entries. */
const auditChain = ({ chain, run }: Evidence) => {
  const entries: Array<ChainEntry> = []
  let previous = chainStart
  let position = 0
  for (const entry of chain) {
    if (entry.position !== position + 1) return damaged(null, `entry ${position + 1} of the chain of heads is missing`)
    const forged = entry.kind === "Opened" && entry.head !== genesis(entry.run, previous)
    if (forged || entryHash(previous, entry) !== entry.hash) {
      return damaged(null, `entry ${entry.position} of the chain of heads (run ${entry.run}) was changed`)
    }
    previous = entry.hash
    position = entry.position
    if (entry.run !== run) continue
    if (entries.at(-1)?.kind === "Removed") return damaged(null, "entries follow the run's removal")
    entries.push(entry)
  }
  return { _tag: "Chained" as const, entries }
}

const damaged = (seq: number | null, what: string) => ({ _tag: "Damaged" as const, seq, what })

const isJsonObject = (text: string): boolean => {
  try {
    return text.startsWith("{") && typeof JSON.parse(text) === "object"
  } catch {
    return false
  }
}
