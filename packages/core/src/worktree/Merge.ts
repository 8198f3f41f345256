/**
 * Merges a commit into another, in the repository's objects alone: no working tree, no merge driver, no hook. Ahead of
 * everything it is moved forward, without a commit of its own.
 */
import * as Effect from "effect/Effect"
import { commitOf } from "./Commit.ts"
import { attributesOf, type Repository } from "./Repository.ts"

export type Merged =
  /** `theirs` was part of `ours` already. */
  | { readonly _tag: "Same" }
  /** The commit that holds both. */
  | { readonly _tag: "Merged"; readonly commit: string }
  /** Files that both have changed in ways that cannot be had together. */
  | { readonly _tag: "Conflict"; readonly files: ReadonlyArray<string> }

export const merge = Effect.fnUntraced(function* (
  repository: Repository,
  ours: string,
  theirs: string,
  message: string
) {
  const { git } = repository
  const common = yield* git.line(["merge-base", ours, theirs], { codes: [0, 1] })
  if (common === theirs) return { _tag: "Same" } as const
  if (common === ours) return { _tag: "Merged", commit: theirs } as const
  const args = ["merge-tree", "--write-tree", "-z", "--name-only", "--no-messages", ours, theirs]
  const output = yield* git.run(args, { codes: [0, 1], worktree: attributesOf(repository) })
  const [content = "", ...files] = new TextDecoder().decode(output.stdout).split("\0")
  if (output.code === 1) {
    return { _tag: "Conflict", files: [...new Set(files.filter((file) => file !== ""))].sort() } as const
  }
  return { _tag: "Merged", commit: yield* commitOf(git, content, [ours, theirs], message) } as const
})
