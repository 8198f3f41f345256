/**
 * What of a repository an agent may see: the names that a call is about, each asked of the policy, and what then may be
 * handed to git as the only paths that it shows.
 */
import * as Effect from "effect/Effect"
import { ToolContext } from "../Tool.ts"
import type { GitView } from "./GitView.ts"

export interface Readable {
  /** Literal paths; with one of them git shows nothing that may not be read. */
  readonly names: ReadonlyArray<string>
  /** How many names are left out. */
  readonly hidden: number
}

/** The names that `args` lists, with `-z`, as far as they may be read. */
export const readable = Effect.fnUntraced(function* (view: GitView, args: ReadonlyArray<string>) {
  const { mayRead } = yield* ToolContext
  const { stdout } = yield* view.git(args)
  return divided(new Set(split(stdout)), mayRead)
})

/** Pure: which of `names` git may be given. */
export const divided = (names: ReadonlySet<string>, mayRead: (name: string) => boolean): Readable => {
  const denied: Array<string> = []
  const granted: Array<string> = []
  for (const name of names) (mayRead(name) ? granted : denied).push(name)
  // A path stands for all below it, and what is a file in one commit is a folder in another.
  const above = new Set(denied.flatMap(foldersAbove))
  const kept = granted.filter((name) => !above.has(name))
  return { names: kept, hidden: names.size - kept.length }
}

/**
 * Of names that git found by walking the workspace, those that its folders hold. It opens folders by name, and what has
 * that name may have been swapped for a link that leads out.
 */
export const confirmed = Effect.fnUntraced(function* (names: ReadonlyArray<string>) {
  const { root } = yield* ToolContext
  const folders = new Map<string, ReadonlySet<string>>()
  const held = Effect.fnUntraced(function* (folder: string) {
    const known = folders.get(folder)
    if (known !== undefined) return known
    const listed = yield* Effect.orElseSucceed(root.readDirectory(folder), () => undefined)
    const entries = new Set(listed?.path === folder ? listed.entries.map(({ name }) => name) : [])
    folders.set(folder, entries)
    return entries
  })
  const found: Array<string> = []
  for (const name of names) {
    const parts = (name.endsWith("/") ? name.slice(0, -1) : name).split("/")
    const last = parts.pop() ?? ""
    if ((yield* held(parts.join("/") || ".")).has(last)) found.push(name)
  }
  return found
})

/** Parts between NULs. */
export const split = (output: Uint8Array): ReadonlyArray<string> =>
  new TextDecoder()
    .decode(output)
    .split("\0")
    .filter((name) => name !== "")

/** What is said of names that are left out; "" for none. */
export const hiddenNote = (hidden: number): string =>
  hidden === 0 ? "" : `(… ${hidden} ${hidden === 1 ? "file" : "files"} left out that may not be read)`

// internal

const foldersAbove = (name: string): ReadonlyArray<string> => {
  const parts = name.split("/")
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join("/"))
}
