/**
 * What an agent has used of its budget by its record, without those that it has started. Pure.
 */
import type { Fact } from "./Records.ts"

export interface Spent {
  readonly tokens: number
  /** 0 where the model's price was not known. */
  readonly nanoUsd: number
  /** Tool calls: all that were made, or had begun. */
  readonly calls: number
}

/** Without the reserve of a request whose end is not on record. */
export const ofFacts = (facts: Iterable<Fact>): Spent => {
  let [tokens, nanoUsd, calls] = [0, 0, 0]
  // Of the last turn: whose calls they are is known by their ids.
  let uncounted = new Set<string>()
  for (const fact of facts) {
    if (fact._tag === "TurnCompleted" || fact._tag === "TurnFailed") {
      tokens += fact.charged
      nanoUsd += fact.nanoUsd ?? 0
    }
    if (fact._tag === "TurnCompleted" && fact.purpose === undefined) uncounted = new Set(fact.calls.map(({ id }) => id))
    const id = fact._tag === "Intent" ? fact.call.id : fact._tag === "Done" ? fact.callId : undefined
    if (id === undefined || !uncounted.delete(id)) continue
    if (fact._tag !== "Done" || fact.unmade !== "refused") calls += 1
  }
  return { tokens, nanoUsd, calls }
}
