/**
 * How files of the workspace are changed: a new file takes the old one's place whole, or nothing happens.
 *
 * 1. The path is a real one, as the policy decided on it; a link on the way means that it was swapped, and is refused.
 *    That the folder still lies where it was decided on is confirmed before the change and after it.
 * 2. Bytes go into a temporary file in the same folder and to the disk before they take their name. A reader, and who
 *    looks after a crash, sees the old bytes or the new ones.
 * 3. What stands there is compared with what is expected in the same moment in which it is replaced or removed: nothing
 *    in this process comes between, so of two writers the second is told. Where nothing may stand, the system itself
 *    refuses to overwrite.
 * 4. A change runs to its end even when its fiber is interrupted. If it fails, the temporary file and the folders that
 *    were made for it are gone; what a killed process left is known by name, and swept.
 */

import * as fs from "node:fs"
import * as Effect from "effect/Effect"
import { sha256 } from "../domain/Sha256.ts"
import { codeOf } from "../domain/SystemCode.ts"
import { type Door, type HeldFolder, Refused, realNames } from "./Door.ts"
import { type Expected, gone, standing } from "./Expected.ts"
import { FileChanged, PathDenied, type PathError, PathUnwritable } from "./PathError.ts"
import { removeTemporary, sweepTemporaries, writeTemporary } from "./TemporaryFile.ts"

/** What a change was: SHA-256 in hex of the bytes before and after; null where there is no file. */
export interface Change {
  readonly path: string
  readonly before: string | null
  readonly after: string | null
}

/** All paths are real ones, as `ConfinedRoot.target` returns them. */
export interface Writer {
  /**
   * Makes or replaces a regular file; missing folders are made. Unless `mode` is given, the rights of a file that is
   * replaced stay, and those of a new one are the usual ones.
   */
  readonly writeFile: (real: string, bytes: Uint8Array, expected: Expected, mode?: number) => Result<Change>
  readonly deleteFile: (real: string, expected: Expected) => Result<Change>
  /** Gives a file another name, where nothing has that name; missing folders are made. What left, then what came. */
  readonly move: (from: string, to: string, expected: Expected) => Result<readonly [Change, Change]>
  /** Makes a folder and those above it. */
  readonly makeDirectory: (real: string) => Result<void>
  /** Removes a folder that nothing is in; whether there was one. What holds something stays. */
  readonly removeDirectory: (real: string) => Result<boolean>
  /** Removes what killed processes left in a folder: our temporary files that are older than this process. */
  readonly sweepTemporaries: (real: string) => Result<number>
}

type Result<A> = Effect.Effect<A, PathError | FileChanged>

export const makeWriter = (door: Door): Writer => ({
  writeFile: (real, bytes, expected, mode) => changing(real, () => writeFile(door, real, bytes, expected, mode)),
  deleteFile: (real, expected) => changing(real, () => deleteFile(door, real, expected)),
  move: (from, to, expected) => changing(from, () => move(door, from, to, expected)),
  makeDirectory: (real) => changing(real, () => making(door, real, async () => {})),
  removeDirectory: (real) => changing(real, () => removeDirectory(door, real)),
  sweepTemporaries: (real) => changing(real, async () => using(door.hold(real), (held) => sweepIn(held)))
})

// internal

const changing = <A>(path: string, act: () => Promise<A>): Result<A> =>
  Effect.uninterruptible(Effect.tryPromise({ try: act, catch: (error) => asPathError(path, error) }))

const asPathError = (path: string, error: unknown): PathError | FileChanged => {
  if (error instanceof FileChanged || error instanceof PathDenied || error instanceof PathUnwritable) return error
  if (error instanceof Refused) return new PathDenied({ path, rule: error.rule })
  return new PathUnwritable({ path, code: codeOf(error) ?? "EIO" })
}

const writeFile = (
  door: Door,
  real: string,
  bytes: Uint8Array,
  expected: Expected,
  mode: number | undefined
): Promise<Change> => {
  const { folder, name } = parts(real)
  const replace = async (held: HeldFolder): Promise<Change> => {
    const temporary = await writeTemporary(held, bytes, mode ?? modeOf(held, name))
    try {
      const before = take(held, name, real, expected)
      requireFile(held.at(temporary))
      if (expected === "absent") giveName(held.at(temporary), held.at(name), real)
      else fs.renameSync(held.at(temporary), held.at(name))
      await settled(held)
      return { path: real, before, after: sha256(bytes) }
    } finally {
      removeTemporary(held, temporary)
    }
  }
  // Where certain bytes have to be, their folder is there as well.
  if (typeof expected !== "object") return making(door, folder, replace)
  return using(door.hold(folder), (held) => replace(held ?? gone(real)))
}

const deleteFile = (door: Door, real: string, expected: Expected): Promise<Change> => {
  const { folder, name } = parts(real)
  return using(door.hold(folder), async (held) => {
    if (held === undefined && typeof expected === "object") gone(real)
    const before = held === undefined ? null : take(held, name, real, expected)
    if (held !== undefined && before !== null) {
      fs.unlinkSync(held.at(name))
      await settled(held)
    }
    return { path: real, before, after: null }
  })
}

