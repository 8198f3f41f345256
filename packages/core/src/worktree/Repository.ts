/**
 * The repository that a workspace belongs to, and whether agents can have trees of their own of it. The workspace may be
 * a folder below its top, and the top a linked worktree itself. What cannot be had is refused by name.
 */
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync
} from "node:fs"
import { dirname, join, relative, sep } from "node:path"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import type * as Scope from "effect/Scope"
import { codeOrText } from "../domain/SystemCode.ts"
import { run } from "../process/ChildProcess.ts"
import { type Git, gitOn } from "./Git.ts"
import { type GitFolders, gitFolders } from "./GitFolders.ts"
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
} from "./GitSurroundings.ts"
import { WorktreeError, type WorktreeReason } from "./WorktreeError.ts"

export interface Repository {
  readonly workspace: string
  /** The real path of the top folder. */
  readonly top: string
  /** The workspace below it: "" or `packages/app/`. */
  readonly prefix: string
  readonly folders: GitFolders
  readonly git: Git
  /** A folder that lasts as long as this does. */
  readonly temporary: string
}

/** Opens the repository of a workspace, by its real path, until the scope closes. `folder` is where its view may lie. */
export const openRepository = Effect.fnUntraced(function* (
  workspace: string,
  folder: string
): Effect.fn.Return<Repository, WorktreeError, Scope.Scope> {
  const fail = (reason: WorktreeReason) => new WorktreeError({ workspace, reason })
  yield* requireVersion(workspace)
  const top = topOf(workspace)
  const folders = yield* Effect.try({
    try: () => gitFolders(top),
    catch: (error) => fail({ _tag: "Disk", path: join(top, ".git"), code: codeOrText(error) })
  })
  if (Result.isFailure(folders)) {
    const why = folders.failure.replace("the top folder of a git repository", "in a git repository")
    return yield* fail({ _tag: "NoRepository", why })
  }
  const temporary = yield* temporaryIn(workspace, folder)
  const view = join(temporary, "view")
  const empty = join(temporary, "empty")
  const git = gitOn(workspace, view, empty)
  yield* Effect.try({
    try: () => {
      mkdirSync(view)
      mkdirSync(empty)
      writeFileSync(join(view, "config"), configText(always))
    },
    catch: (error) => fail({ _tag: "Disk", path: view, code: codeOrText(error) })
  })
  const settings = yield* settingsOf(git, empty, folders.success)
  yield* Effect.try({
    try: () => fill(view, folders.success, settings),
    catch: (error) => fail({ _tag: "Disk", path: view, code: codeOrText(error) })
  })
  const prefix = top === workspace ? "" : `${relative(top, workspace).split(sep).join("/")}/`
  return { workspace, top, prefix, folders: folders.success, git, temporary }
})

/** The folder with the attributes of the commit that was inspected: how files of it are merged. */
export const attributesOf = ({ temporary }: Repository): string => join(temporary, "attributes")

// internal

/** The first with `merge-tree --write-tree`. */
const leastVersion = [2, 38] as const

const requireVersion = Effect.fnUntraced(function* (workspace: string) {
  const fail = (reason: WorktreeReason) => new WorktreeError({ workspace, reason })
  const { stdout } = yield* run({
    command: "git",
    args: ["--version"],
    cwd: workspace,
    env: environment,
    maxStdoutBytes: 1024,
    timeoutMs: 30_000
  }).pipe(Effect.mapError(({ message }) => fail({ _tag: "NoGit", why: message })))
  const said = new TextDecoder().decode(stdout)
  const [version = "", major = "0", minor = "0"] = /(\d+)\.(\d+)[\d.]*/.exec(said) ?? []
  const isEnough =
    Number(major) > leastVersion[0] || (Number(major) === leastVersion[0] && Number(minor) >= leastVersion[1])
  if (!isEnough) {
    return yield* fail({
      _tag: "OldGit",
      version: version === "" ? said.trim() : version,
      needed: leastVersion.join(".")
    })
  }
})

/** The nearest folder that holds a `.git`; the workspace itself when none does. */
const topOf = (workspace: string): string => {
  for (let folder = workspace; ; folder = dirname(folder)) {
    if (lstatSync(join(folder, ".git"), { throwIfNoEntry: false }) !== undefined) return folder
    if (dirname(folder) === folder) return workspace
  }
}

const temporaryIn = (workspace: string, folder: string) =>
  Effect.acquireRelease(
    Effect.try({
      try: () => {
        mkdirSync(folder, { recursive: true, mode: 0o700 })
        return mkdtempSync(join(folder, "deputize-view-"))
      },
      catch: (error) =>
        new WorktreeError({ workspace, reason: { _tag: "Disk", path: folder, code: codeOrText(error) } })
    }),
    (made) => Effect.ignore(Effect.try(() => rmSync(made, { recursive: true, force: true })))
  )

/** What a sparse checkout is made of stands beside the rest. */
const ofSparseness = /^core\.sparsecheckout(cone)?$/

const settingsOf = Effect.fnUntraced(function* (git: Git, empty: string, { common, own }: GitFolders) {
  const read = (file: string, taken: RegExp) =>
    Effect.map(git.run(listing(file), { codes: [0, 1, 128], env: { GIT_DIR: empty } }), ({ stdout }) =>
      settingsIn(stdout, taken)
    )
  const settings = yield* read(join(common, "config"), ofStorage)
  const sparse = [
    ...(yield* read(join(common, "config"), ofSparseness)),
    ...(yield* read(join(own, "config.worktree"), ofSparseness))
  ]
  return [...settings, ...(patternsOf(own) === undefined ? [] : sparse)]
})

/** The file that says which files a sparse checkout has. */
const patternsOf = (own: string): string | undefined => {
  const file = join(own, "info", "sparse-checkout")
  return lstatSync(file, { throwIfNoEntry: false })?.isFile() === true ? file : undefined
}

/** Beside those that are always in force. */
const ofWriting: Settings = [
  ["core.logallrefupdates", "false"],
  ["core.fsync", "committed,loose-object"],
  ["core.fsyncmethod", "batch"],
  ["gc.auto", "0"],
  ["merge.conflictstyle", "merge"],
  ["merge.renames", "true"],
  ["commit.gpgsign", "false"],
  ["index.sparse", "false"]
]

const fill = (view: string, { common, own }: GitFolders, settings: Settings): void => {
  writeFileSync(join(view, "HEAD"), readFileSync(join(own, "HEAD")).subarray(0, 4096))
  writeFileSync(join(view, "config.new"), configText([...settings, ...always, ...ofWriting]))
  renameSync(join(view, "config.new"), join(view, "config"))
  mkdirSync(join(view, "info"))
  linkShared(common, view)
  // Refs that are packed while this is open are found, and taken out of there when they are removed.
  if (lstatSync(join(view, "packed-refs"), { throwIfNoEntry: false }) === undefined) {
    symlinkSync(join(common, "packed-refs"), join(view, "packed-refs"), "file")
  }
  for (const name of readdirSync(own))
    if (/^sharedindex\.[0-9a-f]+$/.test(name)) link(join(own, name), join(view, name))
  const patterns = patternsOf(own)
  if (patterns !== undefined) writeFileSync(join(view, "info", "sparse-checkout"), readFileSync(patterns))
}
