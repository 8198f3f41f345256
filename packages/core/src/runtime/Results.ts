/**
 * The results of a run's agents, from its record. Pure.
 */
import * as Option from "effect/Option"
import { AgentJournal } from "../agent/AgentEvent.ts"
import type { AgentResult } from "../agent/AgentResult.ts"
import { siblingsInOrder } from "../domain/Copies.ts"
import { type AgentPath, rootPath } from "../domain/Ids.ts"
import type { JournalEvent } from "../journal/Journal.ts"

export interface Results {
  /** Of an agent that has ended, however it has. */
  readonly of: (path: AgentPath) => AgentResult | undefined
  /** Of all that stand below an agent: each before those that it started, in the order in which they were. */
  readonly below: (path: AgentPath) => ReadonlyArray<AgentResult>
}

export const resultsOf = (events: ReadonlyArray<JournalEvent>): Results => {
  const ended = new Map<AgentPath, AgentResult>()
  const children = new Map<AgentPath, Map<AgentPath, number | null>>()
  for (const event of events) {
    const { parent, path } = event
    if (parent !== null && parent !== rootPath) {
      const siblings = children.get(parent) ?? new Map<AgentPath, number | null>()
      children.set(parent, siblings)
      if (!siblings.has(path)) siblings.set(path, orderOf(event))
    }
    // Looked at before it is decoded: one event in sixteen is of interest.
    if (event.type !== "Ended") continue
    const fact = AgentJournal.decode(event)
    if (Option.isSome(fact) && fact.value._tag === "Ended") ended.set(path, fact.value.result)
  }
  const below = (path: AgentPath): ReadonlyArray<AgentResult> =>
    siblingsInOrder(Array.from(children.get(path) ?? [], ([path, order]) => ({ path, order }))).flatMap(({ path }) => {
      const result = ended.get(path)
      return [...(result === undefined ? [] : [result]), ...below(path)]
    })
  return { of: (path) => ended.get(path), below }
}

// internal

/** What the first event of an agent says of its place among its siblings. */
const orderOf = (event: JournalEvent): number | null => {
  const fact = AgentJournal.decode(event)
  if (Option.isNone(fact)) return null
  return fact.value._tag === "Queued" || fact.value._tag === "Started" ? (fact.value.order ?? null) : null
}
