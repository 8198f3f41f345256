/**
 * The ground of an agent with a tree of its own.
 *
 * 1. What it leaves is committed to its ref before its tree is removed. An agent that goes on begins with that.
 * 2. The tree of an agent begins as that of the one that started it is, or, where that one works in the workspace, with
 *    all that is merged until then. It is merged there when the agent ends; named agents are, at the run's end.
 * 3. What cannot be committed stays in the tree, and the tree stays.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Result from "effect/Result"
import * as Semaphore from "effect/Semaphore"
import type { AgentResult } from "../../agent/AgentResult.ts"
import { isNamed } from "../../domain/Ids.ts"
import { Blobs } from "../../journal/Blobs.ts"
import { Journal } from "../../journal/Journal.ts"
import { ConfinedRoot } from "../../workspace/ConfinedRoot.ts"
import { commitTree } from "../../worktree/Commit.ts"
import type { Left, Merge } from "../../worktree/MergeReport.ts"
import { readRef } from "../../worktree/Refs.ts"
import { keepAgent, mergedOf } from "../../worktree/RunMerges.ts"
import { slugOf } from "../../worktree/RunNames.ts"
import { prepareTree } from "../../worktree/RunTrees.ts"
import { findOrMake, type Tree } from "../../worktree/Tree.ts"
import { mergeIntoTree } from "../../worktree/TreeMerge.ts"
import type { WorktreeError } from "../../worktree/WorktreeError.ts"
import { WorktreeJournal } from "../../worktree/WorktreeEvent.ts"
import { type Written, writtenIn } from "../../worktree/Written.ts"
import type { Place } from "../plan/Shares.ts"
import { commitOwn, fromTop } from "./CommitOwn.ts"
import type { Ground } from "./Ground.ts"
import { announceAt, type Isolated, removeTree, treeNeeds } from "./Isolated.ts"
import { isIsolatedBelow } from "./Isolation.ts"
import { bringMerged, mergeOne, recordMerge, unmerged } from "./MergeRun.ts"

/** Who started the agent: one with a tree of its own, or null for all else. */
export interface Owner {
  readonly place: Place
  readonly tree: Tree
  /** By others than the agent itself. */
  readonly written: Written
  readonly root: ConfinedRoot["Service"]
  /** Held by whoever changes the tree for a child. */
  readonly lock: Semaphore.Semaphore
}

/** Lasts as long as the agent; the tree is removed with it once it is settled. */
export const ownGround = Effect.fnUntraced(function* (isolated: Isolated, place: Place, parent: Owner | null) {
  const { run, trees } = isolated
  const { path } = place
  const slug = slugOf(path)
  const { definition } = place.request
  const prepare = prepareTree(trees, treeNeeds(isolated, [definition]), `setup of ${path} in ${run}`)
  const start = Effect.flatMap(readRef(trees.repository, trees.names.ref(slug)), (left) =>
    left === undefined ? startFor(isolated, place, parent) : Effect.succeed(left)
  )
  const standing = { isSettled: false }
  yield* Effect.addFinalizer(() => (standing.isSettled ? Effect.ignore(removeTree(isolated, slug)) : Effect.void))
  // Files are copied and commands run: nobody waits for that who is to end.
  const tree = yield* Effect.interruptible(findOrMake(trees, slug, start, prepare))
  yield* WorktreeJournal.append(run, path, place.parent, {
    _tag: "Made",
    root: tree.root,
    start: tree.start,
    copied: tree.copied
  })
  const root = Context.get(
    yield* Layer.build(ConfinedRoot.layer(tree.root, { alias: isolated.workspace.root })),
    ConfinedRoot
  )
  const written = writtenIn(trees.repository, tree)
  const owner: Owner = { place, tree, written, root, lock: Semaphore.makeUnsafe(1) }
  // Not the scope: an agent's ground lasts as long as that agent.
  const services = Context.pick(Journal, Blobs)(yield* Effect.context<Journal | Blobs>())
  const settle = Effect.fnUntraced(
    function* (result: AgentResult) {
      const committed = yield* Effect.result(commitOwn(isolated, result, tree, written))
      if (Result.isFailure(committed)) {
        const { failure } = committed
        return failure._tag === "WorktreeError" ? yield* stuck(isolated, owner, result, failure) : yield* failure
      }
      const { left } = committed.success
      standing.isSettled = left.length === 0
      const kept = noted(result, leftNote(left, tree))
      if (parent !== null) return yield* settleInto(isolated, owner, parent, kept)
      return isNamed(path) ? kept : yield* settleBelow(isolated, kept)
    },
    (effect) => effect.pipe(Effect.uninterruptible, Effect.provideContext(services))
  )
  const ground: Ground = {
    root,
    settle,
    below: (child) =>
      isIsolatedBelow(isolated.request, child.request)
        ? Effect.provideContext(ownGround(isolated, child, owner), services)
        : Effect.succeed(guestGround(ground, (files) => written.note(fromTop(isolated, files))))
  }
  return ground
})

// internal

