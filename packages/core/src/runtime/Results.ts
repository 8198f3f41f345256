/**
 * The results of a run's agents, from its record.
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { AgentJournal } from "../agent/AgentEvent.ts"
import type { AgentResult } from "../agent/AgentResult.ts"
import { type AgentPath, type RunId, rootPath } from "../domain/Ids.ts"
import { siblingsInOrder } from "../domain/Siblings.ts"
import { Journal, type JournalEvent } from "../journal/Journal.ts"

export interface Results {
  /** Of an agent that has ended, however it has. */
  readonly of: (path: AgentPath) => AgentResult | undefined
  /** Of all that stand below an agent: each before those that it started, in the order in which they were. */
  readonly below: (path: AgentPath) => ReadonlyArray<AgentResult>
}

/** What `absent` says is the result of an agent of which none is on record. */
export const readResults = Effect.fnUntraced(function* (
  run: RunId,
  absent: (path: AgentPath) => AgentResult | undefined
) {
  return resultsOf(yield* (yield* Journal).read(run, 1, types), absent)
})

/** Pure. */
export const resultsOf = (
  events: ReadonlyArray<JournalEvent>,
  absent: (path: AgentPath) => AgentResult | undefined = () => undefined
): Results => {
  const ended = new Map<AgentPath, AgentResult>()
  const children = new Map<AgentPath, Map<AgentPath, number | null>>()
  for (const event of events) {
    const { namespace, parent, path, type } = event
    if (namespace !== "agent") continue
    if (parent !== null && parent !== rootPath) {
      const siblings = children.get(parent) ?? new Map<AgentPath, number | null>()
      children.set(parent, siblings)
      if (!siblings.has(path)) siblings.set(path, orderOf(event))
    }
    // It goes on: how it had ended counts no more.
    if (type === "Started" || type === "Continued") ended.delete(path)
    if (type !== "Ended") continue
    const fact = AgentJournal.decode(event)
    if (Option.isSome(fact) && fact.value._tag === "Ended") ended.set(path, fact.value.result)
  }
  const of = (path: AgentPath) => ended.get(path) ?? absent(path)
  const below = (path: AgentPath): ReadonlyArray<AgentResult> =>
    siblingsInOrder(Array.from(children.get(path) ?? [], ([path, order]) => ({ path, order }))).flatMap(({ path }) => {
      const result = of(path)
      return [...(result === undefined ? [] : [result]), ...below(path)]
    })
  return { of, below }
}

// internal

/** All that is read: how agents began and ended, not what they did. */
const types = ["Spawned", "Started", "Continued", "Ended"]

/** What the first event of an agent says of its place among its siblings. */
const orderOf = (event: JournalEvent): number | null => {
  const fact = AgentJournal.decode(event)
  if (Option.isNone(fact)) return null
  return fact.value._tag === "Spawned" || fact.value._tag === "Started" ? (fact.value.order ?? null) : null
}
