/**
 * Merges what the agents of a run have left into what is merged of it, checks that, and brings it into the user's working
 * tree. Whoever calls holds the lock.
 */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { AgentResult } from "../../agent/AgentResult.ts"
import { runCheck } from "../../agent/Checks.ts"
import { type AgentPath, isNamed, parentPath, type RunId, rootPath } from "../../domain/Ids.ts"
import { visibleLine } from "../../domain/VisibleText.ts"
import { Journal } from "../../journal/Journal.ts"
import { bring } from "../../worktree/Bring.ts"
import type { Left, Merge, Merges } from "../../worktree/MergeReport.ts"
import { readRef, writeRef } from "../../worktree/Refs.ts"
import {
  type CheckMerged,
  cutWhy,
  keepAgent,
  leftBy,
  mergeAgent,
  mergedOf,
  report,
  type Verdict
} from "../../worktree/RunMerges.ts"
import { checkingSlug, runNames, slugOf } from "../../worktree/RunNames.ts"
import { prepareTree } from "../../worktree/RunTrees.ts"
import { findOrMake } from "../../worktree/Tree.ts"
import type { WorktreeError } from "../../worktree/WorktreeError.ts"
import { WorktreeJournal } from "../../worktree/WorktreeEvent.ts"
import { shares } from "../plan/Shares.ts"
import type { RunRequest } from "../RunRequest.ts"
import { commitAgain } from "./CommitOwn.ts"
import { announceAt, type Isolated, removeTree, treeNeeds } from "./Isolated.ts"

/**
 * Merges one agent that has completed, or keeps what another has left. Records which; null where it has left nothing. What
 * is on record of the same work stands, so that a run that is taken up comes to the same end.
 */
export const mergeOne = Effect.fnUntraced(function* (isolated: Isolated, result: AgentResult) {
  const { trees } = isolated
  const { path, status } = result
  const recorded = yield* recordedOf(isolated.run)
  const before = recorded.merges.get(path)
  // What its ref has is not the last that it has done, until its tree is committed.
  if (before !== undefined && recorded.stuck.has(path) && !(yield* commitAgain(isolated, result))) return before
  const merging = Effect.gen(function* () {
    const commit = yield* readRef(trees.repository, trees.names.ref(slugOf(path)))
    if (before !== undefined && before.status !== "kept" && before.commit === commit) return before
    if (status === "completed") return yield* mergeAgent(trees, path, checkOf(isolated, result))
    return yield* keepAgent(trees, path, `the agent did not complete (${status})`, { hasBranch: true })
  })
  const merge = yield* merging.pipe(Effect.catchTag("WorktreeError", (error) => unmerged(isolated, path, error)))
  if (merge === before) return merge
  if (merge !== null) yield* recordMerge(isolated, merge)
  return merge
})

/** Brings what is merged, and was not brought yet, into the user's working tree; gives what was left. */
export const bringMerged = Effect.fnUntraced(function* (isolated: Isolated) {
  const { run, trees, workspace } = isolated
  const { base, names, repository } = trees
  const to = yield* mergedOf(trees)
  const from = (yield* readRef(repository, names.brought)) ?? base
  if (from === to) return []
  const announce = announceAt(isolated, rootPath, null)
  const { brought, left } = yield* bring(repository, { root: workspace, from, to, announce })
  yield* WorktreeJournal.append(run, rootPath, null, { _tag: "Brought", from, to, files: brought, left })
  yield* writeRef(repository, names.brought, to)
  return left
})

/**
 * When all agents have ended: `results` are those of isolated named agents, in the order asked. A run that was cancelled
 * merges nothing; taken up again, it does. Null where nobody has left anything.
 */
export const mergeAll = Effect.fnUntraced(function* (
  isolated: Isolated,
  results: ReadonlyArray<AgentResult>,
  isCut: boolean
) {
  const { state } = isolated
  state.isCut ||= isCut
  // Checks may be cut in the midst of this.
  for (const result of results) yield* state.isCut ? leave(isolated, result) : mergeOne(isolated, result)
  const bringing = bringMerged(isolated).pipe(
    Effect.as(null),
    Effect.catchTag("WorktreeError", (error) => Effect.succeed(error))
  )
  const failure = state.isCut ? null : yield* bringing
  yield* Effect.ignore(removeTree(isolated, checkingSlug))
  return yield* summary(isolated.run, isolated.request, failure)
})

/** That an agent's work was merged, or not. */
export const recordMerge = ({ run }: Isolated, merge: Merge) =>
  WorktreeJournal.append(run, merge.agent, parentPath(merge.agent), { _tag: "Merged", ...merge })

/** Git or the disk has failed: what the agent left is where it was. Null only where it has left nothing. */
export const unmerged = ({ trees }: Isolated, agent: AgentPath, { message }: WorktreeError) =>
  leftBy(trees, agent).pipe(
    Effect.map((found): Merge | null => (found === null ? null : { ...report(found, "kept"), why: message })),
    // What it is, nobody can say now; where it would be, is known.
    Effect.orElseSucceed((): Merge => {
      const ref = trees.names.ref(slugOf(agent))
      return { agent, status: "kept", ref, commit: null, branch: null, files: [], conflicts: [], why: message }
    })
  )

