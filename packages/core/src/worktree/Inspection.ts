/**
 * Looks at what trees of a repository would be made of, before any is: what they cannot hold is refused by name.
 */
import { mkdirSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import type { GitFolders } from "./GitFolders.ts"
import { attributesOf, type Repository } from "./Repository.ts"
import { onDisk } from "./Tree.ts"
import { WorktreeError, type WorktreeReason } from "./WorktreeError.ts"

export interface Inspected {
  /** Filters that git runs for whoever has set them up, and that no tree of ours runs: `lfs`. */
  readonly filters: ReadonlyArray<string>
}

/** The commit that the user has checked out; fails where there is none. */
export const headOf = Effect.fnUntraced(function* ({ git, workspace }: Repository) {
  const said = yield* git.run(["rev-parse", "--verify", "--quiet", "HEAD^{commit}"], { codes: [0, 1, 128] })
  if (said.code !== 0) return yield* new WorktreeError({ workspace, reason: { _tag: "NoCommit" } })
  return new TextDecoder().decode(said.stdout).trim()
})

/** Fails with what keeps agents from having trees of a commit. Its attributes are where `attributesOf` says from here on. */
export const inspect = Effect.fnUntraced(function* (repository: Repository, commit: string) {
  const { folders, git, prefix, workspace } = repository
  const fail = (reason: WorktreeReason) => new WorktreeError({ workspace, reason })
  if (isPartial(folders)) return yield* fail({ _tag: "PartialClone" })
  const entries = (yield* git.records(["ls-tree", "-r", "-z", "--full-tree", commit])).map(entryOf)
  const submodules = entries.flatMap(({ mode, path }) => (mode === "160000" ? [path] : []))
  if (submodules.length > 0) return yield* fail({ _tag: "Submodules", paths: submodules })
  if (prefix !== "" && !entries.some(({ path }) => path.startsWith(prefix))) {
    return yield* fail({ _tag: "NotCommitted", folder: prefix.slice(0, -1) })
  }
  const ignoresCase = (yield* git.run(["config", "--bool", "core.ignorecase"], { codes: [0, 1] })).stdout
  const same = new TextDecoder().decode(ignoresCase).trim() === "true" ? sameNames(entries.map(({ path }) => path)) : []
  if (same.length > 0) return yield* fail({ _tag: "SameNames", paths: same })
  const attributes = entries.flatMap(({ mode, path }) =>
    // Names that are no text cannot be asked for.
    /(^|\/)\.gitattributes$/.test(path) && mode !== "120000" && !path.includes("\uFFFD") ? [path] : []
  )
  const files = attributesOf(repository)
  yield* onDisk(workspace, files, async () => void mkdirSync(files, { recursive: true }))
  if (attributes.length > 0) {
    const index = `${files}.index`
    yield* git.run(["read-tree", commit], { index })
    yield* git.each(["checkout-index", "--force", "--"], attributes, {
      index,
      worktree: files,
      settings: [["core.sparsecheckout", "false"]]
    })
  }
  const named = attributes.map((path) => join(files, path))
  const inspected: Inspected = { filters: yield* onDisk(workspace, files, async () => filtersIn(named)) }
  return inspected
})

/** What in the working tree is not committed, as git status has it. */
export const uncommitted = Effect.fnUntraced(function* ({ folders, git, top }: Repository) {
  const args = ["status", "--porcelain=v1", "-z", "--no-renames", "--ignore-submodules=all"]
  const entries = yield* git.records(args, { index: join(folders.own, "index"), worktree: top })
  return entries.map((entry) => entry.slice(3))
})

// internal

const isPartial = ({ common }: GitFolders): boolean => {
  try {
    return readdirSync(join(common, "objects", "pack")).some((name) => name.endsWith(".promisor"))
  } catch {
    // Without that folder there are no packs.
    return false
  }
}

/** A line `MODE TYPE HASH\tPATH`. */
const entryOf = (line: string): { readonly mode: string; readonly path: string } => ({
  mode: line.slice(0, line.indexOf(" ")),
  path: line.slice(line.indexOf("\t") + 1)
})

/** Files, and folders above them, whose names differ in case only. */
const sameNames = (paths: ReadonlyArray<string>): ReadonlyArray<string> => {
  const seen = new Map<string, string>()
  const same = new Set<string>()
  for (const path of paths) {
    const names = path.split("/")
    for (let length = 1; length <= names.length; length++) {
      const name = names.slice(0, length).join("/")
      const folded = name.normalize("NFC").toLowerCase()
      const other = seen.get(folded)
      if (other === undefined) seen.set(folded, name)
      else if (other !== name) same.add(name)
    }
  }
  return [...same]
}

const filtersIn = (files: ReadonlyArray<string>): ReadonlyArray<string> => [
  ...new Set(
    files.flatMap((file) =>
      [...readFileSync(file, "utf8").matchAll(/^[^#\n]*\sfilter=([\w.-]+)/gm)].flatMap(([, name]) => name ?? [])
    )
  )
]
