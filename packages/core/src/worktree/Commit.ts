/**
 * What a tree holds, as a commit: all that is not ignored, and all that the agent is known to have written, be it ignored
 * or not. What was put in for it is left out. Neither the tree nor its index is changed.
 */
import * as fs from "node:fs"
import { join } from "node:path"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { Git } from "./Git.ts"
import { nestedRepositories } from "./NestedRepositories.ts"
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
  const at = { index, worktree: tree.top, settings: [["core.excludesfile", tree.exclude]] } as const
  return yield* Effect.gen(function* () {
    yield* onDisk(workspace, index, async () => copyIndex(tree.index, index))
    const files = options.written.filter((path) => isFile(tree.top, path))
    const { ignored, open } = yield* nestedRepositories(git, at, files)
    const others = open.map((folder) => `:(exclude,literal)${folder}`)
    yield* git.run(["add", "--all", "--sparse", "--ignore-errors", "--", ".", ...others], { ...at, env: withMagic })
    const left = [...open, ...ignored].sort()
    // Ignore files of the repository come before ours, and may take back what it says.
    const notOurs = [...left, ...tree.copied]
    if (notOurs.length > 0) yield* git.each(["rm", "-r", ...fromIndex, "--ignore-unmatch", "--"], notOurs, at)
    const written = files.filter((path) => !left.some((folder) => path.startsWith(`${folder}/`)))
    if (written.length > 0) yield* git.each(["add", "--force", "--sparse", "--"], written, at)
    const content = yield* git.line(["write-tree"], at)
    const changes = yield* changesBetween(git, tree.start, content)
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

/** Paths are taken for what they say otherwise. */
const withMagic = { GIT_LITERAL_PATHSPECS: "0" }

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
