/**
 * Puts into a tree what git does not know of and an agent needs all the same: `.env`, `node_modules`. Always copies, never
 * second names for the same file: through those an agent's commands would write into the user's own. Where the disk can
 * share blocks until one is written to, it does.
 *
 * 1. What git has is not copied: nothing takes the place of what stands in the tree.
 * 2. A link is made again as it is if it leads to something in the tree, else it is left out; none is followed.
 * 3. `.git`, devices and pipes are left out.
 */
import * as fs from "node:fs"
import { dirname, join, posix } from "node:path"
import * as Effect from "effect/Effect"
import type * as Glob from "effect/Glob"
import { codeOf, codeOrText } from "../domain/SystemCode.ts"
import * as Pattern from "../policy/Pattern.ts"
import type { Repository } from "./Repository.ts"
import { patternProblem } from "./TreePattern.ts"
import { WorktreeError } from "./WorktreeError.ts"

/** Fails for a pattern that cannot be used. */
export const requirePatterns = (
  workspace: string,
  patterns: ReadonlyArray<string>
): Effect.Effect<void, WorktreeError> =>
  Effect.forEach(
    patterns,
    (pattern) => {
      const why = patternProblem(pattern)
      return why === undefined
        ? Effect.void
        : Effect.fail(new WorktreeError({ workspace, reason: { _tag: "Copy", pattern, why } }))
    },
    { discard: true }
  )

/** Copies what `patterns` name into the tree at `to`. Gives what is there now, whole folders as one, relative to `to`. */
export const copyInto = Effect.fnUntraced(function* (
  { folders, git, top, workspace }: Repository,
  to: string,
  patterns: ReadonlyArray<string>
) {
  if (patterns.length === 0) return []
  const args = ["ls-files", "--others", "--directory", "--no-empty-directory", "-z"]
  const others = yield* git.records(args, { index: join(folders.own, "index"), worktree: top })
  const named = namedIn(others, patterns)
  const made: Array<string> = []
  yield* Effect.tryPromise({
    try: async (signal) => {
      for (const path of named) await copy({ from: top, to, signal, made }, path)
    },
    catch: (error) => {
      const code = codeOrText(error)
      const isFull = code === "ENOSPC" || code === "EDQUOT"
      return new WorktreeError({
        workspace,
        reason: isFull ? { _tag: "NoRoom", folder: to } : { _tag: "Disk", path: to, code }
      })
    }
  })
  return made
})

// internal

/** Of what git does not know, whole folders with a slash at their end, and of paths that are spelled out. */
const namedIn = (others: ReadonlyArray<string>, patterns: ReadonlyArray<string>): ReadonlyArray<string> => {
  const paths = others.map((path) => path.replace(/\/$/, ""))
  const named = new Set<string>()
  for (const pattern of patterns) {
    const parts = Pattern.alternatives(pattern)
    if ("problem" in parts) continue
    for (const part of parts) {
      const plain = posix.normalize(part).replace(/\/$/, "")
      if (plain.includes("/") && !/[*?[\\]/.test(plain)) named.add(plain)
      const globs: ReadonlyArray<Glob.Glob> = [Pattern.glob(plain.includes("/") ? plain : `**/${plain}`)]
      for (const path of paths) if (Pattern.matches(globs, path)) named.add(path)
    }
  }
  const all = [...named].sort()
  return all.filter((path) => !all.some((other) => other !== path && path.startsWith(`${other}/`)))
}

interface Copying {
  readonly from: string
  readonly to: string
  readonly signal: AbortSignal
  readonly made: Array<string>
}

const copy = async (copying: Copying, path: string): Promise<void> => {
  const { from, made, signal, to } = copying
  signal.throwIfAborted()
  // What stands behind a link is not what the pattern names.
  if (!isReached(from, path) || !isReached(to, path)) return
  const source = join(from, path)
  const target = join(to, path)
  const stats = await fs.promises.lstat(source).catch(absent)
  if (stats === undefined) return
  const before = await fs.promises.lstat(target).catch(absent)
  if (stats.isDirectory() && before?.isDirectory() === true) {
    for (const { name } of await fs.promises.readdir(source, { withFileTypes: true })) {
      if (name.toLowerCase() !== ".git") await copy(copying, `${path}/${name}`)
    }
    return
  }
  // Names with a line's end cannot be left out of a commit.
  if (before !== undefined || path.includes("\n")) return
  await fs.promises.mkdir(dirname(target), { recursive: true })
  if (await copyWhole(copying, path, stats)) made.push(path)
}

/** Whether every folder above `path` is one. */
const isReached = (top: string, path: string): boolean => {
  const names = path.split("/").slice(0, -1)
  return names.every((_, index) => {
    const stats = fs.lstatSync(join(top, ...names.slice(0, index + 1)), { throwIfNoEntry: false })
    return stats === undefined || stats.isDirectory()
  })
}

const atOnce = 16

const copyWhole = async (copying: Copying, path: string, kind: fs.Stats | fs.Dirent): Promise<boolean> => {
  const [source, target] = [join(copying.from, path), join(copying.to, path)]
  if (kind.isSymbolicLink()) return copyLink(source, target, path)
  if (kind.isFile()) {
    await fs.promises.copyFile(source, target, fs.constants.COPYFILE_EXCL | fs.constants.COPYFILE_FICLONE)
    return true
  }
  if (!kind.isDirectory()) return false
  copying.signal.throwIfAborted()
  await fs.promises.mkdir(target, { mode: (await fs.promises.stat(source)).mode & 0o777 })
  const entries = (await fs.promises.readdir(source, { withFileTypes: true })).filter(
    ({ name }) => name.toLowerCase() !== ".git"
  )
  const waiting = entries.filter((entry) => !entry.isDirectory())
  const worker = async () => {
    for (let entry = waiting.pop(); entry !== undefined; entry = waiting.pop()) {
      await copyWhole(copying, `${path}/${entry.name}`, entry)
    }
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, waiting.length) }, worker))
  for (const entry of entries) if (entry.isDirectory()) await copyWhole(copying, `${path}/${entry.name}`, entry)
  return true
}

/** Climbs first and descends then, so that what it is called is where it leads. */
const copyLink = async (source: string, target: string, path: string): Promise<boolean> => {
  const leads = await fs.promises.readlink(source)
  const names = leads.split("/")
  const climbs = names.findIndex((name) => name !== "..")
  const isPlain = !leads.startsWith("/") && !/[\\]|^[A-Za-z]:/.test(leads)
  const rest = climbs < 0 ? [] : names.slice(climbs)
  const height = path.split("/").length - 1
  if (!isPlain || rest.includes("..") || (climbs < 0 ? names.length : climbs) > height) return false
  await fs.promises.symlink(leads, target)
  return true
}

const absent = (error: unknown): undefined => {
  if (codeOf(error) !== "ENOENT" && codeOf(error) !== "ENOTDIR") throw error
  return undefined
}
