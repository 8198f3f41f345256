/**
 * The refs of a run: what its agents left, what was merged, and the branches that keep what was not.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import type { GitFolders } from "./GitFolders.ts"
import type { Repository } from "./Repository.ts"
import type { WorktreeError } from "./WorktreeError.ts"

/** The commit that a ref names; undefined where there is none. Fails where nobody can tell. */
export const readRef = ({ git }: Repository, ref: string) =>
  Effect.map(git.run(["rev-parse", "--verify", "--quiet", `${ref}^{commit}`], { codes: [0, 1] }), (output) =>
    output.code === 0 ? new TextDecoder().decode(output.stdout).trim() : undefined
  )

/** All refs below `prefix`, which ends with a slash, in full. */
export const refsBelow = ({ git }: Repository, prefix: string) =>
  Effect.map(git.line(["for-each-ref", "--format=%(refname)", prefix]), (said) => (said === "" ? [] : said.split("\n")))

export const writeRef = ({ git }: Repository, ref: string, commit: string) =>
  Effect.asVoid(git.run(["update-ref", "--no-deref", ref, commit]))

export const removeRef = ({ git }: Repository, ref: string) =>
  Effect.asVoid(git.run(["update-ref", "--no-deref", "-d", ref]))

/**
 * Lets a branch, without `refs/heads/`, keep a commit. Null where that cannot be: somebody has put other work on the
 * branch, or has a branch of a name that leaves no room for it. The commit has its ref all the same.
 */
export const keepBranch = Effect.fnUntraced(function* (repository: Repository, branch: string, commit: string) {
  const ref = `refs/heads/${branch}`
  const before = yield* readRef(repository, ref)
  if (before === commit) return branch
  if (before !== undefined && !(yield* isOurs(repository, ref, before, commit))) return null
  // Only if it is still what was looked at: somebody may be at work on it at this moment.
  const expected = before ?? "0".repeat(commit.length)
  return yield* repository.git.run(["update-ref", "--no-deref", ref, commit, expected]).pipe(
    Effect.as(branch),
    Effect.catch(() => Effect.succeed(null))
  )
})

/** What a branch kept is merged now; one that the user has made theirs stays. */
export const dropBranch = Effect.fnUntraced(function* (repository: Repository, branch: string, commit: string) {
  const ref = `refs/heads/${branch}`
  const before = yield* readRef(repository, ref)
  if (before === undefined || !(yield* isOurs(repository, ref, before, commit))) return
  yield* Effect.ignore(repository.git.run(["update-ref", "--no-deref", "-d", ref, before]))
})

// internal

/** Nothing is on the branch that is not in the commit, and nobody has it checked out. */
const isOurs = (
  { folders, git }: Repository,
  ref: string,
  at: string,
  commit: string
): Effect.Effect<boolean, WorktreeError> => {
  if (headsOf(folders).some((file) => textOf(file).trim() === `ref: ${ref}`)) return Effect.succeed(false)
  return Effect.map(git.run(["merge-base", "--is-ancestor", at, commit], { codes: [0, 1] }), ({ code }) => code === 0)
}

/** Of the repository and of all worktrees that are linked to it. */
const headsOf = ({ common, own }: GitFolders): ReadonlyArray<string> => {
  const linked = join(common, "worktrees")
  const names = existsSync(linked) ? readdirSync(linked) : []
  return [join(common, "HEAD"), join(own, "HEAD"), ...names.map((name) => join(linked, name, "HEAD"))]
}

/** Worktrees come and go meanwhile. */
const textOf = (file: string): string => {
  try {
    return readFileSync(file, "utf8")
  } catch {
    return ""
  }
}
