/**
 * What the trees, commits and branches of a run's agents are called. All of it follows from the run and the agent's path,
 * so it is found again by any process. Pure.
 */
import { type AgentPath, type RunId, rootPath } from "../domain/Ids.ts"
import { sha256 } from "../domain/Sha256.ts"

export interface RunNames {
  readonly run: RunId
  /** Where all refs of the run stand, with a slash at the end. */
  readonly refs: string
  /** The commit that the run's trees begin with. */
  readonly base: string
  /** All that was merged. */
  readonly merged: string
  /** As far as that was brought into the user's working tree. */
  readonly brought: string
  /** What an agent left. */
  readonly ref: (slug: string) => string
  /** As far as that was merged into the tree of the agent that had started it. */
  readonly taken: (slug: string) => string
  /** The branch that keeps what was not merged, without `refs/heads/`. */
  readonly branch: (slug: string) => string
  /** The folder below `worktrees` of the user's repository. */
  readonly admin: (slug: string) => string
}

export const runNames = (run: RunId): RunNames => {
  const refs = `refs/deputize/${run}/`
  return {
    run,
    refs,
    base: `${refs}${own.base}`,
    merged: `${refs}${own.merged}`,
    brought: `${refs}${own.brought}`,
    ref: (slug) => `${refs}${slug}`,
    // No agent is called that.
    taken: (slug) => `${refs}=${slug}`,
    branch: (slug) => `deputize/${run}/${slug}`,
    admin: (slug) => `deputize-${run}-${slug}`
  }
}

/** `/root/lead/worker#2` as `lead+worker#2`: a name for files and refs. Names of agents hold neither sign. */
export const slugOf = (path: AgentPath): string => {
  const name = path.slice(rootPath.length + 1).replaceAll("/", "+")
  const slug = Object.values<string>(own).includes(name) ? `agent+${name}` : name
  return Buffer.byteLength(slug) <= longest ? slug : `${cut(slug)}+${sha256(path).slice(0, 12)}`
}

/** The tree in which merged work is checked; no agent is called that. */
export const checkingSlug = "+merged"

// internal

/** What no agent's ref is called. */
const own = { base: "base", merged: "merged", brought: "brought" } as const

/** With what is added to it, far from the 255 bytes of a file's name. */
const longest = 120

const cut = (slug: string): string => {
  let kept = slug.slice(0, longest)
  while (Buffer.byteLength(kept) > longest) kept = kept.slice(0, -1)
  return kept.toWellFormed().replaceAll("\uFFFD", "")
}
