/**
 * What a tree holds, as a commit: all that is not ignored, and all that the agent is known to have written, be it ignored
 * or not. What was put in for it is left out. Neither the tree nor its index is changed.
 */
import * as fs from "node:fs"
import { join } from "node:path"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { Git, GitOptions } from "./Git.ts"
import { copyIndex, onDisk, type RunPlace, type Tree } from "./Tree.ts"
import { changesBetween } from "./TreeChange.ts"

export interface Commit {
  readonly commit: string
  /** What changed since the tree's start, relative to the repository's top. */
  readonly files: ReadonlyArray<string>
  /** What could not be committed: repositories within the tree. It is in the tree alone. */
  readonly left: ReadonlyArray<string>
}

/** `written`: files that the agent wrote, relative to the tree's top. Without changes it is the commit of `parent`. */
export const commitTree = Effect.fnUntraced(function* (
  place: RunPlace,
  tree: Tree,
  options: {
    readonly message: string
    readonly written: ReadonlyArray<string>
    /** The tree's start unless given. */
    readonly parent?: string
  }
) {
  const { git, workspace } = place.repository
  const { parent = tree.start } = options
  const index = join(tree.folder, `index.${process.pid}.${process.hrtime.bigint().toString(36)}`)
  const at: GitOptions = { index, worktree: tree.top, settings: [["core.excludesfile", tree.exclude]] }
  return yield* Effect.gen(function* () {
    yield* onDisk(workspace, index, async () => copyIndex(tree.index, index))
    yield* git.run(["add", "--all", "--sparse", "--ignore-errors", "--", "."], at)
    // Ignore files of the repository come before ours, and may take back what it says.
    if (tree.copied.length > 0) {
      yield* git.each(["rm", "-r", ...fromIndex, "--ignore-unmatch", "--"], tree.copied, at)
    }
    const written = options.written.filter((path) => isFile(tree.top, path))
    if (written.length > 0) yield* git.each(["add", "--force", "--sparse", "--"], written, at)
    const { changes, content, left } = yield* contentOf(git, at, tree.start)
    const unchanged = content === (yield* git.line(["rev-parse", `${parent}^{tree}`]))
    const commit = unchanged ? parent : yield* commitOf(git, content, [parent], options.message)
    return { commit, files: changes.map(({ path }) => path), left } satisfies Commit
  }).pipe(
    Effect.ensuring(
      Effect.sync(() => {
        for (const file of [index, `${index}.lock`]) fs.rmSync(file, { force: true })
      })
    )
  )
})

/** A commit of these contents. */
export const commitOf = Effect.fnUntraced(function* (
  git: Git,
  content: string,
  parents: ReadonlyArray<string>,
  message: string
) {
  const date = `${Math.floor((yield* Clock.currentTimeMillis) / 1000)} +0000`
  const args = ["commit-tree", content, ...parents.flatMap((parent) => ["-p", parent]), "-m", message]
  return yield* git.line(args, { env: { GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date } })
})

// internal

/** Whatever stands in the tree. */
const fromIndex = ["--cached", "--force", "--quiet", "--sparse"]

/** The index as contents. A repository within the tree would be a commit that nobody has. */
const contentOf = Effect.fnUntraced(function* (git: Git, at: GitOptions, start: string) {
  const content = yield* git.line(["write-tree"], at)
  const changes = yield* changesBetween(git, start, content)
  const left = changes.flatMap(({ newMode, path }) => (newMode === "160000" ? [path] : []))
  if (left.length === 0) return { content, changes, left }
  yield* git.each(["rm", ...fromIndex, "--"], left, at)
  const rest = changes.filter(({ path }) => !left.includes(path))
  return { content: yield* git.line(["write-tree"], at), changes: rest, left }
})

/** Behind a link there is nothing of the tree's. */
const isFile = (top: string, path: string): boolean => {
  const names = path.split("/")
  try {
    return names.every((_, index) => {
      const found = fs.lstatSync(join(top, ...names.slice(0, index + 1)))
      return index === names.length - 1 ? found.isFile() : found.isDirectory()
    })
  } catch {
    return false
  }
}
