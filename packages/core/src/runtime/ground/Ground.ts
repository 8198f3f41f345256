/**
 * Where the agents of a run read and write: one workspace for all, or a tree of its own for each that writes.
 *
 * 1. Before a run is on record, `require` says whether what it asks for can be had.
 * 2. `ofRun` lasts as long as the run; an agent's ground as long as the agent. Both are found again by the run's and the
 *    agent's name when a run is taken up.
 * 3. `settle` comes before the agent's end is on record, `finish` when all agents have ended and before the run's end is.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { AgentResult } from "../../agent/AgentResult.ts"
import type { RunId } from "../../domain/Ids.ts"
import type { Blobs } from "../../journal/Blobs.ts"
import type { Journal } from "../../journal/Journal.ts"
import type { JournalError } from "../../journal/JournalError.ts"
import { ConfinedRoot } from "../../workspace/ConfinedRoot.ts"
import type { Merges } from "../../worktree/MergeReport.ts"
import type { WorktreeError } from "../../worktree/WorktreeError.ts"
import type { Place } from "../plan/Shares.ts"
import type { RunRequest } from "../RunRequest.ts"

export interface Ground {
  readonly root: ConfinedRoot["Service"]
  /** What becomes of what it wrote, once the agent has ended; its result as it is then. Before its end is on record. */
  readonly settle: (result: AgentResult) => Effect.Effect<AgentResult, JournalError>
  /** Of an agent that the one here has started. */
  readonly below: (place: Place) => Effect.Effect<Ground, JournalError | WorktreeError, Scope.Scope>
}

export interface RunGround {
  /** Of an agent that the run was started with. Fails where its tree cannot be made; that ends no other agent. */
  readonly of: (place: Place) => Effect.Effect<Ground, JournalError | WorktreeError, Scope.Scope>
  /**
   * What becomes of all that was settled; null where nothing was. `results` are those of the agents that the run was
   * started with, in the order asked; `isCut` when the run was cancelled: then nothing is merged.
   */
  readonly finish: (
    results: ReadonlyArray<AgentResult>,
    options: { readonly isCut: boolean }
  ) => Effect.Effect<Merges | null, JournalError>
}

export interface Grounds {
  /** Fails before anything starts, or goes on. */
  readonly require: (run: RunId, request: RunRequest) => Effect.Effect<void, WorktreeError, ConfinedRoot>
  readonly ofRun: (
    run: RunId,
    request: RunRequest
  ) => Effect.Effect<RunGround, JournalError | WorktreeError, ConfinedRoot | Journal | Blobs | Scope.Scope>
}

/** The workspace itself for every agent, unless a layer says otherwise. */
export const Grounds = Context.Reference<Grounds>("@deputize/core/runtime/ground/Grounds", {
  defaultValue: () => ({
    require: () => Effect.void,
    ofRun: () =>
      Effect.map(ConfinedRoot, (root) => ({
        of: () => Effect.succeed(sharedGround(root)),
        finish: () => Effect.succeed(null)
      }))
  })
})

/** The ground of an agent that works where others do. */
export const sharedGround = (root: ConfinedRoot["Service"]): Ground => {
  const ground: Ground = { root, settle: Effect.succeed, below: () => Effect.succeed(ground) }
  return ground
}
