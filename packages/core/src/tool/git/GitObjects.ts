/**
 * What a commit or the index holds: a file's text or a folder's names. A path is looked up as it stands and asked of the
 * policy as it stands; git's own `REV:PATH` would read more into it.
 */
import * as Effect from "effect/Effect"
import { visibleLine } from "../../domain/VisibleText.ts"
import { ToolContext } from "../Tool.ts"
import { hiddenNote, split } from "./GitNames.ts"
import { commitOf, placeOf } from "./GitPlaces.ts"
import { type GitView, gitError } from "./GitView.ts"

/** `REV:PATH`, or `:PATH` for what is staged. */
export const showObject = Effect.fnUntraced(function* (view: GitView, word: string) {
  const colon = word.indexOf(":")
  const [revision, path] = [word.slice(0, colon), yield* placeOf(word.slice(colon + 1))]
  const commit = revision === "" ? undefined : yield* commitOf(view, revision)
  if (commit !== undefined && path === ".") return yield* treeListing(view, commit, [], [])
  const list = commit === undefined ? ["ls-files", "--stage", "-z"] : ["ls-tree", "-z", commit]
  const entry = entriesOf((yield* view.git([...list, "--", path])).stdout).find(({ name }) => name === path)
  if (entry === undefined) {
    const where = commit === undefined ? "the index" : revision
    return yield* gitError(`${visibleLine(path)} is not in ${where}`, "Look with git ls-tree REV FOLDER/.")
  }
  if (commit !== undefined && entry.kind === "tree") return yield* treeListing(view, commit, [`${path}/`], [])
  return yield* content(view, entry)
})

/** The names below `paths` in a commit, all at the top without any. */
export const treeListing = Effect.fnUntraced(function* (
  view: GitView,
  commit: string,
  paths: ReadonlyArray<string>,
  options: ReadonlyArray<string>
) {
  const { mayRead } = yield* ToolContext
  const places = yield* Effect.forEach(paths, treePlace)
  const behind = places.includes("./") || places.length === 0 ? [] : ["--", ...places]
  const entries = entriesOf((yield* view.git(["ls-tree", "-z", ...options, commit, ...behind])).stdout)
  const seen = entries.filter(({ kind, name }) => kind === "tree" || mayRead(name))
  const names = seen.map(({ kind, name }) => `${visibleLine(name)}${kind === "tree" ? "/" : ""}`)
  const note = hiddenNote(entries.length - seen.length)
  return [...names, ...(note === "" ? [] : [note])].join("\n") || "(… nothing there)"
})

// internal

const mostBytes = 4 * 1024 * 1024

interface Entry {
  readonly mode: string
  readonly kind: string
  readonly hash: string
  readonly name: string
}

/** Lines `MODE TYPE HASH\tNAME` of ls-tree and `MODE HASH STAGE\tNAME` of the index. */
const entriesOf = (output: Uint8Array): ReadonlyArray<Entry> =>
  split(output).flatMap((line) => {
    const [, mode, kind, hash, staged, name] =
      /^(\d+) (?:(blob|tree|commit) ([0-9a-f]+)|([0-9a-f]+) \d)\t(.*)$/s.exec(line) ?? []
    if (mode === undefined || name === undefined) return []
    return [{ mode, kind: kind ?? (mode === "160000" ? "commit" : "blob"), hash: hash ?? staged ?? "", name }]
  })

/** A slash at the end asks for what is in the folder. */
const treePlace = (path: string) =>
  Effect.map(placeOf(path), (place) => (path.endsWith("/") || place === "." ? `${place}/` : place))

const content = Effect.fnUntraced(function* (view: GitView, { hash, kind, mode, name }: Entry) {
  const { mayRead } = yield* ToolContext
  if (kind !== "blob" || !mayRead(name)) {
    return yield* gitError(`${visibleLine(name)} is no file that can be shown`, "Ask for a file.")
  }
  const { stdout, truncated } = yield* view.git(["cat-file", "blob", hash], { maxBytes: mostBytes, mayBeCut: true })
  if (stdout.includes(0)) return yield* gitError(`${visibleLine(name)} is a binary file`, "Only text can be shown.")
  const text = new TextDecoder().decode(stdout)
  if (mode === "120000") return `link to ${visibleLine(text)}`
  return truncated ? `${text}\n(… more)` : text || "(… the file is empty)"
})
