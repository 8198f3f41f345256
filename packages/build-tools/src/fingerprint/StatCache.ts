/**
 * Hashes of files, taken again only when a file may have changed. A hash is kept with size, mtime, ctime and inode, and
 * only when both times were clearly before the moment it was read: a file can change after that without any of the four
 * showing it as long as the clock that stamps files has not ticked on. (git calls such an entry racily clean.)
 *
 * Times are milliseconds with a fraction, exact to a quarter of a microsecond. A damaged or missing cache is slower and
 * nothing else.
 */
import { existsSync, lstatSync, readFileSync, type Stats } from "node:fs"
import { dirname } from "node:path"
import { performance } from "node:perf_hooks"
import { setImmediate } from "node:timers/promises"
import * as Effect from "effect/Effect"
import { fileHash, isUnreadable } from "./FileHash.ts"
import { writeAtomically } from "./StateFile.ts"
import { readTable, type StatTable } from "./StatTable.ts"
import { at } from "./Tree.ts"

export interface FileState {
  readonly hash: string
  readonly size: number
  /** Permission bits; 0 for a link. */
  readonly mode: number
}

export interface StatCache {
  /**
   * The states of these files (and of others looked at before), by their paths from the workspace; without those that
   * are not there. The content of a file that `expected` gives another size than it has is not read; its hash is empty.
   */
  readonly states: (
    paths: ReadonlyArray<string>,
    expected?: ReadonlyMap<string, number>
  ) => Effect.Effect<ReadonlyMap<string, FileState>>
  /** From now on every file is looked at again. */
  readonly refresh: () => void
  /** Writes what was learnt, where there is something and its folder is there; a failure costs only time later. */
  readonly save: () => void
}

/** `file` keeps the cache; it is read when the first state is asked for. `clock` is the one that files are stamped by. */
export const openStatCache = (file: string, workspace: string, clock: () => number = Date.now): StatCache => {
  let seen = new Map<string, FileState>()
  let loaded: StatTable | undefined
  let isDirty = false

  const states: StatCache["states"] = (paths, expected) =>
    Effect.suspend(() => {
      loaded ??= readTable(textOf(file))
      const table = loaded
      const found = seen
      // Taken before any file is looked at: what changes from here on shows a later time.
      const now = clock()
      const unknown: Array<readonly [path: string, stats: Stats]> = []
      for (const path of paths) {
        if ((found.get(path)?.hash ?? "") !== "") continue
        const stats = look(at(workspace, path))
        if (stats === undefined) continue
        const hash = table.hashOf(path, stats)
        const isWorthReading = hash === undefined && (expected?.get(path) ?? stats.size) === stats.size
        if (isWorthReading) unknown.push([path, stats])
        else found.set(path, stateOf(stats, hash ?? ""))
      }
      if (unknown.length === 0) return Effect.succeed(found)
      const learn = (path: string, stats: Stats, hash: string): void => {
        found.set(path, stateOf(stats, hash))
        if (!isSettled(stats, now) || isUnreadable(hash)) return
        table.set(path, stats, hash)
        isDirty = true
      }
      return Effect.as(
        Effect.promise((signal) => hashAll(workspace, unknown, learn, signal)),
        found
      )
    })

  const save = (): void => {
    if (!isDirty || loaded === undefined || !existsSync(dirname(file))) return
    try {
      const isThere = (path: string) => seen.has(path) || look(at(workspace, path)) !== undefined
      writeAtomically(file, loaded.encode(isThere))
      isDirty = false
    } catch {
      // The next process hashes again.
    }
  }

  const refresh = (): void => {
    seen = new Map()
  }

  return { states, refresh, save }
}

/** Whether a change from `now` on would show other times than these. */
export const isSettled = ({ ctimeMs, mtimeMs }: Pick<Stats, "ctimeMs" | "mtimeMs">, now: number): boolean => {
  const isWholeSeconds = mtimeMs % 1000 === 0 && ctimeMs % 1000 === 0
  return Math.max(mtimeMs, ctimeMs) < now - (isWholeSeconds ? coarseTickMs : tickMs)
}

// internal

/** The clock that stamps files goes in steps of up to 10 ms; on file systems that keep whole seconds, of 2 s. */
const tickMs = 10
const coarseTickMs = 2000

const textOf = (file: string): string => {
  try {
    return readFileSync(file, "utf8")
  } catch {
    return ""
  }
}

const look = (file: string): Stats | undefined => {
  try {
    const stats = lstatSync(file, { throwIfNoEntry: false })
    return stats?.isFile() === true || stats?.isSymbolicLink() === true ? stats : undefined
  } catch {
    return undefined
  }
}

const stateOf = (stats: Stats, hash: string): FileState => ({ hash, size: stats.size, mode: modeOf(stats) })

const modeOf = (stats: Stats): number => (stats.isSymbolicLink() ? 0 : stats.mode & 0o777)

/** Hashes one after the other; others get the thread every few milliseconds. */
const hashAll = async (
  workspace: string,
  files: ReadonlyArray<readonly [path: string, stats: Stats]>,
  learn: (path: string, stats: Stats, hash: string) => void,
  signal: AbortSignal
): Promise<void> => {
  let since = performance.now()
  for (const [path, stats] of files) {
    const hashed = fileHash(at(workspace, path), stats)
    learn(path, stats, typeof hashed === "string" ? hashed : await hashed)
    if (performance.now() - since < turnMs) continue
    await setImmediate()
    if (signal.aborted) return
    since = performance.now()
  }
}

const turnMs = 10
