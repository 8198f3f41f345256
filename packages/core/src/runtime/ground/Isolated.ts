/**
 * What the isolated agents of one run share.
 */
import { dirname } from "node:path"
import * as Effect from "effect/Effect"
import * as Scope from "effect/Scope"
import * as Semaphore from "effect/Semaphore"
import { type AgentPath, type RunId, rootPath } from "../../domain/Ids.ts"
import { Blobs } from "../../journal/Blobs.ts"
import { Journal } from "../../journal/Journal.ts"
import type { Processes } from "../../process/Processes.ts"
import { ConfinedRoot } from "../../workspace/ConfinedRoot.ts"
import type { Announced } from "../../worktree/Bring.ts"
import { openTrees, type RunTrees, type TreeNeeds } from "../../worktree/RunTrees.ts"
import { discard } from "../../worktree/Tree.ts"
import { WorktreeJournal } from "../../worktree/WorktreeEvent.ts"
import type { RunRequest } from "../RunRequest.ts"
import { needsOf } from "./Isolation.ts"

export interface Isolated {
  readonly run: RunId
  readonly request: RunRequest
  readonly trees: RunTrees
  /** The user's working tree. */
  readonly workspace: ConfinedRoot["Service"]
  /** Held by whoever changes what is merged, or the workspace. */
  readonly lock: Semaphore.Semaphore
  /** Started with the first setup command. */
  readonly processes: Effect.Effect<Processes["Service"]>
  /** Nothing more is merged once the run is cancelled. */
  readonly state: { isCut: boolean }
  /** Lasts as long as the run. */
  readonly scope: Scope.Scope
}

/** Opens the run's trees, until the scope closes; says what of the workspace is in none of them. */
export const open = Effect.fnUntraced(function* (
  run: RunId,
  request: RunRequest,
  folder: string,
  processes: Isolated["processes"]
) {
  const workspace = yield* ConfinedRoot
  const trees = yield* openTrees(workspace.root, folder, run)
  if (trees.news !== null) {
    const { prefix } = trees.repository
    const place = prefix === "" ? {} : { prefix }
    yield* WorktreeJournal.append(run, rootPath, null, { _tag: "Based", commit: trees.base, ...place, ...trees.news })
  }
  const scope = yield* Effect.scope
  const isolated: Isolated = {
    run,
    request,
    trees,
    workspace,
    lock: Semaphore.makeUnsafe(1),
    processes,
    state: { isCut: false },
    scope
  }
  return isolated
})

/** What the trees of agents of these definitions are given. */
export const treeNeeds = ({ processes, request }: Isolated, definitions: Parameters<typeof needsOf>[1]): TreeNeeds => ({
  ...needsOf(request, definitions),
  environment: request.checks?.environment ?? { PATH: dirname(process.execPath) },
  processes
})

/**
 * Keeps the bytes that are about to go, and says on record which files change: both on the disk when this returns. Of
 * what comes into the workspace no call tells, so that is kept as well.
 */
export const announceAt = ({ run }: Isolated, path: AgentPath, parent: AgentPath | null) =>
  Effect.fnUntraced(function* (announced: ReadonlyArray<Announced>) {
    const blobs = yield* Blobs
    for (const { after, before } of announced) {
      if (before !== null) yield* blobs.put(before)
      // For nothing but to be shown later: a disk without room for it keeps no work from its place.
      if (after !== null && path === rootPath) yield* Effect.ignore(blobs.put(after))
    }
    const changes = announced.map(({ change, folders, mode }) => ({
      change,
      ...(mode === null ? {} : { mode }),
      ...(folders === null ? {} : { folders })
    }))
    yield* WorktreeJournal.append(run, path, parent, { _tag: "Bringing", changes })
    yield* (yield* Journal).barrier
  })

/** Out of the way at once; its files go while the run does other things, and the run's end waits for that. */
export const removeTree = Effect.fnUntraced(function* ({ scope, trees }: Isolated, slug: string) {
  const { gone } = yield* discard(trees, slug)
  yield* Scope.addFinalizer(
    scope,
    Effect.promise(() => gone)
  )
})
