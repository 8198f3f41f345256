/**
 * A tree of an agent's own: a linked worktree of the user's repository in a folder of ours, detached at a commit. Made by
 * hand as git lays it out, since git would run what the repository has set for a checkout.
 *
 * 1. `made` is written last, and goes with the first step of a removal: a tree is whole or is not taken for one. What is
 *    not whole is thrown away and made again.
 * 2. Names say whose it is, so any process finds it again.
 * 3. The entry in the user's repository is locked: nobody's `git worktree prune` takes it away, and nobody's `gc` what it
 *    begins with.
 */
import * as fs from "node:fs"
import { basename, join } from "node:path"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { codeOf, codeOrText } from "../domain/SystemCode.ts"
import type { Repository } from "./Repository.ts"
import type { RunNames } from "./RunNames.ts"
import { WorktreeError } from "./WorktreeError.ts"

export interface Tree {
  readonly slug: string
  /** Holds all that is known of the tree, and the tree. */
  readonly folder: string
  /** The top of the files. */
  readonly top: string
  /** What stands for the workspace in it. */
  readonly root: string
  /** What git knew of the files when they were made; never changed. */
  readonly index: string
  /** Patterns of what was put in that is not the agent's. */
  readonly exclude: string
  /** The commit that it began with. */
  readonly start: string
  /** What was put in that is not the agent's, relative to `top`. */
  readonly copied: ReadonlyArray<string>
}

/** Where the trees of a run are. */
export interface RunPlace {
  readonly repository: Repository
  readonly names: RunNames
  /** The run's own folder. */
  readonly folder: string
}

/** Makes a new tree ready, and gives what was put into it: paths relative to its top, whole folders as one. */
export type Prepare = (tree: Tree) => Effect.Effect<ReadonlyArray<string>, WorktreeError>

/** The tree of this name as it is, or a new one at the commit that `start` gives. */
export const findOrMake = Effect.fnUntraced(function* <R>(
  place: RunPlace,
  slug: string,
  start: Effect.Effect<string, WorktreeError, R>,
  prepare: Prepare
) {
  const found = yield* onDisk(place.repository.workspace, join(place.folder, slug), async () => find(place, slug))
  if (found !== undefined) return found
  const { gone } = yield* discard(place, slug)
  yield* Effect.promise(() => gone)
  // Of one that cannot be made nothing is left.
  return yield* make(place, slug, yield* start, prepare).pipe(
    Effect.onError(() => Effect.ignore(Effect.flatMap(discard(place, slug), ({ gone }) => Effect.promise(() => gone))))
  )
})

/** The tree of this name, if there is a whole one; throws where nobody can tell. */
export const find = (place: RunPlace, slug: string): Tree | undefined => {
  const made = madeIn(join(place.folder, slug))
  if (made === undefined) return undefined
  const tree = treeAt(place, slug, made.start, made.copied)
  return fs.lstatSync(tree.top, { throwIfNoEntry: false })?.isDirectory() === true ? tree : undefined
}

/** Whether there is anything to take away of a tree, be it whole or not. */
export const isThere = (place: RunPlace, slug: string): boolean =>
  fs.existsSync(join(place.folder, slug)) || fs.existsSync(adminOf(place, slug))

/**
 * Takes away a tree, whole or not, with its entry in the repository. Its files are out of the way when this returns, and
 * gone when the promise is kept; what the system does not let go is swept when the run is opened again.
 */
export const discard = Effect.fnUntraced(function* (place: RunPlace, slug: string) {
  const { folder, repository } = place
  return yield* onDisk(repository.workspace, folder, async () => {
    const gone = join(folder, `.gone-${slug}-${process.hrtime.bigint().toString(36)}`)
    // A process of git that a killed runtime left behind goes on in there then, and not in the next tree.
    const wasThere = renamed(join(folder, slug), gone)
    await fs.promises.rm(adminOf(place, slug), { recursive: true, force: true })
    return { gone: wasThere ? removed(gone) : Promise.resolve() }
  })
})

/**
 * Removes a folder with all that is in it. Programs make folders that nobody may write into; what cannot be removed all
 * the same stays, and is in nobody's way.
 */
export const removed = async (folder: string): Promise<void> => {
  const remove = () => fs.promises.rm(folder, { recursive: true, force: true, maxRetries: 3 })
  await remove().catch(async () => {
    await allowed(folder).catch(() => {})
    await remove().catch(() => {})
  })
}

/** The entry of a tree in the user's repository. */
export const adminOf = ({ names, repository }: RunPlace, slug: string): string =>
  join(repository.folders.common, "worktrees", names.admin(slug))

