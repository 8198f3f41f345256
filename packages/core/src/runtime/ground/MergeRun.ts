/**
 * Merges what the agents of a run have left into what is merged of it, checks that, and brings it into the user's working
 * tree. Whoever calls holds the lock.
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { AgentResult } from "../../agent/AgentResult.ts"
import { type AgentPath, parentPath, type RunId, rootPath } from "../../domain/Ids.ts"
import { Journal } from "../../journal/Journal.ts"
import { bring } from "../../worktree/Bring.ts"
import type { Left, Merge, Merges } from "../../worktree/MergeReport.ts"
import { readRef, writeRef } from "../../worktree/Refs.ts"
import { cutWhy, keepAgent, leftBy, mergeAgent, mergedOf, report } from "../../worktree/RunMerges.ts"
import { runNames, slugOf } from "../../worktree/RunNames.ts"
import type { WorktreeError } from "../../worktree/WorktreeError.ts"
import { WorktreeJournal } from "../../worktree/WorktreeEvent.ts"
import { shares } from "../plan/Shares.ts"
import type { RunRequest } from "../RunRequest.ts"
import { commitAgain } from "./CommitOwn.ts"
import { announceAt, type Isolated } from "./Isolated.ts"
import { checkOf, discardChecked } from "./MergedTree.ts"
import { wholeWorkspace } from "./Unmerged.ts"

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
    if (before !== undefined && (yield* stands(isolated, before))) return before
    if (status === "completed") return yield* mergeAgent(trees, path, checkOf(isolated, result))
    return yield* keepAgent(trees, path, `the agent did not complete (${status})`, { hasBranch: true })
  })
  const failed = (error: WorktreeError) =>
    Effect.andThen(Effect.ignore(discardChecked(isolated)), unmerged(isolated, path, error))
  const merge = yield* Effect.catchTag(merging, "WorktreeError", failed)
  if (merge === before) return merge
  if (merge !== null) yield* recordMerge(isolated, merge)
  return merge
})

/** Brings what is merged, and was not brought yet, into the user's working tree; gives what was left. */
export const bringMerged = Effect.fnUntraced(function* (isolated: Isolated) {
  const { run, trees, workspace } = isolated
  const { names, repository } = trees
  const announce = announceAt(isolated, rootPath, null)
  const parts = yield* unbrought(isolated)
  if (parts.length === 0) return []
  const to = yield* mergedOf(trees)
  const all: Array<Left> = []
  for (const { from, isWanted } of parts) {
    const { brought, left, unwritten } = yield* bring(repository, { root: workspace, from, to, isWanted, announce })
    const failed = unwritten.length === 0 ? {} : { unwritten }
    yield* WorktreeJournal.append(run, rootPath, null, { _tag: "Brought", from, to, files: brought, left, ...failed })
    all.push(...left)
  }
  yield* writeRef(repository, names.brought, to)
  return all
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
  const bringing = Effect.gen(function* () {
    if (state.isCut) return (yield* unbrought(isolated)).length === 0 ? null : { message: cutWhy }
    yield* bringMerged(isolated)
    return null
  })
  const failure = yield* bringing.pipe(Effect.catchTag("WorktreeError", (error) => Effect.succeed(error)))
  yield* Effect.ignore(discardChecked(isolated))
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
export const summary = Effect.fnUntraced(function* (
  run: RunId,
  request: RunRequest,
  failure: Pick<WorktreeError, "message"> | null
) {
  const { base, files, merges, unwritten } = yield* recordedOf(run)
  if (merges.size === 0 && failure === null) return null
  const whole = failure?.message ?? (unwritten.size === 0 ? null : unwrittenWhy(unwritten.size))
  const left = [...files].flatMap(([path, why]): ReadonlyArray<Left> => (why === null ? [] : [{ path, why }]))
  const made: Merges = {
    base,
    ref: runNames(run).merged,
    merges: inOrder(
      shares(request).places.map(({ path }) => path),
      [...merges.values()]
    ),
    brought: [...files].flatMap(([path, why]) => (why === null ? [path] : [])).sort(),
    left: whole === null ? left : [...left, wholeWorkspace(whole)]
  }
  return made
})

// internal

const unwrittenWhy = (count: number): string =>
  `${count} ${count === 1 ? "file" : "files"} could not be written; resume the run once ${count === 1 ? "it" : "they"} can be`

/** Merges nothing; what a branch keeps already, it still does. */
const leave = Effect.fnUntraced(function* (isolated: Isolated, { path }: AgentResult) {
  const { merges, stuck } = yield* recordedOf(isolated.run)
  if (stuck.has(path)) return
  const before = merges.get(path)
  const hasBranch = before !== undefined && before.branch !== null
  const keeping = Effect.gen(function* () {
    if (before !== undefined && (yield* stands(isolated, before))) return before
    return yield* keepAgent(isolated.trees, path, cutWhy, { hasBranch })
  })
  const merge = yield* keeping.pipe(Effect.catchTag("WorktreeError", (error) => unmerged(isolated, path, error)))
  if (merge !== null && merge !== before) yield* recordMerge(isolated, merge)
})

/** Whether what is on record of an agent's work is how its merge has ended, and it has left nothing since. */
const stands = ({ trees }: Isolated, { agent, commit, status }: Merge) =>
  status === "kept"
    ? Effect.succeed(false)
    : Effect.map(readRef(trees.repository, trees.names.ref(slugOf(agent))), (now) => now === commit)

/**
 * What is merged, and was not brought yet, by the commits as which it stands in the workspace: that of all that was brought
 * last, and for each file that could not be written then, the one that it would have come from.
 */
const unbrought = Effect.fnUntraced(function* ({ run, trees }: Isolated) {
  const to = yield* mergedOf(trees)
  const last = (yield* readRef(trees.repository, trees.names.brought)) ?? trees.base
  const { unwritten } = yield* recordedOf(run)
  const standsAs = (path: string) => unwritten.get(path) ?? last
  const commits = new Set([...unwritten.values(), ...(last === to ? [] : [last])])
  return [...commits].map((from) => ({ from, isWanted: (path: string) => standsAs(path) === from }))
})

/**
 * The last word on each agent, and on each file of the workspace: null for one that is as merged. `stuck` are agents whose
 * trees could not be committed when they ended, `unwritten` files that could not be, by the commits as which they stand.
 */
const recordedOf = Effect.fnUntraced(function* (run: RunId) {
  const journal = yield* Journal
  let base = ""
  const stuck = new Set<AgentPath>()
  const merges = new Map<AgentPath, Merge>()
  const files = new Map<string, string | null>()
  const unwritten = new Map<string, string>()
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
      for (const [path, from] of unwritten) {
        // One that is not spoken of any more is merged as it had been.
        if (from === fact.from && unwritten.delete(path)) files.delete(path)
      }
      for (const path of fact.files) files.set(path, null)
      for (const { path, why } of fact.left) files.set(path, why)
      for (const path of fact.unwritten ?? []) unwritten.set(path, fact.from)
    }
  }
  return { base, stuck, merges, files, unwritten }
})

/** Named agents as they were asked for, each with those below it, as they ended. */
const inOrder = (named: ReadonlyArray<AgentPath>, merges: ReadonlyArray<Merge>): ReadonlyArray<Merge> =>
  named.flatMap((path) => [
    ...merges.filter(({ agent }) => agent === path),
    ...merges.filter(({ agent }) => agent.startsWith(`${path}/`))
  ])
