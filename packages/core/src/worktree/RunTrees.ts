/**
 * The trees of one run: where they begin, how they are made, and what all of them share. One for a run, as long as it is
 * at work; found again by the run's name.
 */
import { mkdirSync, readdirSync, rmdirSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import type { RunId } from "../domain/Ids.ts"
import type { Processes } from "../process/Processes.ts"
import { headOf, inspect, uncommitted } from "./Inspection.ts"
import { readRef, writeRef } from "./Refs.ts"
import { openRepository, type Repository } from "./Repository.ts"
import { checkingSlug, runNames } from "./RunNames.ts"
import { setUp } from "./Setup.ts"
import { discard, onDisk, type Prepare, type RunPlace, removed } from "./Tree.ts"
import { copyInto, requirePatterns } from "./TreeCopy.ts"

export interface RunTrees extends RunPlace {
  /** The commit that the run's trees begin with. */
  readonly base: string
  /** What is told when a run begins; null when it goes on. */
  readonly news: { readonly uncommitted: ReadonlyArray<string>; readonly filters: ReadonlyArray<string> } | null
}

/** What a tree needs beside what is committed. */
export interface TreeNeeds {
  readonly copy: ReadonlyArray<string>
  readonly setup: ReadonlyArray<string>
  readonly environment: Readonly<Record<string, string>>
  /** Starts the setup commands. */
  readonly processes: Effect.Effect<Processes["Service"]>
}

/** Fails with what keeps agents of a run from having trees in this workspace; nothing is left of it. */
export const requireTrees = Effect.fnUntraced(function* (
  workspace: string,
  patterns: ReadonlyArray<string>,
  run: RunId
) {
  yield* requirePatterns(workspace, patterns)
  const repository = yield* openRepository(workspace, tmpdir())
  yield* inspect(repository, (yield* baseOf(repository, run)) ?? (yield* headOf(repository)))
}, Effect.scoped)

/** Of this process alone, until the scope closes. `folder` is for all runs. */
export const openTrees = Effect.fnUntraced(function* (workspace: string, folder: string, run: RunId) {
  const own = join(folder, run)
  const names = runNames(run)
  yield* Effect.acquireRelease(
    onDisk(workspace, own, () => sweep(own)),
    () => Effect.sync(() => removeEmpty(own))
  )
  const repository = yield* openRepository(workspace, own)
  const known = yield* baseOf(repository, run)
  const base = known ?? (yield* headOf(repository))
  const { filters } = yield* inspect(repository, base)
  const place: RunPlace = { repository, names, folder: own }
  // What was merged when this run was cut may not be what it is now.
  const { gone } = yield* discard(place, checkingSlug)
  yield* Effect.promise(() => gone)
  const news = known === undefined ? { uncommitted: yield* uncommitted(repository), filters } : null
  if (known === undefined) yield* writeRef(repository, names.base, base)
  const trees: RunTrees = { ...place, base, news }
  return trees
})

/** Makes a new tree ready for whoever works in it. */
export const prepareTree =
  ({ repository }: RunTrees, { copy, environment, processes, setup }: TreeNeeds, label: string): Prepare =>
  ({ index, root, top }) =>
    Effect.gen(function* () {
      const { git, workspace } = repository
      const copied = yield* copyInto(repository, top, copy)
      if (setup.length === 0) return copied
      yield* setUp(yield* processes, { workspace, root, commands: setup, environment, label })
      const args = ["ls-files", "--others", "--exclude-standard", "--directory", "-z"]
      const made = yield* git.records(args, { index, worktree: top })
      return [...new Set([...copied, ...made.map((path) => path.replace(/\/$/, ""))])]
    })

// internal

/** What a run that goes on began with. */
const baseOf = (repository: Repository, run: RunId) => readRef(repository, runNames(run).base)

/** What killed processes left; whoever made it is gone, as a run has one owner. */
const sweep = async (folder: string): Promise<void> => {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  for (const name of readdirSync(folder)) {
    if (/^(deputize-view|\.gone)-/.test(name)) await removed(join(folder, name))
  }
}

const removeEmpty = (folder: string): void => {
  try {
    rmdirSync(folder)
  } catch {
    // There is a tree in it that somebody still needs.
  }
}
