/**
 * Where the agents of a run read and write: one workspace for all, or a tree of its own for each that writes.
 */
import type * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { AgentResult } from "../agent/AgentResult.ts"
import type { JournalError } from "../journal/JournalError.ts"
import type { ConfinedRoot } from "../workspace/ConfinedRoot.ts"
import type { Place } from "./Shares.ts"

export interface Ground {
  readonly root: ConfinedRoot["Service"]
  /** What becomes of what it wrote, once the agent has ended; its result as it is then. Before its end is on record. */
  readonly settle: (result: AgentResult) => Effect.Effect<AgentResult, JournalError>
  /** Of an agent that the one here has started. */
  readonly below: (place: Place) => Effect.Effect<Ground, JournalError, Scope.Scope>
}
