/**
 * Where the parts of the workspace's repository lie, if it is one that git may be run on: its own `.git` folder, or a
 * linked worktree that its repository knows of. A `.git` that only points elsewhere would open another repository to
 * whoever wrote this one. Synchronous: a few looks at metadata.
 */
import { lstatSync, readdirSync, readFileSync, realpathSync, type Stats } from "node:fs"
import { join, resolve } from "node:path"
import * as Result from "effect/Result"

export interface GitFolders {
  /** Holds what is the worktree's own: HEAD, index. */
  readonly own: string
  /** Holds what all worktrees share: objects, refs, configuration. The same for most repositories. */
  readonly common: string
}

/** Of the workspace whose real path is `root`; fails with what is in the way, as the end of a sentence. */
export const gitFolders = (root: string): Result.Result<GitFolders, string> => {
  const git = join(root, ".git")
  const found = look(git)
  if (found === undefined) return Result.fail("the workspace is not the top folder of a git repository")
  if (found.isDirectory()) return checked({ own: git, common: git })
  return found.isFile() ? linked(root, git) : Result.fail(".git is neither a folder nor a file")
}

// internal

const longestPointer = 8192

const look = (path: string): Stats | undefined => {
  try {
    return lstatSync(path)
  } catch {
    return undefined
  }
}

/** A linked worktree: `.git` names a folder of the repository, and that folder names this worktree. */
const linked = (root: string, git: string): Result.Result<GitFolders, string> => {
  const foreign = Result.fail(".git leads to a repository that does not know this workspace as its worktree")
  try {
    const own = realpathSync.native(resolve(root, pointer(git).replace(/^gitdir: /, "")))
    const back = resolve(own, pointer(join(own, "gitdir")))
    if (realpathSync.native(back) !== realpathSync.native(git)) return foreign
    const common = realpathSync.native(resolve(own, pointer(join(own, "commondir"))))
    return own.startsWith(join(common, "worktrees", "/")) ? checked({ own, common }) : foreign
  } catch {
    return foreign
  }
}

/** The path that a small file holds. */
const pointer = (file: string): string => {
  const found = lstatSync(file)
  if (!found.isFile() || found.size > longestPointer) throw new Error("no pointer")
  return readFileSync(file, "utf8").trimEnd()
}

/** Objects and refs of other repositories, by links or by reference, are not this workspace's to show. */
const checked = (folders: GitFolders): Result.Result<GitFolders, string> => {
  const { common, own } = folders
  const objects = join(common, "objects")
  const parts = [join(own, "HEAD"), join(own, "index"), join(own, "logs"), join(own, "info")]
  const shared = ["packed-refs", "refs", "objects", "config", "info", "logs", "reftable", "worktrees"]
  const below = ["objects/pack", "objects/info", "refs/heads", "refs/heads/deputize", "refs/deputize"]
  const link = [...parts, ...[...shared, ...below].map((name) => join(common, name))].find((path) =>
    look(path)?.isSymbolicLink()
  )
  if (link !== undefined) return Result.fail("the repository is made of links to another place")
  if (!look(objects)?.isDirectory() || !look(join(own, "HEAD"))?.isFile())
    return Result.fail(".git holds no repository")
  const borrowed = look(join(objects, "info", "alternates"))
  if (borrowed !== undefined && borrowed.size > 0) {
    return Result.fail("the repository borrows its objects from another one (objects/info/alternates)")
  }
  return hasLinks(objects) || hasLinks(join(objects, "pack"))
    ? Result.fail("the repository's objects are links to another place")
    : Result.succeed(folders)
}

const hasLinks = (folder: string): boolean => {
  if (look(folder) === undefined) return false
  return readdirSync(folder, { withFileTypes: true }).some((entry) => entry.isSymbolicLink())
}
