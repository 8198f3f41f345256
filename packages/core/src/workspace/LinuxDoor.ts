/**
 * The race-proof door. Node has no openat(2), but `/proc/self/fd/N/name` is the same thing: the kernel goes through
 * the descriptor, not through names that somebody may have replaced.
 *
 * 1. Every name is opened relative to the descriptor of its parent, without following it (O_PATH | O_NOFOLLOW), and
 *    judged by fstat of what was opened. No name is looked at and then opened.
 * 2. A link is read as text and walked by hand from the descriptors held; the kernel never follows one for us. An
 *    absolute target counts only below the workspace.
 * 3. `..` goes back to a descriptor held, never to the parent that the file system has now, and never above the root.
 * 4. Only what is a regular file or a folder is opened for reading, through its own descriptor, so FIFOs, sockets and
 *    devices are never opened at all.
 * 5. Writing goes through the descriptor of the folder, reached without following any link; what is made, replaced or
 *    removed is a name in that folder and nothing else.
 * 6. The path that the kernel reports for the descriptor must be below the root and be the one that was walked (up to
 *    case, on file systems that ignore it); that path is what the caller decides on.
 */

import * as fs from "node:fs"
import { codeOf } from "../domain/SystemCode.ts"
import {
  type Door,
  type HeldFolder,
  Missing,
  maxDepth,
  type Opened,
  Refused,
  realNames,
  segmentsBelow
} from "./Door.ts"

/** `roots`: the names by which absolute paths may call the workspace; the first is its real path. */
export const linuxDoor = (roots: readonly [string, ...ReadonlyArray<string>]): Door => {
  const root = fs.openSync(roots[0], O_PATH | fs.constants.O_DIRECTORY | fs.constants.O_NOFOLLOW)
  return {
    root: roots[0],
    raceProof: true,
    open: (path) => open({ fd: root, roots }, path),
    hold: (path) => hold({ fd: root, roots }, path, undefined),
    make: (path, made) => hold({ fd: root, roots }, path, made) ?? moving(),
    close: () => fs.closeSync(root)
  }
}

// internal

const O_PATH = 0o10000000
const maxLinks = 40
const maxAttempts = 5
const O_NOCTTY = fs.constants.O_NOCTTY

interface Root {
  readonly fd: number
  readonly roots: ReadonlyArray<string>
}

interface Held {
  readonly fd: number
  readonly name: string
  readonly stats: fs.Stats
}

const open = (root: Root, path: string): Opened => {
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    const opened = attemptOpen(root, path)
    if (opened !== undefined) return opened
  }
  throw new Refused("moving")
}

/** Undefined when something was renamed under the walk. */
const attemptOpen = (root: Root, path: string): Opened | undefined => {
  const held: Array<Held> = []
  try {
    const rest = walk(root, path, held)
    const fd = held.at(-1)?.fd ?? root.fd
    const stats = held.at(-1)?.stats ?? fs.fstatSync(fd)
    if (!stats.isFile() && !stats.isDirectory()) throw new Refused("not-a-file")
    const place = placeOf(root, fd)
    if (!sameName(place, namesOf(held))) return undefined
    if (rest.length > 0) throw new Missing(place, rest)
    return reopen(fd, place, stats)
  } finally {
    for (const each of held) fs.closeSync(each.fd)
  }
}

/** What is left of the path where nothing has the next name. */
const walk = (root: Root, path: string, held: Array<Held>): ReadonlyArray<string> => {
  const todo = [...split(root, path)].reverse()
  const release = (each: Held | undefined): void => {
    if (each !== undefined) fs.closeSync(each.fd)
  }
  let links = 0
  for (let name = todo.pop(); name !== undefined; name = todo.pop()) {
    const parent = held.at(-1)
    if (parent !== undefined && !parent.stats.isDirectory()) throw new Refused("not-a-directory")
    if (name === "" || name === ".") continue
    if (name === "..") {
      if (parent === undefined) throw new Refused("outside")
      release(held.pop())
      continue
    }
    const parentFd = parent?.fd ?? root.fd
    const next = step(parentFd, name)
    if (next === undefined) return [name, ...todo.reverse()]
    if (!next.stats.isSymbolicLink()) {
      held.push(next)
      if (held.length > maxDepth) throw new Refused("too-long")
      continue
    }
    release(next)
    if (++links > maxLinks) throw new Refused("too-many-links")
    const target = readLink(parentFd, name)
    if (target === undefined) {
      todo.push(name)
      continue
    }
    if (target.startsWith("/")) while (held.length > 0) release(held.pop())
    todo.push(...[...split(root, target)].reverse())
  }
  return []
}

