/**
 * The words of a git call: which are commits, which are paths, and what of the workspace has to be readable for it.
 * Commits are pinned to their hashes, so that what was looked at first is what is shown.
 */
import * as Effect from "effect/Effect"
import { PathDenied } from "../../workspace/PathError.ts"
import { isGitInternal } from "../ReadTarget.ts"
import { ToolContext } from "../Tool.ts"
import type { GitCall } from "./GitArguments.ts"
import { type GitView, gitError } from "./GitView.ts"

/** A path as git has it: relative to the workspace, never resolved, since the past has no links. */
export const placeOf = Effect.fnUntraced(function* (path: string) {
  const { root } = yield* ToolContext
  const inside = path === root.root || path.startsWith(`${root.root}/`) ? path.slice(root.root.length + 1) : path
  const parts: Array<string> = []
  for (const part of inside.split("/")) {
    if (part === "" || part === ".") continue
    if (part === "..") return yield* new PathDenied({ path, rule: "outside" })
    parts.push(part)
  }
  if (/^([/\\~]|[A-Za-z]:[\\/])/.test(inside)) return yield* new PathDenied({ path, rule: "outside" })
  const place = parts.length === 0 ? "." : parts.join("/")
  if (isGitInternal(place)) return yield* new PathDenied({ path, rule: "git-internals" })
  return place
})

/** The paths that a call names for sure: behind `--`, in `REV:PATH`, the file of blame, and words that are there. */
export const namedPlaces = Effect.fnUntraced(function* ({ paths, verb, words }: GitCall) {
  const { root } = yield* ToolContext
  const places = yield* Effect.forEach(paths ?? [], placeOf)
  if (refVerbs.has(verb)) return []
  for (const [index, word] of words.entries()) {
    const colon = verb === "show" || verb === "ls-tree" ? word.indexOf(":") : -1
    const isFile = verb === "blame" && paths === null && index === words.length - 1
    if (colon >= 0) places.push(yield* placeOf(word.slice(colon + 1)))
    else if (isFile || (paths === null && (yield* isThere(root.resolve(word))))) places.push(yield* placeOf(word))
  }
  return places
})

/** They tell of commits and refs only, by name and hash. */
export const refVerbs: ReadonlySet<string> = new Set(["branch", "tag", "rev-parse", "merge-base", "describe"])

export interface Pinned {
  /** Hashes, `^hash`, `hash..hash`, `hash...hash`. */
  readonly commits: ReadonlyArray<string>
  /** Literal, relative to the workspace. */
  readonly paths: ReadonlyArray<string>
}

/** Without `--`, the first word that is no commit and all behind it are paths, which have to be there. */
export const pinned = Effect.fnUntraced(function* (view: GitView, { paths, words }: GitCall) {
  const commits: Array<string> = []
  for (const [index, word] of words.entries()) {
    const commit = yield* pin(view, word)
    if (commit !== undefined) commits.push(commit)
    else return { commits, paths: yield* pathsOf(paths, words.slice(index)) } satisfies Pinned
  }
  return { commits, paths: yield* Effect.forEach(paths ?? [], placeOf) } satisfies Pinned
})

/** The hash of one commit; fails for what is none. */
export const commitOf = Effect.fnUntraced(function* (view: GitView, word: string) {
  const hash = yield* resolved(view, word)
  return hash ?? (yield* noCommit(word))
})

/** One commit or range, by hashes; undefined for what is none. */
export const pin = Effect.fnUntraced(function* (view: GitView, word: string) {
  if (word.startsWith("^")) {
    const hash = yield* resolved(view, word.slice(1))
    return hash === undefined ? undefined : `^${hash}`
  }
  const [, from, dots, to] = /^(.*?)(\.\.\.?)(.*)$/.exec(word) ?? []
  if (from === undefined || dots === undefined || to === undefined) return yield* resolved(view, word)
  const [first, last] = [yield* resolved(view, from || "HEAD"), yield* resolved(view, to || "HEAD")]
  return first === undefined || last === undefined ? undefined : `${first}${dots}${last}`
})

export const noCommit = (word: string) =>
  gitError(
    `${JSON.stringify(word.slice(0, 80))} is neither a commit nor a file that is there`,
    "Look for names with git branch --list, tag --list or log; put paths behind --."
  )

// internal

/** Never a file's bytes by their hash: those are shown as REV:PATH only, whose path can be asked for. */
const resolved = Effect.fnUntraced(function* (view: GitView, word: string) {
  // A regular expression that messages are searched for: it can take all memory there is, and `log --grep` does it too.
  const isSearch = word.includes("^{/")
  if (word === "" || word.startsWith("-") || word.includes(":") || isSearch) return undefined
  const args = ["rev-parse", "--verify", "--quiet", `${word}^{commit}`]
  const hash = new TextDecoder().decode((yield* view.git(args, { codes: [0, 1, 128] })).stdout).trim()
  return /^[0-9a-f]{40,64}$/.test(hash) ? hash : undefined
})

const pathsOf = Effect.fnUntraced(function* (behind: ReadonlyArray<string> | null, words: ReadonlyArray<string>) {
  const { root } = yield* ToolContext
  for (const word of words) {
    if (behind !== null || !(yield* isThere(root.resolve(word)))) return yield* noCommit(word)
  }
  return yield* Effect.forEach(words, placeOf)
})

const isThere = <E>(resolving: Effect.Effect<unknown, E>): Effect.Effect<boolean> =>
  Effect.match(resolving, { onSuccess: () => true, onFailure: () => false })
