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
import { Journal } from "../journal/Journal.ts"
import { refsBelow, removeRef } from "./Refs.ts"
import { openRepository } from "./Repository.ts"
import { runNames } from "./RunNames.ts"
import { discard, onDisk, removed } from "./Tree.ts"
import type { WorktreeError, WorktreeReason } from "./WorktreeError.ts"

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
      const agents = namesIn(own).filter(isTree)
      return [{ run: RunId.make(name), folder: own, agents }]
    })
  )

/** What stays in the repository of a run that is removed, by its names below `.git`, and why. */
export interface Remains {
  readonly names: ReadonlyArray<string>
  readonly why: WorktreeError
}

/** Whether there may be anything to remove: a run whose agents all worked in the workspace has left neither trees nor refs. */
export const hadTrees = Effect.fnUntraced(function* (folder: string, run: RunId) {
  return existsSync(join(folder, run)) || (yield* (yield* Journal).read(run, 1, ["Based"])).length > 0
})

/**
 * Takes away a run's trees and refs; branches with what was not merged are the user's. Nobody may be at work on the run.
 * Where git may not be run the trees go all the same; null if nothing else stays.
 */
export const removeTrees = Effect.fnUntraced(function* (workspace: string, folder: string, run: RunId) {
  const own = join(folder, run)
  const names = runNames(run)
  const slugs = namesIn(own).filter(isTree)
  const remains = isInRepository(workspace)
    ? yield* forget(workspace, folder, run, slugs).pipe(
        Effect.as(null),
        Effect.catchIf(
          ({ reason }) => isLasting(reason),
          (why): Effect.Effect<Remains> =>
            Effect.succeed({ names: [names.refs, ...slugs.map((slug) => `worktrees/${names.admin(slug)}`)], why })
        )
      )
    : null
  yield* onDisk(workspace, own, async () => {
    await removed(own)
    await rm(own, { recursive: true, force: true })
  })
  return remains
})

// internal

const isRunId = Schema.is(RunId)

const isTree = (name: string): boolean => !/^(deputize-view|\.gone)-/.test(name)

/** With their entries in the repository, and the refs. */
const forget = Effect.fnUntraced(function* (
  workspace: string,
  folder: string,
  run: RunId,
  slugs: ReadonlyArray<string>
) {
  const names = runNames(run)
  const repository = yield* openRepository(workspace, folder)
  for (const slug of slugs) {
    const { gone } = yield* discard({ repository, names, folder: join(folder, run) }, slug)
    yield* Effect.promise(() => gone)
  }
  for (const ref of yield* refsBelow(repository, names.refs)) yield* removeRef(repository, ref)
}, Effect.scoped)

/** Trying again helps only after the user has changed the machine or the repository. */
const isLasting = ({ _tag }: WorktreeReason): boolean => lasting.has(_tag)
const lasting: ReadonlySet<WorktreeReason["_tag"]> = new Set(["NoGit", "OldGit", "NoRepository"])

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
