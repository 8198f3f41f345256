/**
 * The numbers of copies: of two agents with one name the second leaves its artifacts in other files than the first,
 * whoever has started them.
 *
 * 1. No two agents of a run have the same name and the same number.
 * 2. A start that comes to nothing uses up none.
 */
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"

export interface Copies {
  /** The lowest number from 1 that is free for this name; free again when the scope closes, unless it is kept. */
  readonly claim: (name: string) => Effect.Effect<Claim, never, Scope.Scope>
}

export interface Claim {
  readonly copy: number
  readonly keep: () => void
}

/** `before`: how many agents of a name there have been. */
export const make = (before: ReadonlyMap<string, number>): Copies => {
  const taken = new Map<string, Set<number>>()
  const take = (name: string): Claimed => {
    const numbers = taken.get(name) ?? new Set()
    taken.set(name, numbers)
    let copy = (before.get(name) ?? 0) + 1
    while (numbers.has(copy)) copy += 1
    numbers.add(copy)
    let giveBack = () => {
      numbers.delete(copy)
    }
    const keep = () => {
      giveBack = () => {}
    }
    return { claim: { copy, keep }, over: () => giveBack() }
  }
  return {
    claim: (name) =>
      Effect.map(
        Effect.acquireRelease(
          Effect.sync(() => take(name)),
          ({ over }) => Effect.sync(over)
        ),
        ({ claim }) => claim
      )
  }
}

// internal

interface Claimed {
  readonly claim: Claim
  readonly over: () => void
}
