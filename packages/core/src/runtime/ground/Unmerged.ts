/**
 * What is still to be done with the work of agents that have completed: the run was cancelled before it was merged, or git,
 * the disk or a setup has failed. A run that is taken up does that, and asks no model for it. A conflict, a check that
 * failed and a file that somebody has changed are how a merge ends. Pure.
 */
import type { AgentResult } from "../../agent/AgentResult.ts"
import { isNamed } from "../../domain/Ids.ts"
import type { Left, Merges } from "../../worktree/MergeReport.ts"

/** Not a file of it: nothing that is merged could be brought. */
export const wholeWorkspace = (why: string): Left => ({ path: top, why })

/** Of agents that the run was started with: work of others was kept or merged when they ended, and whoever started them told. */
export const isUnmerged = (
  merges: Merges | null,
  agents: ReadonlyArray<Pick<AgentResult, "path" | "status">>
): boolean => {
  if (merges === null) return false
  const completed = new Set(agents.flatMap(({ path, status }) => (status === "completed" ? [path] : [])))
  return (
    merges.left.some(({ path }) => path === top) ||
    merges.merges.some(({ agent, status }) => status === "kept" && isNamed(agent) && completed.has(agent))
  )
}

// internal

const top = "."
