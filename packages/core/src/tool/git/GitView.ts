/**
 * A repository as git may see it: a folder of our own with links to the objects, refs and index of the workspace's
 * repository, and with a configuration that we wrote. Whatever `.git/config`, its includes, the user's and the system's
 * settings say, nothing of it is in force: no hook, no fsmonitor, no filter, no textconv or external diff, no pager, no
 * alias, no program for signatures, no promisor to fetch from. Git writes nothing.
 */

import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync
} from "node:fs"
import { tmpdir } from "node:os"
import { delimiter, join } from "node:path"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import type * as Scope from "effect/Scope"
import { codeOrText } from "../../domain/SystemCode.ts"
import { type Output, run } from "../../process/ChildProcess.ts"
import { ToolError } from "../ToolError.ts"
import { type GitFolders, gitFolders } from "./GitFolders.ts"

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

/** Where systems keep their git. A `PATH` of the user's may lead into the workspace. */
const programs = [
  "/usr/bin",
  "/bin",
  "/usr/local/bin",
  "/opt/homebrew/bin",
  "/opt/local/bin",
  "/run/current-system/sw/bin",
  "C:\\Program Files\\Git\\cmd"
].join(delimiter)

const environment = {
  PATH: programs,
  LC_ALL: "C.UTF-8",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_CONFIG_SYSTEM: "/dev/null",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_ATTR_NOSYSTEM: "1",
  GIT_OPTIONAL_LOCKS: "0",
  GIT_TERMINAL_PROMPT: "0",
  GIT_NO_LAZY_FETCH: "1",
  GIT_ALLOW_PROTOCOL: "none",
  GIT_LITERAL_PATHSPECS: "1",
  GIT_PAGER: "cat"
}

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

/** What of the repository's settings says how its files are stored: words, nothing that names a file or a program. */
const harmless =
  /^(core\.(filemode|ignorecase|symlinks|precomposeunicode|autocrlf|eol|repositoryformatversion)|extensions\.(objectformat|refstorage))$/

const settingsOf = Effect.fnUntraced(function* (view: string, { common }: GitFolders) {
  const file = join(common, "config")
  const listed = yield* call(view, view, ["config", "--file", file, "--no-includes", "--null", "--list"], {
    codes: [0, 1, 128]
  })
  return new TextDecoder()
    .decode(listed.stdout)
    .split("\0")
    .flatMap((entry): ReadonlyArray<readonly [string, string]> => {
      const [key = "", value = "true"] = entry.split("\n")
      return harmless.test(key) && /^[\w-]{1,20}$/.test(value) ? [[key, value]] : []
    })
})

const always: ReadonlyArray<readonly [string, string]> = [
  ["core.bare", "false"],
  ["core.quotepath", "false"],
  ["core.fsmonitor", "false"],
  ["core.hookspath", "/dev/null"],
  ["core.pager", "cat"],
  ["core.untrackedcache", "false"],
  ["core.excludesfile", "/dev/null"],
  ["core.attributesfile", "/dev/null"],
  ["diff.autorefreshindex", "false"],
  ["diff.ignoresubmodules", "all"],
  ["diff.submodule", "short"],
  ["diff.renames", "true"],
  ["log.showsignature", "false"],
  ["log.mailmap", "false"],
  ["gpg.program", "/dev/null"],
  ["color.ui", "false"],
  ["submodule.recurse", "false"],
  ["protocol.allow", "never"]
]

/** Links for what is there; a worktree has some of its own, the rest is shared. */
const fill = (view: string, { common, own }: GitFolders, settings: ReadonlyArray<readonly [string, string]>): void => {
  writeFileSync(join(view, "HEAD"), readFileSync(join(own, "HEAD")).subarray(0, 4096))
  const entries = [...settings, ...always].map(([key, value]) => {
    const [section, name] = key.split(".")
    return `[${section}]\n\t${name} = ${value}\n`
  })
  writeFileSync(join(view, "config"), entries.join(""))
  mkdirSync(join(view, "info"))
  for (const name of ["objects", "refs", "packed-refs", "reftable", "shallow"])
    link(join(common, name), join(view, name))
  for (const name of ["exclude", "attributes"]) link(join(common, "info", name), join(view, "info", name))
  const heads = ["ORIG_HEAD", "MERGE_HEAD", "CHERRY_PICK_HEAD", "REVERT_HEAD", "logs"]
  const index = readdirSync(own).filter((name) => /^(index|sharedindex\.[0-9a-f]+)$/.test(name))
  for (const name of [...index, ...heads]) link(join(own, name), join(view, name))
}

const link = (from: string, to: string): void => {
  const found = lstatSync(from, { throwIfNoEntry: false })
  if (found === undefined || found.isSymbolicLink()) return
  symlinkSync(from, to, found.isDirectory() ? "junction" : "file")
}
