/**
 * The one door to the workspace's files. Whatever path a model, a file or a link gives, what is opened lies inside, is
 * a regular file or a folder, and is known by its real path, on which the policy then decides.
 *
 * On Linux this holds against somebody who swaps files and links at the same time (LinuxDoor); elsewhere such a swap is
 * made unlikely, not impossible (PortableDoor, `raceProof: false`).
 */

import * as fs from "node:fs"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { nearestNames } from "../domain/NearestNames.ts"
import { codeOf } from "../domain/SystemCode.ts"
import { type Door, Missing, type Opened, Refused, realNames, unusable } from "./Door.ts"
import { linuxDoor } from "./LinuxDoor.ts"
import { PathDenied, type PathError, PathNotFound, type PathRule, PathUnreadable } from "./PathError.ts"
import { portableDoor } from "./PortableDoor.ts"
import { makeWriter, type Writer } from "./Writer.ts"

export type { Expected } from "./Expected.ts"
export type { Change } from "./Writer.ts"

export interface Resolved {
  /** Relative to the workspace, `/`-separated, links resolved; `.` is the workspace itself. */
  readonly path: string
  readonly kind: "file" | "directory"
}

export interface FileContent {
  readonly path: string
  readonly bytes: Uint8Array
  /** Of the whole file, in bytes. */
  readonly size: number
  /** Rights of the user, the group and others. */
  readonly mode: number
  /** The file is longer than what was asked for. */
  readonly truncated: boolean
}

export interface FolderContent {
  readonly path: string
  /** By name; at most 10,000. */
  readonly entries: ReadonlyArray<Entry>
}

export interface Target {
  /** The real path, as for what is there. */
  readonly path: string
  readonly exists: boolean
  readonly kind: "file" | "directory" | null
}

export interface Entry {
  readonly name: string
  readonly kind: "file" | "directory" | "link" | "other"
  /** In bytes; 0 for what is no file. */
  readonly size: number
}

export class ConfinedRoot extends Context.Service<
  ConfinedRoot,
  {
    /** The workspace's real, absolute path. */
    readonly root: string
    readonly raceProof: boolean
    /** Where a path leads. Links are followed as long as they stay inside. */
    readonly resolve: (path: string) => Effect.Effect<Resolved, PathError>
    /** The first `maxBytes` of a regular file. */
    readonly readFile: (path: string, options: { readonly maxBytes: number }) => Effect.Effect<FileContent, PathError>
    /** What a folder holds; links are named, not followed. */
    readonly readDirectory: (path: string) => Effect.Effect<FolderContent, PathError>
    /** Where a write would land: links followed, the last one too; what is not there may be made. */
    readonly target: (path: string) => Effect.Effect<Target, PathError>
  } & Writer
>()("@deputize/core/workspace/ConfinedRoot") {
  /**
   * Dies if `directory` cannot be opened: whoever chooses a workspace has looked at it. Absolute paths below `alias` mean
   * what lies below `directory`.
   */
  static readonly layer = (
    directory: string,
    options?: { readonly platform?: NodeJS.Platform; readonly alias?: string }
  ) =>
    Layer.effect(
      ConfinedRoot,
      Effect.map(
        Effect.acquireRelease(
          Effect.sync(() => openDoor(directory, options?.platform ?? process.platform, options?.alias)),
          (door) => Effect.sync(door.close)
        ),
        (door) => ConfinedRoot.of(make(door))
      )
    )
}

// internal

const maxEntries = 10_000
const chunkBytes = 1 << 20
/** Up to here a read takes no longer than the opening before it, and less than handing it to another thread. */
const smallBytes = 1 << 16

const openDoor = (directory: string, platform: NodeJS.Platform, alias: string = directory): Door => {
  const real = fs.realpathSync.native(directory)
  const names = [real, directory, alias] as const
  return platform === "linux" ? linuxDoor(names) : portableDoor(names)
}

const make = (door: Door): ConfinedRoot["Service"] => {
  const open = (path: string) =>
    Effect.try({ try: () => openSync(door, path), catch: (error) => pathError(door, path, error) })
  const close = (opened: Opened) => Effect.sync(() => fs.closeSync(opened.fd))

  const resolve = (path: string) =>
    Effect.acquireUseRelease(open(path), (opened) => Effect.succeed({ path: opened.path, kind: opened.kind }), close)

  const readFile = (path: string, { maxBytes }: { readonly maxBytes: number }) =>
    Effect.acquireUseRelease(
      open(path),
      Effect.fnUntraced(function* (opened) {
        if (opened.kind !== "file") return yield* new PathDenied({ path, rule: "not-a-file" })
        const bytes = yield* readAll(opened, path, maxBytes)
        const size = Math.max(opened.size, bytes.length)
        const truncated = bytes.length === maxBytes && size > maxBytes
        return { path: opened.path, bytes, size, mode: opened.mode, truncated }
      }),
      close
    )

  const readDirectory = (path: string) =>
    Effect.acquireUseRelease(
      open(path),
      (opened) =>
        opened.kind === "directory"
          ? Effect.try({
              try: () => ({ path: opened.path, entries: entriesOf(opened) }),
              catch: (error) => pathError(door, path, error)
            })
          : Effect.fail(new PathDenied({ path, rule: "not-a-directory" })),
      close
    )

  const target = (path: string) =>
    Effect.try({ try: () => targetOf(door, path), catch: (error) => pathError(door, path, error) })

  const { raceProof, root } = door
  return { root, raceProof, resolve, readFile, readDirectory, target, ...makeWriter(door) }
}