/**
 * What became of everything, as it stands on record; null where nobody has left anything. With a failure it says that
 * too: then there may be more than it knows of.
 */
export const summary = Effect.fnUntraced(function* (run: RunId, request: RunRequest, failure: WorktreeError | null) {
  const { base, files, merges } = yield* recordedOf(run)
  if (merges.size === 0 && failure === null) return null
  const left = [...files].flatMap(([path, why]): ReadonlyArray<Left> => (why === null ? [] : [{ path, why }]))
  const made: Merges = {
    base,
    ref: runNames(run).merged,
    merges: inOrder(
      shares(request).places.map(({ path }) => path),
      [...merges.values()]
    ),
    brought: [...files].flatMap(([path, why]) => (why === null ? [path] : [])).sort(),
    left: failure === null ? left : [...left, { path: ".", why: failure.message }]
  }
  return made
})

// internal

const leave = Effect.fnUntraced(function* (isolated: Isolated, { path }: AgentResult) {
  const { stuck } = yield* recordedOf(isolated.run)
  if (stuck.has(path)) return
  const keeping = keepAgent(isolated.trees, path, cutWhy, { hasBranch: false })
  const merge = yield* keeping.pipe(Effect.catchTag("WorktreeError", (error) => unmerged(isolated, path, error)))
  if (merge !== null) yield* recordMerge(isolated, merge)
})

/** Runs the user's checks on merged work, in a tree of its own. What the agent has passed in its own is not run again. */
const checkOf =
  (isolated: Isolated, { path, verified }: AgentResult): CheckMerged<WorktreeError, never> =>
  (merged, theirs) =>
    Effect.gen(function* () {
      const { request, trees } = isolated
      const { commands = [], environment = {} } = request.checks ?? {}
      if (commands.length === 0 || !isNamed(path) || (verified && merged === theirs)) return passed
      const needs = treeNeeds(
        isolated,
        request.agents.map(({ definition }) => definition)
      )
      const prepare = prepareTree(trees, needs, `setup of the merged tree of ${isolated.run}`)
      const tree = yield* findOrMake(trees, checkingSlug, Effect.succeed(merged), prepare)
      yield* trees.repository.git.run(["read-tree", "--reset", "-u", merged], { index: tree.index, worktree: tree.top })
      for (const command of commands) {
        const { exitCode, ok, output } = yield* runCheck(command, tree.root, environment)
        if (ok) continue
        const how = exitCode === null ? "did not end in time" : `ended with ${exitCode}`
        const last = visibleLine(output.trimEnd().split("\n").at(-1) ?? "")
        const why = `the check \`${command}\` ${how} on the merged tree${last === "" ? "" : `: ${last}`}`
        return { _tag: "Failed", why } satisfies Verdict
      }
      return passed
    }).pipe(
      // A run that is cancelled ends at once, and without what was not checked.
      Effect.interruptible,
      Effect.catchCause((cause) => {
        if (!Cause.hasInterruptsOnly(cause)) return Effect.failCause(cause)
        isolated.state.isCut = true
        return Effect.succeed<Verdict>({ _tag: "Cut" })
      })
    )

const passed: Verdict = { _tag: "Passed" }

/**
 * The last word on each agent, and on each file of the workspace: null for one that is as merged. `stuck` are agents whose
 * trees could not be committed when they ended.
 */
const recordedOf = Effect.fnUntraced(function* (run: RunId) {
  const journal = yield* Journal
  let base = ""
  const stuck = new Set<AgentPath>()
  const merges = new Map<AgentPath, Merge>()
  const files = new Map<string, string | null>()
  for (const event of yield* journal.read(run, 1, ["Based", "Committed", "Stuck", "Merged", "Brought"])) {
    const fact = Option.getOrUndefined(WorktreeJournal.decode(event))
    if (fact?._tag === "Based") base = fact.commit
    if (fact?._tag === "Stuck") stuck.add(event.path)
    if (fact?._tag === "Committed") stuck.delete(event.path)
    if (fact?._tag === "Merged") {
      const { _tag, ...merge } = fact
      merges.set(merge.agent, merge)
    }
    if (fact?._tag === "Brought" && event.path === rootPath) {
      for (const path of fact.files) files.set(path, null)
      for (const { path, why } of fact.left) files.set(path, why)
    }
  }
  return { base, stuck, merges, files }
})

/** Named agents as they were asked for, each with those below it, as they ended. */
const inOrder = (named: ReadonlyArray<AgentPath>, merges: ReadonlyArray<Merge>): ReadonlyArray<Merge> =>
  named.flatMap((path) => [
    ...merges.filter(({ agent }) => agent === path),
    ...merges.filter(({ agent }) => agent.startsWith(`${path}/`))
  ])
