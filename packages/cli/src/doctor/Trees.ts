/**
 * Trees of agents' own that runs have left. One that a run may go on with is named; with `clear`, those of runs that are
 * on no record are removed.
 */
import { Journal } from "@deputize/core/journal/Journal"
import { type KeptTrees, keptTrees, removeTrees } from "@deputize/core/worktree/Leftovers"
import * as Effect from "effect/Effect"
import type { Environment } from "../config/Environment.ts"
import { recordFile } from "../config/RecordFile.ts"
import { worktreesFolder } from "../config/WorktreesFolder.ts"
import { recordLayer } from "../layers.ts"
import type { Finding } from "../render/Doctor.ts"
import { plural } from "../render/Figures.ts"
import { remainsText } from "../render/Remains.ts"
import { ok, warning } from "./Finding.ts"

/** None where no run has left a tree; those of runs that are at work are theirs. */
export const treeFindings = Effect.fnUntraced(function* (surroundings: Environment, workspace: string, clear: boolean) {
  const folder = worktreesFolder(surroundings, workspace)
  const kept = folder === undefined ? [] : yield* keptTrees(folder)
  if (folder === undefined || kept.length === 0) return []
  const known = yield* Effect.flatMap(Journal, (journal) => journal.list).pipe(
    Effect.map((runs) => new Map(runs.map((summary) => [summary.run, summary]))),
    Effect.provide(recordLayer(recordFile(surroundings, workspace))),
    Effect.catch(() => Effect.succeed(undefined))
  )
  // What cannot be read of the record is told elsewhere.
  if (known === undefined) return []
  const left = kept.filter(({ run }) => known.get(run)?.standing !== "held")
  return yield* Effect.forEach(left, (trees) => {
    if (known.has(trees.run)) return Effect.succeed(ofRun(trees))
    return clear ? removed(workspace, folder, trees) : Effect.succeed(ofNobody(trees))
  })
})

// internal

const name = "worktrees"

const said = ({ agents, folder }: KeptTrees): string => `${plural(agents.length, "tree")} in ${folder}`

const ofRun = (trees: KeptTrees): Finding =>
  warning(
    name,
    `run ${trees.run} has left ${said(trees)}`,
    `\`deputize resume ${trees.run}\` goes on with it; \`deputize rm ${trees.run}\` removes the run and its trees.`
  )

const ofNobody = (trees: KeptTrees): Finding =>
  warning(name, `there is nobody on record for ${said(trees)}`, "deputize doctor --clear removes them.")

const removed = (workspace: string, folder: string, trees: KeptTrees) =>
  removeTrees(workspace, folder, trees.run).pipe(
    Effect.map((remains) => {
      const done = `removed ${said(trees)}, of no run on record`
      if (remains === null) return ok(name, done)
      return warning(name, `${done}; ${remainsText(remains)}`, "Remove it with git, or leave it.")
    }),
    Effect.catch(({ hint, message }) => Effect.succeed(warning(name, message, hint)))
  )
