/**
 * Why a step runs or does not, in words for users: the end of the sentence "it runs because …". Pure.
 */
import type { Freshness } from "./Fingerprint.ts"

export const reason = (freshness: Freshness): string => {
  switch (freshness._tag) {
    case "Fresh":
      return "up to date"
    case "NeverFinished":
      return "it has not finished before"
    case "CommandChanged":
      return "its command changed"
    case "EnvChanged":
      return "its environment changed"
    case "ToolsChanged":
      return "a tool has another version"
    case "NeedsChanged":
      return "a step that it needs made something else"
    case "InputsChanged": {
      const { added, changed, removed } = freshness
      return some([
        [changed, "changed"],
        [added, "added"],
        [removed, "removed"]
      ])
    }
    case "OutputsDamaged": {
      const { changed, missing } = freshness
      return some([
        [missing, "missing"],
        [changed, "not as it was made"]
      ])
    }
    case "NotCached":
      return "it always runs"
  }
}

// internal

type Kind = readonly [paths: ReadonlyArray<string>, what: string]

/** Names one path of the first kind that has any, and counts the rest of all: `src/a.ts and 3 more changed`. */
const some = (kinds: ReadonlyArray<Kind>): string => {
  const present = kinds.filter(([paths]) => paths.length > 0)
  return present.map(([paths, what]) => `${paths[0]}${others(paths)} ${what}`).join(", ")
}

const others = ({ length }: ReadonlyArray<string>): string => {
  if (length === 1) return ""
  return length < most ? ` and ${length - 1} more` : ` and at least ${length - 1} more`
}

/** As many paths as a Freshness names of a kind. */
const most = 20
