/**
 * What runs have left: trees that hold what could not be committed, or whose run was killed, and the refs of all. Trees
 * that a run may go on with are not to be taken away before the run is.
 */
import { existsSync, readdirSync } from "node:fs"
import { rm } from "node:fs/promises"
import { dirname, join } from "node:path"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { RunId } from "../domain/Ids.ts"
import { refsBelow, removeRef } from "./Refs.ts"
import { openRepository } from "./Repository.ts"
import { runNames } from "./RunNames.ts"
import { discard, onDisk } from "./Tree.ts"

export interface KeptTrees {
  readonly run: RunId
  /** Holds the trees, each in a folder of its agent's name. */
  readonly folder: string
  readonly agents: ReadonlyArray<string>
}

/** In `folder`, where the trees of all runs of a workspace stand; by run. */
export const keptTrees = (folder: string): Effect.Effect<ReadonlyArray<KeptTrees>> =>
  Effect.sync(() =>
    namesIn(folder).flatMap((name): ReadonlyArray<KeptTrees> => {
      if (!isRunId(name)) return []
      const own = join(folder, name)
      const agents = namesIn(own).filter((each) => !/^(deputize-view|\.gone)-/.test(each))
      return [{ run: RunId.make(name), folder: own, agents }]
    })
  )

/** Takes away a run's trees and refs; branches with what was not merged are the user's. Nobody may be at work on the run. */
export const removeTrees = Effect.fnUntraced(function* (workspace: string, folder: string, run: RunId) {
  const own = join(folder, run)
  if (isInRepository(workspace)) {
    const repository = yield* openRepository(workspace, folder)
    const names = runNames(run)
    for (const slug of namesIn(own)) {
      if (/^(deputize-view|\.gone)-/.test(slug)) continue
      const { gone } = yield* discard({ repository, names, folder: own }, slug)
      yield* Effect.promise(() => gone)
    }
    for (const ref of yield* refsBelow(repository, names.refs)) yield* removeRef(repository, ref)
  }
  yield* onDisk(workspace, own, () => rm(own, { recursive: true, force: true }))
}, Effect.scoped)

// internal

const isRunId = Schema.is(RunId)

const namesIn = (folder: string): ReadonlyArray<string> => {
  try {
    return readdirSync(folder).sort()
  } catch {
    // There is none.
    return []
  }
}

/** Elsewhere there are no refs, and nothing of ours in anybody's repository. */
const isInRepository = (folder: string): boolean =>
  existsSync(join(folder, ".git")) || (dirname(folder) !== folder && isInRepository(dirname(folder)))