/** The ground of an agent that works in the tree of the one that started it: what it wrote is that one's to commit. */
const guestGround = (host: Ground, note: Written["note"]): Ground => {
  const guest: Ground = {
    root: host.root,
    settle: (result) => noting(result, note(result.artifacts)),
    below: (place) => host.below(place)
  }
  return guest
}

const startFor = Effect.fnUntraced(function* (isolated: Isolated, { path }: Place, parent: Owner | null) {
  const { trees } = isolated
  if (parent === null) return isNamed(path) ? trees.base : yield* mergedOf(trees)
  const message = `The tree of ${parent.tree.slug} as ${slugOf(path)} began`
  const taken = Effect.flatMap(parent.written.all, (written) => commitTree(trees, parent.tree, { message, written }))
  return (yield* parent.lock.withPermits(1)(taken)).commit
})

/** Nothing is taken away: what could not be committed is where it was. */
const stuck = Effect.fnUntraced(function* (
  isolated: Isolated,
  { place, tree }: Owner,
  result: AgentResult,
  { hint, message }: WorktreeError
) {
  const why = `${message}; what it left is in ${tree.root}`
  const { path } = place
  yield* WorktreeJournal.append(isolated.run, path, place.parent, { _tag: "Stuck", tree: tree.root, message, hint })
  const nothing = { ref: null, commit: null, branch: null, files: [], conflicts: [] }
  yield* recordMerge(isolated, { agent: path, status: "kept", ...nothing, why })
  return noted(result, `What it changed is not merged: ${why}.`)
})

/** Into the tree of the agent that started it, if it completed. */
const settleInto = Effect.fnUntraced(function* (isolated: Isolated, own: Owner, parent: Owner, result: AgentResult) {
  const { run, trees } = isolated
  const { path } = own.place
  const announce = announceAt(isolated, parent.place.path, parent.place.parent)
  const merging = Effect.gen(function* () {
    if (result.status !== "completed") {
      const why = `the agent did not complete (${result.status})`
      return { merge: yield* keepAgent(trees, path, why, { hasBranch: true }), brought: null }
    }
    const into = { ...parent, written: yield* parent.written.all }
    return (yield* mergeIntoTree(trees, path, into, announce)) ?? { merge: null, brought: null }
  }).pipe(
    parent.lock.withPermits(1),
    Effect.catchTag("WorktreeError", (error) =>
      Effect.map(unmerged(isolated, path, error), (merge) => ({ merge, brought: null }))
    )
  )
  const { brought, merge } = yield* merging
  const kept = merge?.status === "merged" ? yield* noting(result, parent.written.note(merge.files)) : result
  if (merge !== null) yield* recordMerge(isolated, merge)
  if (brought !== null) {
    const { brought: files, ...rest } = brought
    yield* WorktreeJournal.append(run, parent.place.path, parent.place.parent, { _tag: "Brought", files, ...rest })
  }
  return told(kept, merge, brought?.left ?? [])
})

/** Into the workspace, where the agent that started it works. */
const settleBelow = Effect.fnUntraced(function* (isolated: Isolated, result: AgentResult) {
  const { names } = isolated.trees
  const merging = Effect.gen(function* () {
    const merge = yield* mergeOne(isolated, result)
    if (merge?.status !== "merged") return told(result, merge, [])
    return yield* bringMerged(isolated).pipe(
      Effect.map((left) => told(result, merge, left)),
      // The run's end tries again.
      Effect.catchTag("WorktreeError", ({ message }) =>
        Effect.succeed(noted(result, `What it changed is in ${names.merged}, and not in the workspace: ${message}.`))
      )
    )
  })
  return yield* isolated.lock.withPermits(1)(merging)
})

/** What its parent has to know beside what it says itself. */
const told = (result: AgentResult, merge: Merge | null, left: ReadonlyArray<Left>): AgentResult => {
  const where = merge?.branch ?? merge?.ref ?? ""
  const unmergedNote =
    merge === null || merge.status === "merged" || merge.status === "unchanged"
      ? ""
      : `What it changed is not merged: ${merge.why}${merge.conflicts.length === 0 ? "" : ` (${merge.conflicts.join(", ")})`}. It is in ${where}.`
  const notBrought = left.map(({ path, why }) => `${path} is not as it was merged: ${why}.`).join("\n")
  return noted(result, [unmergedNote, notBrought].filter((note) => note !== "").join("\n"))
}

const leftNote = (left: ReadonlyArray<string>, { root }: Tree): string =>
  left.length === 0 ? "" : `Repositories within its tree are not committed: ${left.join(", ")}; they are in ${root}.`

const noted = (result: AgentResult, note: string): AgentResult =>
  note === "" ? result : { ...result, answer: result.answer === "" ? note : `${result.answer}\n\n${note}` }

/** What is not on the disk is lost to whoever takes the run up, and to nobody else. */
const noting = (result: AgentResult, note: Effect.Effect<void, WorktreeError>): Effect.Effect<AgentResult> =>
  note.pipe(
    Effect.as(result),
    Effect.catch(({ message }) =>
      Effect.succeed(noted(result, `What it wrote and git ignores is not kept if the run is cut now: ${message}.`))
    )
  )
