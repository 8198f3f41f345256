/**
 * Commits what an agent leaves in a tree of its own to its ref: when it ends, or once more when that could not be done
 * then. What it commits follows what its ref held, also where its tree is older than that.
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { AgentResult } from "../../agent/AgentResult.ts"
import { type AgentPath, parentPath } from "../../domain/Ids.ts"
import { Journal } from "../../journal/Journal.ts"
import { commitTree } from "../../worktree/Commit.ts"
import { readRef, writeRef } from "../../worktree/Refs.ts"
import { messageOf, startOf } from "../../worktree/RunMerges.ts"
import { slugOf } from "../../worktree/RunNames.ts"
import { find, isThere, onDisk, type Tree } from "../../worktree/Tree.ts"
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
  const begun = yield* startOf(trees, path, tree.start)
  const committed = yield* commitTree(trees, tree, {
    message: messageOf(path, goal, run, begun),
    written: [...(yield* written.all), ...fromTop(isolated, artifacts)],
    parent: (yield* readRef(trees.repository, ref)) ?? tree.start
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

/**
 * Removes trees that are there although all of them is committed: the process died, or the disk failed, before that was
 * done. Nobody may be at work in any; that of an agent that has begun again since stays.
 */
export const removeSettled = Effect.fnUntraced(function* (isolated: Isolated) {
  const { run, trees } = isolated
  const settled = new Map<AgentPath, string>()
  for (const event of yield* (yield* Journal).read(run, 1, ["Made", "Committed"])) {
    const fact = Option.getOrUndefined(WorktreeJournal.decode(event))
    if (fact?._tag === "Made") settled.delete(event.path)
    if (fact?._tag !== "Committed") continue
    if (fact.left.length === 0) settled.set(event.path, fact.commit)
    else settled.delete(event.path)
  }
  for (const [path, commit] of settled) {
    const slug = slugOf(path)
    if (!isThere(trees, slug)) continue
    const held = Effect.map(readRef(trees.repository, trees.names.ref(slug)), (at) => at === commit)
    yield* Effect.ignore(Effect.flatMap(held, (isHeld) => (isHeld ? removeTree(isolated, slug) : Effect.void)))
  }
})

/** Names that lie in the workspace, as the repository has them. */
export const fromTop = ({ trees }: Isolated, files: ReadonlyArray<string>): ReadonlyArray<string> =>
  files.map((path) => trees.repository.prefix + path)
