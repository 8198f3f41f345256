/**
 * Commits what an agent leaves in a tree of its own to its ref: when it ends, or once more when that could not be done
 * then.
 */
import * as Effect from "effect/Effect"
import type { AgentResult } from "../../agent/AgentResult.ts"
import { parentPath } from "../../domain/Ids.ts"
import { commitTree } from "../../worktree/Commit.ts"
import { writeRef } from "../../worktree/Refs.ts"
import { messageOf, startOf } from "../../worktree/RunMerges.ts"
import { slugOf } from "../../worktree/RunNames.ts"
import { find, onDisk, type Tree } from "../../worktree/Tree.ts"
import { WorktreeJournal } from "../../worktree/WorktreeEvent.ts"
import { type Written, writtenIn } from "../../worktree/Written.ts"
import { type Isolated, removeTree } from "./Isolated.ts"

export const commitOwn = Effect.fnUntraced(function* (
  isolated: Isolated,
  { artifacts, goal, path }: AgentResult,
  tree: Tree,
  written: Written
) {
  const { run, trees } = isolated
  const ref = trees.names.ref(slugOf(path))
  const begun = yield* startOf(trees.repository, path, tree.start)
  const committed = yield* commitTree(trees, tree, {
    message: messageOf(path, goal, run, begun),
    written: [...(yield* written.all), ...fromTop(isolated, artifacts)]
  })
  yield* writeRef(trees.repository, ref, committed.commit)
  yield* WorktreeJournal.append(run, path, parentPath(path), { _tag: "Committed", ref, ...committed })
  return committed
})

/** Of an agent whose tree could not be committed when it ended: whether it is now. Nobody may be at work in it. */
export const commitAgain = Effect.fnUntraced(
  function* (isolated: Isolated, result: AgentResult) {
    const { trees } = isolated
    const { repository } = trees
    const slug = slugOf(result.path)
    const tree = yield* onDisk(repository.workspace, trees.folder, async () => find(trees, slug))
    if (tree === undefined) return false
    const { left } = yield* commitOwn(isolated, result, tree, writtenIn(repository, tree))
    if (left.length === 0) yield* Effect.ignore(removeTree(isolated, slug))
    return true
  },
  Effect.catchTag("WorktreeError", () => Effect.succeed(false))
)

/** Names that lie in the workspace, as the repository has them. */
export const fromTop = ({ trees }: Isolated, files: ReadonlyArray<string>): ReadonlyArray<string> =>
  files.map((path) => trees.repository.prefix + path)