const move = (door: Door, from: string, to: string, expected: Expected): Promise<readonly [Change, Change]> => {
  const source = parts(from)
  return using(door.hold(source.folder), async (held) => {
    if (held === undefined) return gone(from)
    const hash = standing(held, source.name, from, expected) ?? gone(from)
    const receive = async (target: HeldFolder, name: string): Promise<void> => {
      standing(target, name, to, "absent")
      held.confirm()
      target.confirm()
      requireFile(held.at(source.name))
      giveName(held.at(source.name), target.at(name), to)
      await settled(target)
    }
    try {
      const { folder, name } = parts(to)
      await making(door, folder, (target) => receive(target, name))
    } catch (error) {
      throw asPathError(to, error)
    }
    await settled(held)
    return [
      { path: from, before: hash, after: null },
      { path: to, before: null, after: hash }
    ]
  })
}

const removeDirectory = (door: Door, real: string): Promise<boolean> => {
  const { folder, name } = parts(real)
  return using(door.hold(folder), async (held) => {
    if (held === undefined) return false
    held.confirm()
    try {
      fs.rmdirSync(held.at(name))
    } catch (error) {
      if (stays.has(codeOf(error) ?? "")) return false
      throw error
    }
    await settled(held)
    return true
  })
}

/** It is not there, holds something, or is no folder. */
const stays = new Set(["ENOENT", "ENOTEMPTY", "EEXIST", "ENOTDIR"])

const sweepIn = async (held: HeldFolder | undefined): Promise<number> =>
  held === undefined ? 0 : sweepTemporaries(held)

/** What is there is about to be replaced or removed: it is what is expected, may be written, and lies where it should. */
const take = (held: HeldFolder, name: string, real: string, expected: Expected): string | null => {
  const hash = standing(held, name, real, expected)
  if (hash !== null && isReadOnly(held.at(name))) throw new PathUnwritable({ path: real, code: "EACCES" })
  held.confirm()
  return hash
}

/** A rename would replace it all the same. No right to write at all counts for the superuser as well. */
const isReadOnly = (path: string): boolean => {
  if ((fs.lstatSync(path).mode & 0o222) === 0) return true
  try {
    fs.accessSync(path, fs.constants.W_OK)
    return false
  } catch {
    return true
  }
}

/** The rights of the file that is replaced; those of a new one are the user's own. */
const modeOf = (held: HeldFolder, name: string): number | undefined => {
  const stats = fs.lstatSync(held.at(name), { throwIfNoEntry: false })
  return stats?.isFile() ? stats.mode & 0o777 : undefined
}

/** A link that was put in a file's place is not carried where whoever put it could not have put it. */
const requireFile = (path: string): void => {
  if (!fs.lstatSync(path).isFile()) throw new Refused("moving")
}

/** A file's name becomes another one. Unlike a rename, this is refused where somebody has just made a file. */
const giveName = (path: string, name: string, real: string): void => {
  try {
    fs.linkSync(path, name)
  } catch (error) {
    if (codeOf(error) === "EEXIST") throw new FileChanged({ path: real, found: "a file" })
    if (!withoutLinks.has(codeOf(error) ?? "")) throw error
    fs.renameSync(path, name)
    return
  }
  try {
    fs.unlinkSync(path)
  } catch (error) {
    fs.unlinkSync(name)
    throw error
  }
}

/** Not every disk has second names for a file. */
const withoutLinks = new Set(["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK"])

/** The change is made: it lasts, and it is where it was meant to be. */
const settled = async (held: HeldFolder): Promise<void> => {
  await syncNames(held)
  held.confirm()
}

/** Puts a folder's names on the disk. Where that cannot be done, the change is no less made. */
const syncNames = async (held: HeldFolder | undefined): Promise<void> => {
  try {
    if (held === undefined) return
    const folder = await fs.promises.open(held.at("."), fs.constants.O_RDONLY)
    await folder.sync().finally(() => folder.close())
  } catch {
    // Windows and some network disks have no such thing.
  }
}

/** Makes a folder and what is missing above it; what was made is gone again if `act` fails. */
const making = async <A>(door: Door, path: string, act: (held: HeldFolder) => Promise<A>): Promise<A> => {
  const made: Array<string> = []
  try {
    const result = await using(door.make(path, made), act)
    for (const each of made) await using(holdAbove(door, each), syncNames)
    return result
  } catch (error) {
    for (const each of made.toReversed()) removeEmpty(door, each)
    throw error
  }
}

const removeEmpty = (door: Door, path: string): void => {
  const held = holdAbove(door, path)
  try {
    if (held !== undefined) fs.rmdirSync(held.at(parts(path).name))
  } catch {
    // Somebody has put something into it: it is theirs now.
  } finally {
    held?.close()
  }
}

/** The folder of something that was just made; undefined if it has been moved meanwhile. */
const holdAbove = (door: Door, path: string): HeldFolder | undefined => {
  try {
    return door.hold(parts(path).folder)
  } catch {
    return undefined
  }
}

const using = async <H extends HeldFolder | undefined, A>(held: H, act: (held: H) => Promise<A>): Promise<A> => {
  try {
    return await act(held)
  } finally {
    held?.close()
  }
}

const parts = (real: string): { readonly folder: string; readonly name: string } => {
  const names = realNames(real)
  const name = names.at(-1)
  if (name === undefined) throw new Refused("not-a-file")
  return { folder: names.slice(0, -1).join("/") || ".", name }
}
