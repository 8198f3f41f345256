/**
 * A repository as git may see it: a folder of our own with links to the objects, refs and index of the workspace's
 * repository, and with a configuration that we wrote. Whatever `.git/config`, its includes, the user's and the system's
 * settings say, nothing of it is in force: no hook, no fsmonitor, no filter, no textconv or external diff, no pager, no
 * alias, no program for signatures, no promisor to fetch from. Git writes nothing.
 */

import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import type * as Scope from "effect/Scope"
import { codeOrText } from "../../domain/SystemCode.ts"
import { type Output, run } from "../../process/ChildProcess.ts"
import { type GitFolders, gitFolders } from "../../worktree/GitFolders.ts"
import {
  always,
  configText,
  environment,
  link,
  linkShared,
  listing,
  ofStorage,
  type Settings,
  settingsIn
} from "../../worktree/GitSurroundings.ts"
import { ToolError } from "../ToolError.ts"

export interface GitView {
  /**
   * Runs git. `worktree` is where it finds the files, the workspace unless given. Fails with git's own words when it
   * fails, and when it prints more than `maxBytes` unless what fits is enough.
   */
  readonly git: (args: ReadonlyArray<string>, options?: GitOptions) => Effect.Effect<Output, ToolError>
}

export interface GitOptions {
  readonly worktree?: string
  readonly maxBytes?: number
  /** What was printed until then is of use, too. */
  readonly mayBeCut?: boolean
  /** Exit codes that are no failure; 0 unless given. */
  readonly codes?: ReadonlyArray<number>
}

/** Of the workspace whose real path is `root`; lasts as long as the scope. */
export const open = Effect.fnUntraced(function* (root: string): Effect.fn.Return<GitView, ToolError, Scope.Scope> {
  const folders = gitFolders(root)
  if (Result.isFailure(folders)) return yield* gitError(folders.failure, "Work without git here.")
  const view = yield* temporaryFolder
  const settings = yield* settingsOf(view, folders.success)
  yield* Effect.try({
    try: () => fill(view, folders.success, settings),
    catch: (error) => gitError(`the repository cannot be looked at (${codeOrText(error)})`, "Work without git here.")
  })
  return { git: (args, options = {}) => call(view, root, args, options) }
})

/** A folder for one call, which only this user can read. */
export const temporaryFolder = Effect.acquireRelease(
  Effect.try({
    try: () => mkdtempSync(join(tmpdir(), "deputize-git-")),
    catch: (error) => gitError(`no temporary folder can be made (${codeOrText(error)})`, "Make room, then try again.")
  }),
  (folder) => Effect.ignore(Effect.try(() => rmSync(folder, { recursive: true, force: true })))
)

export const gitError = (message: string, hint: string) => new ToolError({ tool: "git", message, hint })

// internal

const timeoutMs = 30_000
const defaultMaxBytes = 16 * 1024 * 1024
/** Of all arguments together: what systems take, with room to spare. */
const mostArgumentBytes = 800_000

const call = Effect.fnUntraced(function* (
  view: string,
  root: string,
  args: ReadonlyArray<string>,
  options: GitOptions
) {
  const { codes = [0], maxBytes = defaultMaxBytes, mayBeCut = false, worktree = root } = options
  const bytes = args.reduce((sum, arg) => sum + Buffer.byteLength(arg) + 1, 0)
  if (bytes > mostArgumentBytes) return yield* gitError("it would show too much at once", "Narrow it by a path or -n.")
  const output = yield* run({
    command: "git",
    args: ["--no-pager", ...args],
    cwd: worktree,
    env: { ...environment, GIT_DIR: view, GIT_WORK_TREE: worktree },
    maxStdoutBytes: maxBytes,
    timeoutMs
  }).pipe(Effect.mapError((error) => gitError(error.message, error.hint)))
  if (output.truncated) {
    return mayBeCut ? output : yield* gitError("git names too many files or commits", "Narrow it by a path or -n.")
  }
  if (output.code !== null && codes.includes(output.code)) return output
  // What it says names the folder that it was shown as the repository.
  const said = output.stderr.replaceAll(view, ".git").trim().split("\n").slice(0, 5).join("\n")
  return yield* gitError(
    said === "" ? `git ended with ${output.code}` : said,
    "Correct the call, or look with git log."
  )
})

const settingsOf = Effect.fnUntraced(function* (view: string, { common }: GitFolders) {
  const listed = yield* call(view, view, listing(join(common, "config")), { codes: [0, 1, 128] })
  return settingsIn(listed.stdout, ofStorage)
})

/** Links for what is there; a worktree has some of its own, the rest is shared. */
const fill = (view: string, { common, own }: GitFolders, settings: Settings): void => {
  writeFileSync(join(view, "HEAD"), readFileSync(join(own, "HEAD")).subarray(0, 4096))
  writeFileSync(join(view, "config"), configText([...settings, ...always]))
  mkdirSync(join(view, "info"))
  linkShared(common, view)
  const heads = ["ORIG_HEAD", "MERGE_HEAD", "CHERRY_PICK_HEAD", "REVERT_HEAD", "logs"]
  const index = readdirSync(own).filter((name) => /^(index|sharedindex\.[0-9a-f]+)$/.test(name))
  for (const name of [...index, ...heads]) link(join(own, name), join(view, name))
}
