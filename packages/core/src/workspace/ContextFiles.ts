/**
 * What a repository tells agents about itself: AGENTS.md from the workspace down to each scope, with CLAUDE.md and
 * GEMINI.md in its place where there is none. Read through the confined root: a link that leaves the workspace, a
 * folder of that name or a binary file counts as absent.
 */
import * as Effect from "effect/Effect"
import { ConfinedRoot } from "./ConfinedRoot.ts"

export interface ContextFile {
  /** Relative to the workspace, links resolved. */
  readonly path: string
  readonly text: string
}

/** General first: the workspace's own file, then those of deeper folders. A file that several paths lead to comes once. */
export const contextFiles = Effect.fnUntraced(function* (scopes: ReadonlyArray<string>) {
  const found = new Map<string, ContextFile>()
  for (const folder of yield* foldersTo(scopes)) {
    const file = yield* firstOf(names.map((name) => (folder === "." ? name : `${folder}/${name}`)))
    if (file !== undefined && !found.has(file.path)) found.set(file.path, file)
  }
  return [...found.values()]
})

// internal

const names = ["AGENTS.md", "CLAUDE.md", "GEMINI.md"]
const maxBytes = 64 * 1024

/** The folders on the way to every scope, by depth, then name. A scope need not exist yet: the folders above it count. */
const foldersTo = Effect.fnUntraced(function* (scopes: ReadonlyArray<string>) {
  const root = yield* ConfinedRoot
  const folders = new Set(["."])
  for (const scope of scopes) {
    const place = yield* root.resolve(scope).pipe(
      Effect.map((resolved) => resolved.path),
      Effect.catchTag("PathNotFound", (error) => Effect.succeed(error.resolved)),
      Effect.orElseSucceed(() => ".")
    )
    const parts = place.split("/")
    for (let length = 1; length <= parts.length; length++) folders.add(parts.slice(0, length).join("/"))
  }
  return [...folders].sort((a, b) => depth(a) - depth(b) || (a < b ? -1 : 1))
})

const depth = (folder: string): number => (folder === "." ? 0 : folder.split("/").length)

const firstOf = Effect.fnUntraced(function* (paths: ReadonlyArray<string>) {
  const root = yield* ConfinedRoot
  for (const path of paths) {
    const file = yield* Effect.orElseSucceed(root.readFile(path, { maxBytes }), () => undefined)
    if (file === undefined || file.bytes.includes(0)) continue
    return { path: file.path, text: new TextDecoder().decode(file.bytes) }
  }
  return undefined
})
