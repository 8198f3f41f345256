/**
 * Repositories that stand within a tree. Git takes one with a commit for a submodule, which nobody has but the tree, and
 * fails at one without.
 */
import { existsSync } from "node:fs"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import type { Git, GitOptions } from "./Git.ts"

/** Folders relative to the tree's top. A tracked folder is none of them, whatever stands in it. */
export interface NestedRepositories {
  readonly open: ReadonlyArray<string>
  /** Of those where git is told to ignore them: that hold a file which was written. Nobody misses the others. */
  readonly ignored: ReadonlyArray<string>
}

export const nestedRepositories = Effect.fnUntraced(function* (
  git: Git,
  at: GitOptions & { readonly worktree: string },
  written: ReadonlyArray<string>
) {
  const found = (...args: ReadonlyArray<string>) =>
    // One that has taken the place of a file is not among the others.
    Effect.map(git.records(["ls-files", "--others", "--killed", "-z", ...args], at), (paths) =>
      paths.flatMap((path) => (path.endsWith("/") ? [path.slice(0, -1)] : []))
    )
  const open = yield* found("--exclude-standard")
  const around = [...new Set(written.flatMap((path) => aroundOf(at.worktree, path)))]
  const hidden = around.length === 0 ? [] : yield* found("--", ...around)
  const nested: NestedRepositories = { open, ignored: hidden.filter((folder) => !open.includes(folder)) }
  return nested
})

// internal

/** The outermost folder above a file that may be one. */
const aroundOf = (top: string, path: string): ReadonlyArray<string> => {
  const names = path.split("/")
  const folders = names.slice(1).map((_, index) => names.slice(0, index + 1).join("/"))
  return folders.filter((folder) => existsSync(join(top, folder, ".git"))).slice(0, 1)
}
