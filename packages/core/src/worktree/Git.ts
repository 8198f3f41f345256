/**
 * Git on a view of the user's repository: a folder of our own with links to the objects and refs, and with a
 * configuration that we wrote (GitSurroundings). No hook, filter, merge driver, fsmonitor, signature, credential helper
 * or alias of anybody is in force, whatever the repository and the user have set. What it writes are objects, and refs
 * that it is told to.
 *
 * 1. Each call names its worktree and its index; there are none by default, so none is changed by mistake.
 * 2. Commands are plumbing and take arguments only; nothing waits for input.
 * 3. A call that was cut by the death of this process may go on for a moment: it holds no file that another one waits
 *    for, as every index has a name of its own.
 */
import { realpathSync, statfsSync } from "node:fs"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import { type Output, run } from "../process/ChildProcess.ts"
import { environment, type Settings } from "./GitSurroundings.ts"
import { WorktreeError, type WorktreeReason } from "./WorktreeError.ts"

export interface GitOptions {
  /** The folder that it takes for the working tree, and works in. */
  readonly worktree?: string
  /** The file of the index. */
  readonly index?: string
  readonly settings?: Settings
  readonly env?: Readonly<Record<string, string>>
  /** Exit codes that are no failure; 0 unless given. */
  readonly codes?: ReadonlyArray<number>
}

export interface Git {
  /** Fails with git's own words. */
  readonly run: (args: ReadonlyArray<string>, options?: GitOptions) => Effect.Effect<Output, WorktreeError>
  /** What it prints, without the line's end. */
  readonly line: (args: ReadonlyArray<string>, options?: GitOptions) => Effect.Effect<string, WorktreeError>
  /** What it prints, divided by NUL. */
  readonly records: (
    args: ReadonlyArray<string>,
    options?: GitOptions
  ) => Effect.Effect<ReadonlyArray<string>, WorktreeError>
  /** The same call for as many of `paths` at a time as fit on a command line. */
  readonly each: (
    args: ReadonlyArray<string>,
    paths: ReadonlyArray<string>,
    options?: GitOptions
  ) => Effect.Effect<void, WorktreeError>
}

/** `view` is the folder of the view, `empty` one that holds nothing. */
export const gitOn = (workspace: string, view: string, empty: string): Git => {
  const call = Effect.fnUntraced(function* (args: ReadonlyArray<string>, options: GitOptions = {}) {
    const { codes = [0], env = {}, index = `${empty}.index`, settings = [], worktree = empty } = options
    const [command = ""] = args
    const output = yield* run({
      command: "git",
      args: ["--no-pager", ...settings.flatMap(([key, value]) => ["-c", `${key}=${value}`]), ...args],
      cwd: worktree,
      env: { ...environment, ...writing, GIT_DIR: view, GIT_WORK_TREE: worktree, GIT_INDEX_FILE: index, ...env },
      maxStdoutBytes: mostBytes,
      timeoutMs
    }).pipe(Effect.mapError((error) => failure(workspace, { _tag: "Failed", command, said: error.message })))
    if (output.truncated) {
      return yield* failure(workspace, { _tag: "Failed", command, said: "there are too many files" })
    }
    if (output.code !== null && codes.includes(output.code)) return output
    return yield* failure(workspace, reasonOf(command, output, view, worktree))
  })
  const text = (args: ReadonlyArray<string>, options?: GitOptions) =>
    Effect.map(call(args, options), ({ stdout }) => new TextDecoder().decode(stdout))
  return {
    run: call,
    line: (args, options) => Effect.map(text(args, options), (said) => said.trimEnd()),
    records: (args, options) => Effect.map(text(args, options), (said) => said.split("\0").slice(0, -1)),
    each: (args, paths, options) =>
      Effect.forEach(portions(paths), (some) => call([...args, ...some], options), { discard: true })
  }
}

// internal

/** A checkout or a commit of a very large tree takes minutes; nothing takes longer. */
const timeoutMs = 20 * 60_000
const mostBytes = 512 * 1024 * 1024
/** Of the paths of one call. */
const mostArgumentBytes = 100_000

const author = { NAME: "deputize", EMAIL: "deputize@localhost" }

const writing = {
  GIT_NO_REPLACE_OBJECTS: "1",
  GIT_AUTHOR_NAME: author.NAME,
  GIT_AUTHOR_EMAIL: author.EMAIL,
  GIT_COMMITTER_NAME: author.NAME,
  GIT_COMMITTER_EMAIL: author.EMAIL
}

const failure = (workspace: string, reason: WorktreeReason) => new WorktreeError({ workspace, reason })

const reasonOf = (command: string, output: Output, view: string, worktree: string): WorktreeReason => {
  const full = [worktree, join(view, "objects")].find(isFull)
  if (full !== undefined || /No space left on device|Disk quota exceeded/i.test(output.stderr)) {
    return { _tag: "NoRoom", folder: full === undefined || full === worktree ? worktree : realpathSync(full) }
  }
  const lines = output.stderr.replaceAll(view, ".git").trim().split("\n")
  const [said = ""] = lines.filter((line) => /^(fatal|error):/.test(line)).concat(lines)
  return { _tag: "Failed", command, said: said === "" ? `it ended with ${output.code}` : said.slice(0, 500) }
}

/** Of a file that it could not write, git does not always say why. */
const isFull = (folder: string): boolean => {
  try {
    const { bavail, bsize } = statfsSync(folder)
    return bavail * bsize < leastRoomBytes
  } catch {
    return false
  }
}

const leastRoomBytes = 1 << 20

const portions = (paths: ReadonlyArray<string>): ReadonlyArray<ReadonlyArray<string>> => {
  const all: Array<Array<string>> = []
  let room = 0
  for (const path of paths) {
    const bytes = Buffer.byteLength(path) + 1
    if (bytes > room) {
      all.push([])
      room = mostArgumentBytes
    }
    all.at(-1)?.push(path)
    room -= bytes
  }
  return all
}
