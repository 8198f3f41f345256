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