/** Opens one name below a folder that is held; undefined when there is none. */
const step = (parent: number, name: string): Held | undefined => {
  let fd: number
  try {
    fd = fs.openSync(`/proc/self/fd/${parent}/${name}`, O_PATH | fs.constants.O_NOFOLLOW)
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined
    if (codeOf(error) === "ENAMETOOLONG") throw new Refused("too-long")
    throw error
  }
  return { fd, name, stats: fs.fstatSync(fd) }
}

/** The target of a link; undefined when it was replaced since it was opened: the name is then walked again. */
const readLink = (parent: number, name: string): string | undefined => {
  try {
    return fs.readlinkSync(`/proc/self/fd/${parent}/${name}`)
  } catch (error) {
    if (codeOf(error) === "EINVAL" || codeOf(error) === "ENOENT") return undefined
    throw error
  }
}

/** Goes down name by name from the root; what is not a folder itself is a swap, or somebody's mistake. */
const hold = (root: Root, path: string, made: Array<string> | undefined): HeldFolder | undefined => {
  const names = realNames(path)
  let fd = fs.openSync(`/proc/self/fd/${root.fd}/.`, asFolder)
  const confirm = () => {
    if (!sameName(placeOf(root, fd), path)) moving()
  }
  try {
    for (const [index, name] of names.entries()) {
      const next = openFolder(fd, name) ?? (made && makeFolder(fd, name, () => made.push(prefix(names, index))))
      fs.closeSync(fd)
      if (next === undefined) return undefined
      fd = next
    }
    confirm()
  } catch (error) {
    fs.closeSync(fd)
    throw error
  }
  return { at: (name) => `/proc/self/fd/${fd}/${name}`, confirm, close: () => fs.closeSync(fd) }
}

const asFolder = O_PATH | fs.constants.O_DIRECTORY | fs.constants.O_NOFOLLOW

const openFolder = (parent: number, name: string): number | undefined => {
  try {
    return fs.openSync(`/proc/self/fd/${parent}/${name}`, asFolder)
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined
    if (codeOf(error) === "ENOTDIR" || codeOf(error) === "ELOOP") return moving()
    throw error
  }
}

const makeFolder = (parent: number, name: string, done: () => void): number => {
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    try {
      fs.mkdirSync(`/proc/self/fd/${parent}/${name}`)
      done()
    } catch (error) {
      // Somebody else was quicker; what they made is looked at like everything else.
      if (codeOf(error) !== "EEXIST") throw error
    }
    const fd = openFolder(parent, name)
    if (fd !== undefined) return fd
  }
  return moving()
}

const prefix = (names: ReadonlyArray<string>, index: number): string => names.slice(0, index + 1).join("/")

const moving = (): never => {
  throw new Refused("moving")
}

/** Opens what an O_PATH descriptor stands for, for reading. */
const reopen = (held: number, path: string, stats: fs.Stats): Opened => {
  const fd = fs.openSync(`/proc/self/fd/${held}`, fs.constants.O_RDONLY | fs.constants.O_NONBLOCK | O_NOCTTY)
  const kind = stats.isFile() ? "file" : "directory"
  return { fd, path, kind, size: stats.size, mode: stats.mode & 0o777, handle: `/proc/self/fd/${fd}` }
}

/** Where a descriptor lies now, relative to where the root lies now. */
const placeOf = (root: Root, fd: number): string => {
  const place = fs.readlinkSync(`/proc/self/fd/${fd}`)
  const above = fs.readlinkSync(`/proc/self/fd/${root.fd}`)
  const names = segmentsBelow([above], place)
  if (names === undefined) throw new Refused("outside")
  if (/^\/(proc|sys|dev)(\/|$)/.test(place) && above === "/") throw new Refused("system-file")
  return names.join("/") || "."
}

const split = (root: Root, path: string): ReadonlyArray<string> => {
  if (!path.startsWith("/")) return path.split("/")
  const names = segmentsBelow(root.roots, path)
  if (names === undefined) throw new Refused("outside")
  return names
}

const namesOf = (held: ReadonlyArray<Held>): string => held.map((each) => each.name).join("/") || "."

const sameName = (one: string, other: string): boolean => one === other || fold(one) === fold(other)

const fold = (path: string): string => path.normalize("NFC").toLowerCase()
