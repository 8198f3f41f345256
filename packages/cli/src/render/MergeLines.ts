/**
 * What became of trees that agents had of their own, in the result for people. Pure.
 */
import type { RunResult } from "@deputize/core/runtime/RunResult"
import type { Left, Merge, Merges } from "@deputize/core/worktree/MergeReport"
import { plural } from "./Figures.ts"
import { leftText, mergeText } from "./Merges.ts"
import { nameOf } from "./PlainLines.ts"

/** For the facts of a run: what was merged, what was not and the command that shows it; empty where no agent had a tree. */
export const mergeLines = ({ merges }: Pick<RunResult, "merges">): ReadonlyArray<string> =>
  merges === null ? [] : [...merges.merges.flatMap((merge) => lineOf(merges, merge)), ...broughtLines(merges)]

/** What stands in somebody's way, for who asked to be told nothing else. */
export const unmergedLines = ({ merges }: Pick<RunResult, "merges">): ReadonlyArray<string> =>
  merges === null
    ? []
    : [...merges.merges.flatMap((merge) => (isOpen(merge) ? lineOf(merges, merge) : [])), ...merges.left.map(leftLine)]

// internal

const isOpen = ({ status }: Merge): boolean => status !== "merged" && status !== "unchanged"

const lineOf = ({ ref }: Merges, merge: Merge): ReadonlyArray<string> => {
  const line = `${nameOf(merge.agent)}: ${mergeText(merge)}`
  if (!isOpen(merge) || merge.ref === null) return [line]
  const kept =
    merge.branch === null ? [] : [`  kept by the branch ${merge.branch}; what it holds more than the others:`]
  return [line, ...kept, `  git diff ${shellWord(ref)}...${shellWord(merge.ref)}`]
}

/** Names of agents may hold what a shell reads as more than a name. */
const shellWord = (ref: string): string => (/^[\w./+-]+$/.test(ref) ? ref : `'${ref}'`)

const broughtLines = ({ brought, left }: Merges): ReadonlyArray<string> => [
  ...(brought.length === 0 ? [] : [`in your working tree, not committed: ${plural(brought.length, "file")}`]),
  ...left.map(leftLine)
]

const leftLine = (left: Left): string => `left as it is: ${leftText(left)}`
