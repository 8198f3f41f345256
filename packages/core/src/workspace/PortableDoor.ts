/**
 * The door where `/proc/self/fd` does not exist (macOS, Windows): resolve, open without following the last link, and
 * compare what was opened with what was resolved. Swapping a folder in the middle of the path twice, at the right
 * moments, can still get through: not race-proof, and listed so.
 */

import * as fs from "node:fs"
import { codeOf } from "../domain/SystemCode.ts"
import { type Door, type HeldFolder, Missing, type Opened, Refused, realNames, segmentsBelow } from "./Door.ts"

/** `roots`: the names by which absolute paths may call the workspace; the first is its real path. */
export const portableDoor = (roots: readonly [string, ...ReadonlyArray<string>]): Door => ({
  root: roots[0],
  raceProof: false,
  open: (path) => open(roots, path),
  hold: (path) => hold(roots[0], path, undefined),
  make: (path, made) => hold(roots[0], path, made) ?? moving(),
  close: () => {}
})

// internal

const open = (roots: readonly [string, ...ReadonlyArray<string>], path: string): Opened => {
  const root = roots[0]
  const asked = slashes(path)
  const names = isAbsolute(asked) ? segmentsBelow(roots.map(slashes), asked) : asked.split("/")
  if (names === undefined || climbs(names)) throw new Refused("outside")
  const real = realPath(root, names)
  const place = below(root, real)
  const before = fs.lstatSync(real)
  if (!before.isFile() && !before.isDirectory()) throw new Refused("not-a-file")
  if (before.isDirectory() && process.platform === "win32") return directory(real, place)
  const fd = fs.openSync(real, fs.constants.O_RDONLY | (fs.constants.O_NONBLOCK ?? 0) | (fs.constants.O_NOFOLLOW ?? 0))
  try {
    const after = fs.fstatSync(fd)
    if (after.ino !== before.ino || after.dev !== before.dev || fs.realpathSync.native(real) !== real) {
      throw new Refused("moving")
    }
    const kind = after.isFile() ? "file" : "directory"
    return { fd, path: place, kind, size: after.size, mode: after.mode & 0o777, handle: real }
  } catch (error) {
    fs.closeSync(fd)
    throw error
  }
}

/** Looks at every name on the way down, and again before the folder is used. */
const hold = (root: string, path: string, made: Array<string> | undefined): HeldFolder | undefined => {
  let place = ""
  for (const name of realNames(path)) {
    place = place === "" ? name : `${place}/${name}`
    const stats = fs.lstatSync(`${root}/${place}`, { throwIfNoEntry: false })
    if (stats?.isDirectory() === false) moving()
    if (stats !== undefined) continue
    if (made === undefined) return undefined
    makeFolder(`${root}/${place}`, () => made.push(place))
  }
  const real = place === "" ? root : `${root}/${place}`
  const confirm = () => {
    const place = fs.existsSync(real) ? fs.realpathSync.native(real) : ""
    if (slashes(place) !== slashes(real)) moving()
  }
  confirm()
  return { at: (name) => `${real}/${name}`, confirm, close: () => {} }
}

const makeFolder = (folder: string, done: () => void): void => {
  try {
    fs.mkdirSync(folder)
    done()
  } catch (error) {
    // Somebody else was quicker; whether it is a folder shows when the whole path is confirmed.
    if (codeOf(error) !== "EEXIST") throw error
  }
}

const moving = (): never => {
  throw new Refused("moving")
}

/** Windows does not open folders as files; the null device stands in, so that there is always something to close. */
const directory = (real: string, path: string): Opened => ({
  fd: fs.openSync("\\\\.\\nul", "r"),
  path,
  kind: "directory",
  size: 0,
  mode: 0o777,
  handle: real
})

const realPath = (root: string, names: ReadonlyArray<string>): string => {
  try {
    return fs.realpathSync.native([root, ...names].join("/"))
  } catch (error) {
    const code = codeOf(error)
    if (code === "ELOOP") throw new Refused("too-many-links")
    if (code === "ENAMETOOLONG") throw new Refused("too-long")
    if (code === "ENOTDIR") throw new Refused("not-a-directory")
    if (code === "ENOENT") throw missing(root, names)
    throw error
  }
}

/** Finds the deepest folder that exists, so that the error can say what is in it. */
const missing = (root: string, names: ReadonlyArray<string>): Missing | Refused => {
  for (let length = names.length - 1; length >= 0; length--) {
    const above = [root, ...names.slice(0, length)].join("/")
    if (fs.existsSync(above)) return new Missing(below(root, fs.realpathSync.native(above)), names.slice(length))
  }
  return new Refused("outside")
}

const below = (root: string, real: string): string => {
  const names = segmentsBelow([slashes(root)], slashes(real))
  if (names === undefined) throw new Refused("outside")
  return names.join("/") || "."
}

/** `..` above the workspace is refused even if the path comes back. */
const climbs = (names: ReadonlyArray<string>): boolean => {
  let depth = 0
  for (const name of names) {
    if (name === "..") depth--
    else if (name !== "" && name !== ".") depth++
    if (depth < 0) return true
  }
  return false
}

const isAbsolute = (path: string): boolean => path.startsWith("/") || /^[A-Za-z]:\//.test(path)

const slashes = (path: string): string => (process.platform === "win32" ? path.replaceAll("\\", "/") : path)
