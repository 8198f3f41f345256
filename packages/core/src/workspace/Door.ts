/**
 * How a path below the workspace becomes an open file. A door is synchronous: the walk holds several descriptors, and
 * nothing may interrupt it half-way. It touches metadata only, some microseconds a folder.
 */
import type { PathRule } from "./PathError.ts"

export interface Opened {
  /** The caller closes it. */
  readonly fd: number
  /** Relative to the workspace, `/`-separated, without links; `.` is the workspace. */
  readonly path: string
  readonly kind: "file" | "directory"
  readonly size: number
  /** Rights of the user, the group and others. */
  readonly mode: number
  /** A path that reaches exactly this file or folder as long as `fd` is open. */
  readonly handle: string
}

export interface Door {
  /** The workspace's real path. */
  readonly root: string
  /** False where a swap between check and use is only made unlikely, not impossible. */
  readonly raceProof: boolean
  /** Opens for reading. Throws `Refused`, `Missing`, or the system's own error. */
  readonly open: (path: string) => Opened
  /**
   * Holds a folder by its real path, following no link on the way; undefined when it is not there. Throws `Refused`
   * with `moving` where the path is no longer what it was, or the system's own error.
   */
  readonly hold: (path: string) => HeldFolder | undefined
  /** The same, but makes what is missing; the real paths of what it made are added to `made`, also when it throws. */
  readonly make: (path: string, made: Array<string>) => HeldFolder
  readonly close: () => void
}

/** A folder that stays the same one, whatever happens to its name. */
export interface HeldFolder {
  /** The path of a name in this folder. */
  readonly at: (name: string) => string
  /** Throws `Refused` if the folder no longer lies where it was held. */
  readonly confirm: () => void
  readonly close: () => void
}

/** Thrown by a door: the path is against a rule. */
export class Refused extends Error {
  readonly rule: PathRule
  constructor(rule: PathRule) {
    super(rule)
    this.rule = rule
  }
}

/** Thrown by a door: nothing has this name. */
export class Missing extends Error {
  /** The real folder that was searched, relative to the workspace. */
  readonly folder: string
  /** What was not there, and what would have come below it. */
  readonly rest: ReadonlyArray<string>
  constructor(folder: string, rest: ReadonlyArray<string>) {
    super("missing")
    this.folder = folder
    this.rest = rest
  }
}

/** What no path can be, whatever it names. */
export const unusable = (path: string): PathRule | undefined => {
  if (path === "") return "empty"
  if (path.includes("\0")) return "nul"
  return Buffer.byteLength(path) > maxPathBytes ? "too-long" : undefined
}

/** The names of a real path. Throws `Refused` for a path that would have to be resolved first, or is too deep. */
export const realNames = (path: string): ReadonlyArray<string> => {
  const rule = unusable(path)
  if (rule !== undefined) throw new Refused(rule)
  if (path === ".") return []
  const names = path.split("/")
  if (names.some(leadsElsewhere)) throw new Refused("outside")
  if (names.length > maxDepth || names.some((name) => Buffer.byteLength(name) > maxNameBytes)) {
    throw new Refused("too-long")
  }
  return names
}

/** How many folders deep a path may go. */
export const maxDepth = 200

/** The folders that a path descends into below one of `roots`, or undefined if it is below none. Compares by name. */
export const segmentsBelow = (roots: ReadonlyArray<string>, absolute: string): ReadonlyArray<string> | undefined => {
  const names = absolute.split("/").filter((name) => name !== "" && name !== ".")
  for (const root of roots) {
    const above = root.split("/").filter((name) => name !== "")
    if (above.every((name, index) => names[index] === name)) {
      return absolute.endsWith("/") ? [...names.slice(above.length), ""] : names.slice(above.length)
    }
  }
  return undefined
}

// internal

const maxPathBytes = 4096
const maxNameBytes = 255

const leadsElsewhere = (name: string): boolean =>
  name === "" || name === "." || name === ".." || (process.platform === "win32" && /[\\:]/.test(name))