/** Does something with files; fails with what the system said. */
export const onDisk = <A>(workspace: string, path: string, act: () => Promise<A>): Effect.Effect<A, WorktreeError> =>
  Effect.uninterruptible(
    Effect.tryPromise({
      try: act,
      catch: (error) => {
        if (error instanceof WorktreeError) return error
        const code = codeOrText(error)
        const isFull = code === "ENOSPC" || code === "EDQUOT"
        return new WorktreeError({
          workspace,
          reason: isFull ? { _tag: "NoRoom", folder: path } : { _tag: "Disk", path, code }
        })
      }
    })
  )

// internal

const Made = Schema.fromJsonString(Schema.Struct({ start: Schema.String, copied: Schema.Array(Schema.String) }))
const decodeMade = Schema.decodeOption(Made)

const madeIn = (folder: string): typeof Made.Type | undefined => {
  try {
    return Option.getOrUndefined(decodeMade(fs.readFileSync(join(folder, "made.json"), "utf8")))
  } catch (error) {
    // What cannot be read now may be somebody's work.
    if (codeOf(error) !== "ENOENT" && codeOf(error) !== "ENOTDIR") throw error
    return undefined
  }
}

const treeAt = ({ folder, repository }: RunPlace, slug: string, start: string, copied: ReadonlyArray<string>): Tree => {
  const own = join(folder, slug)
  // Programs derive names from their folder's.
  const top = join(own, basename(repository.top) || "root")
  return {
    slug,
    folder: own,
    top,
    root: repository.prefix === "" ? top : join(top, repository.prefix.slice(0, -1)),
    index: join(own, "index"),
    exclude: join(own, "exclude"),
    start,
    copied
  }
}

const make = Effect.fnUntraced(function* (place: RunPlace, slug: string, start: string, prepare: Prepare) {
  const { repository } = place
  const { git, workspace } = repository
  const tree = treeAt(place, slug, start, [])
  const admin = adminOf(place, slug)
  const write = (file: string, text: string) => fs.promises.writeFile(file, text)
  yield* onDisk(workspace, tree.top, async () => {
    await fs.promises.mkdir(tree.folder, { recursive: true, mode: 0o700 })
    makeEntries(join(repository.folders.common, "worktrees"))
    await fs.promises.mkdir(admin)
    await write(join(admin, "locked"), `the run ${place.names.run} of deputize\n`)
    await write(join(admin, "commondir"), "../..\n")
    await write(join(admin, "HEAD"), `${start}\n`)
    await fs.promises.mkdir(tree.top)
    await write(join(admin, "gitdir"), `${join(tree.top, ".git")}\n`)
    await write(join(tree.top, ".git"), `gitdir: ${admin}\n`)
  })
  yield* git.run(["read-tree", "--reset", "-u", start], { index: tree.index, worktree: tree.top })
  yield* onDisk(workspace, tree.top, async () => {
    copyIndex(tree.index, join(admin, "index"))
    await fs.promises.mkdir(tree.root, { recursive: true })
  })
  const copied = yield* prepare(tree)
  yield* onDisk(workspace, tree.folder, async () => {
    await write(tree.exclude, [ofWriters, ...copied.map(patternOf)].join(""))
    // On the disk before it has its name: after a loss of power a tree that somebody works in is taken for whole.
    await fs.promises.writeFile(join(tree.folder, "made.new"), JSON.stringify({ start, copied }), { flush: true })
    await fs.promises.rename(join(tree.folder, "made.new"), join(tree.folder, "made.json"))
  })
  return { ...tree, copied }
})

/** Through a link, the entries would stand in somebody else's folder. */
const makeEntries = (folder: string): void => {
  try {
    fs.mkdirSync(folder)
  } catch (error) {
    if (codeOf(error) !== "EEXIST" || !fs.lstatSync(folder).isDirectory()) throw error
  }
}

/** With its date: what changed in the same moment in which the index was written is looked at more closely. */
export const copyIndex = (from: string, to: string): void => {
  fs.copyFileSync(from, to)
  const { atime, mtime } = fs.statSync(from)
  fs.utimesSync(to, atime, mtime)
}

/** What a writer that was killed leaves behind. */
const ofWriters = ".deputize-????????????????.tmp\n"

/** A line that means exactly this path. */
const patternOf = (path: string): string => `/${path.replace(/[\\*?[ !#]/g, "\\$&")}\n`

const allowed = async (folder: string): Promise<void> => {
  await fs.promises.chmod(folder, 0o700)
  for (const entry of await fs.promises.readdir(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) await allowed(join(folder, entry.name))
  }
}

const renamed = (from: string, to: string): boolean => {
  try {
    fs.renameSync(from, to)
    return true
  } catch (error) {
    if (codeOf(error) === "ENOENT") return false
    throw error
  }
}
