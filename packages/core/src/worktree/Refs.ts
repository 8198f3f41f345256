/**
 * The refs of a run: what its agents left, what was merged, and the branches that keep what was not.
 */
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import type { Repository } from "./Repository.ts"
import type { WorktreeError } from "./WorktreeError.ts"

/** The commit that a ref names; undefined where there is none. */
export const readRef = ({ git }: Repository, ref: string) =>
  Effect.map(git.run(["rev-parse", "--verify", "--quiet", `${ref}^{commit}`], { codes: [0, 1, 128] }), (output) =>
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
  return yield* writeRef(repository, ref, commit).pipe(
    Effect.as(branch),
    Effect.catch(() => Effect.succeed(null))
  )
})

/** What a branch kept is merged now; one that the user has made theirs stays. */
export const dropBranch = Effect.fnUntraced(function* (repository: Repository, branch: string, commit: string) {
  const ref = `refs/heads/${branch}`
  const before = yield* readRef(repository, ref)
  if (before === undefined || !(yield* isOurs(repository, ref, before, commit))) return
  yield* Effect.ignore(removeRef(repository, ref))
})

// internal

/** Nothing is on the branch that is not in the commit, and nobody has it checked out. */
const isOurs = (
  { folders, git }: Repository,
  ref: string,
  at: string,
  commit: string
): Effect.Effect<boolean, WorktreeError> => {
  const heads = [join(folders.common, "HEAD"), join(folders.own, "HEAD")]
  if (heads.some((file) => existsSync(file) && readFileSync(file, "utf8").trim() === `ref: ${ref}`)) {
    return Effect.succeed(false)
  }
  return Effect.map(git.run(["merge-base", "--is-ancestor", at, commit], { codes: [0, 1] }), ({ code }) => code === 0)
}
