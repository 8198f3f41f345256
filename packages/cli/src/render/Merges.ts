/**
 * What becomes of trees that agents have of their own, in a few words each. Pure.
 */
import type { Fact } from "@deputize/core/history/Fact"
import type { Left, Merge } from "@deputize/core/worktree/MergeReport"
import { plural } from "./Figures.ts"
import { oneLine } from "./Width.ts"

/** `merged, 3 files` */
export const mergeText = ({ conflicts, files, status, why }: Pick<Merge, "conflicts" | "files" | "status" | "why">) => {
  const about = conflicts.length === 0 ? oneLine(why) : `${oneLine(why)} (${namesOf(conflicts)})`
  switch (status) {
    case "merged":
      return `merged, ${plural(files.length, "file")}`
    case "unchanged":
      return "nothing to merge"
    case "conflict":
      return `not merged: ${about}`
    case "check_failed":
    case "kept":
      return `not merged: ${about}`
  }
}

/** `in the working tree: 4 files; left as they are: a.ts (it was changed here)` */
export const broughtText = ({ files, left }: Extract<Fact, { _tag: "worktree.Brought" }>): string => {
  const count = `in the working tree now: ${plural(files.length, "file")}`
  return left.length === 0 ? count : `${count}; left as they are: ${left.map(leftText).join(", ")}`
}

/** What the trees do not have, for who begins a run. */
export const basedText = ({
  filters,
  uncommitted
}: Extract<Fact, { _tag: "worktree.Based" }>): ReadonlyArray<string> => [
  ...(uncommitted.length === 0
    ? []
    : [`agents' own trees begin with the last commit, without what is not committed: ${namesOf(uncommitted)}`]),
  ...(filters.length === 0
    ? []
    : [`agents' own trees have files of the filter ${filters.map(oneLine).join(", ")} as git stores them`])
]

/** `a.ts (it was changed here)` */
export const leftText = ({ path, why }: Left): string => `${oneLine(path)} (${oneLine(why)})`

// internal

const mostNamed = 5

const namesOf = (paths: ReadonlyArray<string>): string =>
  `${paths.slice(0, mostNamed).map(oneLine).join(", ")}${paths.length > mostNamed ? ` and ${paths.length - mostNamed} more` : ""}`