const openSync = (door: Door, path: string): Opened => {
  const rule = spelling(path)
  if (rule !== undefined) throw new Refused(rule)
  return door.open(path)
}

/** What is not there is no error here: the names that are spelled alike are not looked for. */
const targetOf = (door: Door, path: string): Target => {
  try {
    const opened = openSync(door, path)
    fs.closeSync(opened.fd)
    return { path: opened.path, exists: true, kind: opened.kind }
  } catch (error) {
    if (!(error instanceof Missing)) throw error
    const place = placeBelow(error.folder, error.rest)
    // What lies beyond `..` of a folder that is not there has no place yet.
    if (place.split("/").includes("..")) throw error
    return { path: realNames(place).join("/"), exists: false, kind: null }
  }
}

/** What is refused for how it is written, before the file system is asked. The path is used exactly as given. */
const spelling = (path: string): PathRule | undefined => {
  const rule = unusable(path)
  if (rule !== undefined) return rule
  if (/^~[^/]*(\/|$)/.test(path)) return "home"
  if (process.platform !== "win32" && /^([A-Za-z]:[\\/]|\\\\|\/\/)/.test(path)) return "windows"
  return undefined
}

/** Each chunk is read to its end even when interrupted, so that the descriptor is never closed under a read. */
const readAll = Effect.fnUntraced(function* (opened: Opened, path: string, maxBytes: number) {
  const chunks: Array<Uint8Array> = []
  let length = 0
  while (length < maxBytes) {
    const room = Math.min(maxBytes - length, chunkBytes, Math.max(opened.size - length + 1, 4096))
    const chunk = yield* readChunk(opened.fd, length, room, path)
    if (chunk.length === 0) break
    chunks.push(chunk)
    length += chunk.length
  }
  return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks)
})

const readChunk = (fd: number, position: number, length: number, path: string) =>
  length <= smallBytes ? readSmall(fd, position, length, path) : readLarge(fd, position, length, path)

const readSmall = (fd: number, position: number, length: number, path: string) =>
  Effect.try({
    try: () => {
      const buffer = Buffer.allocUnsafe(length)
      return buffer.subarray(0, fs.readSync(fd, buffer, 0, length, position))
    },
    catch: (error) => unreadable(path, error)
  })

const readLarge = (fd: number, position: number, length: number, path: string) =>
  Effect.uninterruptible(
    Effect.callback<Uint8Array, PathUnreadable>((resume) => {
      fs.read(fd, Buffer.allocUnsafe(length), 0, length, position, (error, count, buffer) =>
        resume(error === null ? Effect.succeed(buffer.subarray(0, count)) : Effect.fail(unreadable(path, error)))
      )
    })
  )

const entriesOf = (opened: Opened): ReadonlyArray<Entry> =>
  fs
    .readdirSync(opened.handle, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .slice(0, maxEntries)
    .map((entry) => {
      if (entry.isDirectory()) return { name: entry.name, kind: "directory", size: 0 }
      if (entry.isSymbolicLink()) return { name: entry.name, kind: "link", size: 0 }
      if (!entry.isFile()) return { name: entry.name, kind: "other", size: 0 }
      const stats = fs.lstatSync(`${opened.handle}/${entry.name}`, { throwIfNoEntry: false })
      return { name: entry.name, kind: "file", size: stats?.isFile() ? stats.size : 0 }
    })

const pathError = (door: Door, path: string, error: unknown): PathError => {
  if (error instanceof Refused) return new PathDenied({ path, rule: error.rule })
  if (error instanceof Missing) return notFound(door, path, error)
  return unreadable(path, error)
}

const unreadable = (path: string, error: unknown): PathUnreadable =>
  new PathUnreadable({ path, code: codeOf(error) ?? "EIO" })

const notFound = (door: Door, path: string, { folder, rest }: Missing): PathNotFound =>
  new PathNotFound({
    path,
    resolved: placeBelow(folder, rest),
    nearest: nearestNames(rest[0] ?? "", namesIn(door, folder)).map((name) => placeBelow(folder, [name]))
  })

const placeBelow = (folder: string, names: ReadonlyArray<string>): string =>
  [...(folder === "." ? [] : folder.split("/")), ...names].filter((name) => name !== "" && name !== ".").join("/")

const namesIn = (door: Door, folder: string): ReadonlyArray<string> => {
  try {
    const opened = door.open(folder)
    try {
      return opened.kind === "directory" ? fs.readdirSync(opened.handle).slice(0, maxEntries) : []
    } finally {
      fs.closeSync(opened.fd)
    }
  } catch {
    // The hint is missing then, not the error.
    return []
  }
}
