/**
 * What is merged of a run: one ref that holds it, and one that says how far it was brought into the user's working tree.
 *
 * 1. `merged` moves only after the checks of what it moves to have passed; what stays out is kept by a branch.
 * 2. Asked again, what is merged already is told as merged: after a kill the same comes out.
 * 3. `brought` moves after all that lies between it and `merged` was brought.
 */
import * as Effect from "effect/Effect"
import type { AgentPath, RunId } from "../domain/Ids.ts"
import { visibleLine } from "../domain/VisibleText.ts"
import { merge } from "./Merge.ts"
import type { Merge, MergeStatus } from "./MergeReport.ts"
import { dropBranch, keepBranch, readRef, writeRef } from "./Refs.ts"
import { slugOf } from "./RunNames.ts"
import type { RunTrees } from "./RunTrees.ts"
import { changesBetween } from "./TreeChange.ts"

/** Whether work that was merged passes; `Failed` says why not in a line, `Cut` that nobody waits for it any more. */
export type Verdict =
  | { readonly _tag: "Passed" }
  | { readonly _tag: "Failed"; readonly why: string }
  | { readonly _tag: "Cut" }

export type CheckMerged<E, R> = (merged: string, theirs: string) => Effect.Effect<Verdict, E, R>

export const cutWhy = "the run was cancelled before it was merged"

/** All that was merged until now. */
export const mergedOf = ({ base, names, repository }: RunTrees) =>
  Effect.map(readRef(repository, names.merged), (merged) => merged ?? base)

/** Merges what an agent has left; null where it has left nothing that is known. */
export const mergeAgent = Effect.fnUntraced(function* <E, R>(
  trees: RunTrees,
  agent: AgentPath,
  check: CheckMerged<E, R>
) {
  const found = yield* leftBy(trees, agent)
  if (found === null) return null
  if (yield* isUnchanged(trees, found)) return report(found, "unchanged")
  const { names, repository } = trees
  const merged = yield* mergedOf(trees)
  const outcome = yield* merge(repository, merged, found.commit, `Merge ${slugOf(agent)}`)
  switch (outcome._tag) {
    case "Same":
      return report(found, "merged")
    case "Conflict": {
      const why = "what others have merged before it touches the same lines"
      return { ...(yield* keep(trees, found, "conflict", why)), conflicts: outcome.files } satisfies Merge
    }
    case "Merged": {
      const verdict = yield* check(outcome.commit, found.commit)
      if (verdict._tag === "Cut") return { ...report(found, "kept"), why: cutWhy }
      if (verdict._tag === "Failed") return yield* keep(trees, found, "check_failed", verdict.why)
      yield* writeRef(repository, names.merged, outcome.commit)
      yield* dropBranch(repository, names.branch(slugOf(agent)), found.commit)
      return report(found, "merged")
    }
  }
})

/** Does not merge what an agent has left, and keeps it by a branch where that is wanted. */
export const keepAgent = Effect.fnUntraced(function* (
  trees: RunTrees,
  agent: AgentPath,
  why: string,
  options: { readonly hasBranch: boolean }
) {
  const found = yield* leftBy(trees, agent)
  if (found === null) return null
  if (yield* isUnchanged(trees, found)) return report(found, "unchanged")
  return options.hasBranch ? yield* keep(trees, found, "kept", why) : { ...report(found, "kept"), why }
})

/** A branch for what an agent has left. */
export const keep = Effect.fnUntraced(function* (
  { names, repository }: RunTrees,
  found: LeftBy,
  status: MergeStatus,
  why: string
) {
  const branch = yield* keepBranch(repository, names.branch(slugOf(found.agent)), found.commit)
  return { ...report(found, status), branch, why } satisfies Merge
})

export interface LeftBy {
  readonly agent: AgentPath
  readonly ref: string
  readonly commit: string
  /** The commit that it first began with. */
  readonly start: string
  /** What it changed since, relative to the repository's top. */
  readonly files: ReadonlyArray<string>
}

/** Whether it has left no change, and has not taken back anything that is merged. */
export const isUnchanged = Effect.fnUntraced(function* (trees: RunTrees, { agent, commit, files, start }: LeftBy) {
  if (files.length > 0) return false
  if (commit === start) return true
  const { names, repository } = trees
  const taken = (yield* readRef(repository, names.taken(slugOf(agent)))) ?? start
  const ownBeside = (...merged: ReadonlyArray<string>) =>
    repository.git.line(["rev-list", "--count", commit, "--not", start, ...merged])
  return (yield* ownBeside()) === (yield* ownBeside(yield* mergedOf(trees), taken))
})

export const report = ({ agent, commit, files, ref }: LeftBy, status: MergeStatus): Merge => ({
  agent,
  status,
  ref,
  commit,
  branch: null,
  files,
  conflicts: [],
  why: ""
})

/** What an agent has left; null where nothing was committed. */
export const leftBy = Effect.fnUntraced(function* ({ names, repository }: RunTrees, agent: AgentPath) {
  const ref = names.ref(slugOf(agent))
  const said = yield* repository.git.line(["for-each-ref", "--count=1", "--format=%(objectname)%0a%(contents)", ref])
  const commit = said.slice(0, said.indexOf("\n"))
  if (commit === "") return null
  const start = startIn(said, names.run, agent, commit)
  const files = (yield* changesBetween(repository.git, start, commit)).map(({ path }) => path)
  const left: LeftBy = { agent, ref, commit, start, files }
  return left
})

/** The commit that an agent first began with: by what its own commit says; one that is not its own is where it begins. */
export const startOf = Effect.fnUntraced(function* ({ names, repository }: RunTrees, agent: AgentPath, commit: string) {
  const said = yield* repository.git.line(["log", "-1", "--no-show-signature", "--format=%B", commit])
  return startIn(said, names.run, agent, commit)
})

/** The message of an agent's commit. */
export const messageOf = (agent: AgentPath, goal: string, run: RunId, start: string): string => {
  const subject = `${slugOf(agent)}: ${visibleLine(goal)}`
  const short = subject.length <= longestSubject ? subject : `${subject.slice(0, longestSubject - 1).toWellFormed()}…`
  return `${short}\n\nDeputize-Run: ${run}\nDeputize-Start: ${start}\nDeputize-Agent: ${slugOf(agent)}`
}

// internal

/** Commits of other runs are those that a run begins with, once the user has taken them in. */
const startIn = (message: string, run: RunId, agent: AgentPath, commit: string): string => {
  const [, of, start = commit, by] = trailers.exec(message) ?? []
  return of === run && by === slugOf(agent) ? start : commit
}

const longestSubject = 72

const trailers = /\nDeputize-Run: (\S+)\nDeputize-Start: ([0-9a-f]+)\nDeputize-Agent: (\S+)$/
