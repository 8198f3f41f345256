/**
 * What stands in the workspace where a run has changed a file, as it is now.
 */
import * as Effect from "effect/Effect"
import { sha256 } from "../domain/Sha256.ts"
import { ConfinedRoot } from "../workspace/ConfinedRoot.ts"
import type { PathError } from "../workspace/PathError.ts"
import { mostBytes } from "../worktree/Bring.ts"

export type Present =
  | { readonly _tag: "File"; readonly hash: string; readonly mode: number }
  | { readonly _tag: "Absent" }
  | { readonly _tag: "Folder" }
  /** The path, or a folder on the way, is a link now: what it leads to is another file. */
  | { readonly _tag: "Link" }
  /** A folder on the way is a file now. */
  | { readonly _tag: "Blocked" }
  | { readonly _tag: "Unreadable"; readonly error: PathError }

/** What is there by path. */
export type Now = ReadonlyMap<string, Present>

export const lookAt = Effect.fnUntraced(function* (paths: Iterable<string>) {
  const root = yield* ConfinedRoot
  const look = (path: string) => Effect.map(present(root, path), (found) => [path, found] as const)
  return new Map(yield* Effect.forEach(paths, look, { concurrency: 16 })) satisfies Now
})

/** Of a real path. Never fails: what cannot be looked at is an answer as well. */
export const present = (root: ConfinedRoot["Service"], path: string): Effect.Effect<Present> =>
  Effect.match(root.readFile(path, { maxBytes: mostBytes }), {
    onSuccess: (file): Present =>
      file.path === path ? { _tag: "File", hash: sha256(file.bytes), mode: file.mode } : { _tag: "Link" },
    onFailure: (error) => presentOf(path, error)
  }).pipe(
    Effect.flatMap((found) =>
      // A folder is no regular file, and neither is a socket: only the former can be entered.
      found._tag === "Unreadable" && found.error._tag === "PathDenied" && found.error.rule === "not-a-file"
        ? Effect.match(root.resolve(path), {
            onSuccess: ({ path: real }): Present => (real === path ? { _tag: "Folder" } : { _tag: "Link" }),
            onFailure: () => found
          })
        : Effect.succeed(found)
    )
  )

/** The hash of what stands there, null for nothing; undefined where it is no file. */
export const hashOf = (found: Present): string | null | undefined => {
  if (found._tag === "File") return found.hash
  return found._tag === "Absent" ? null : undefined
}

/** Neither a tool nor a merge makes a file that is larger: what is longer has been changed since. */
export { mostBytes }

// internal

const presentOf = (path: string, error: PathError): Present => {
  if (error._tag === "PathNotFound") return { _tag: error.resolved === path ? "Absent" : "Link" }
  if (error._tag === "PathDenied") {
    if (error.rule === "not-a-directory") return { _tag: "Blocked" }
    if (error.rule === "outside" || error.rule === "too-many-links") return { _tag: "Link" }
  }
  return { _tag: "Unreadable", error }
}
