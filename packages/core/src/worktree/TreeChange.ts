/**
 * What differs between two commits, file by file, whatever the names. A rename is a file that went and one that came.
 */
import * as Effect from "effect/Effect"
import type { Git } from "./Git.ts"

export interface TreeChange {
  /** Relative to the repository's top. */
  readonly path: string
  /** As git has them: 100644, 100755, 120000 for a link, 160000 for a submodule, 000000 for nothing. */
  readonly oldMode: string
  readonly newMode: string
  readonly oldHash: string
  readonly newHash: string
}

/** By name. */
export const changesBetween = Effect.fnUntraced(function* (git: Git, from: string, to: string) {
  if (from === to) return []
  const records = yield* git.records(["diff-tree", "-r", "-z", "--raw", "--no-renames", "--full-index", from, to])
  const changes: Array<TreeChange> = []
  for (let index = 0; index + 1 < records.length; index += 2) {
    const [oldMode = "", newMode = "", oldHash = "", newHash = ""] = (records[index] ?? "").slice(1).split(" ")
    changes.push({ path: records[index + 1] ?? "", oldMode, newMode, oldHash, newHash })
  }
  return changes
})

export const absent = "000000"

export const isRegular = (mode: string): boolean => mode === "100644" || mode === "100755"
