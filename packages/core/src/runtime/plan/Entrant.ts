/**
 * An agent as it gets into a run: anew, or at the place where the record has it.
 */
import type { AgentResult } from "../../agent/AgentResult.ts"
import type { Letter } from "../../agent/AgentTask.ts"
import type { Past } from "../../agent/Past.ts"
import type { AgentPath } from "../../domain/Ids.ts"
import type { Place } from "./Shares.ts"

export interface Entrant {
  readonly place: Place
  /** The call of its parent that asked for it; null for one that the run was started with. */
  readonly call: string | null
  /** Null for one that has not begun. */
  readonly past: Past | null
  /** As it ended, where it does not go on. */
  readonly result: AgentResult | null
  /** Its parent knows how it ended. */
  readonly isTold: boolean
  /** It was closed or done, and may do more than then. */
  readonly revived: boolean
  /** What it has not read, in the order of arrival. */
  readonly letters: ReadonlyArray<Letter>
  /** To whom its calls have sent something. */
  readonly sent: ReadonlyMap<string, AgentPath>
  /** In the order in which it started them. */
  readonly children: ReadonlyArray<Entrant>
}

export const anew = (place: Place, call: string | null = null): Entrant => ({
  place,
  call,
  past: null,
  result: null,
  isTold: false,
  revived: false,
  letters: [],
  sent: new Map(),
  children: []
})

/** It, and all below it. */
export function* familyOf(entrant: Entrant): Generator<Entrant> {
  yield entrant
  for (const child of entrant.children) yield* familyOf(child)
}
