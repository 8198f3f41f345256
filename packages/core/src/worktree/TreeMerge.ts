/**
 * Merges what an agent has left in a tree of its own into the tree of the agent that had started it, as that is at this
 * moment.
 */
import * as Effect from "effect/Effect"
import type { AgentPath } from "../domain/Ids.ts"
import type { ConfinedRoot } from "../workspace/ConfinedRoot.ts"
import { type Announced, type Brought, bring } from "./Bring.ts"
import { commitTree } from "./Commit.ts"
import { merge } from "./Merge.ts"
import type { Merge } from "./MergeReport.ts"
import { dropBranch, readRef, writeRef } from "./Refs.ts"
import { isUnchanged, keep, leftBy, report } from "./RunMerges.ts"
import { slugOf } from "./RunNames.ts"
import type { RunTrees } from "./RunTrees.ts"
import type { Tree } from "./Tree.ts"

export interface TreeMerged {
  readonly merge: Merge
  readonly brought: (Brought & { readonly from: string; readonly to: string }) | null
}

/** `written` is what is known of the files of `into`. Asked again, what was merged is not merged once more. */
export const mergeIntoTree = Effect.fnUntraced(function* <E, R>(
  trees: RunTrees,
  agent: AgentPath,
  into: { readonly tree: Tree; readonly root: ConfinedRoot["Service"]; readonly written: ReadonlyArray<string> },
  announce: (changes: ReadonlyArray<Announced>) => Effect.Effect<void, E, R>
) {
  const { names, repository } = trees
  const found = yield* leftBy(trees, agent)
  if (found === null) return null
  const name = slugOf(agent)
  // What both have in common: how it began, or what was merged when it ended before.
  const common = (yield* readRef(repository, names.taken(name))) ?? found.start
  const status = (yield* isUnchanged(trees, found)) ? "unchanged" : "merged"
  const done: TreeMerged = { merge: report(found, status), brought: null }
  if (found.commit === common) return done
  const now = yield* commitTree(trees, into.tree, {
    message: `The tree of ${into.tree.slug} as ${name} ends`,
    written: into.written,
    parent: common
  })
  const outcome = yield* merge(repository, now.commit, found.commit, `Merge ${name}`)
  if (outcome._tag === "Same") return done
  if (outcome._tag === "Conflict") {
    const kept = yield* keep(trees, found, "conflict", "the agent that started it has changed the same lines")
    return { merge: { ...kept, conflicts: outcome.files }, brought: null } satisfies TreeMerged
  }
  const ends = { from: now.commit, to: outcome.commit }
  const brought = yield* bring(repository, { root: into.root, ...ends, announce })
  yield* writeRef(repository, names.taken(name), found.commit)
  yield* dropBranch(repository, names.branch(name), found.commit)
  return { merge: report(found, "merged"), brought: { ...brought, ...ends } } satisfies TreeMerged
})
