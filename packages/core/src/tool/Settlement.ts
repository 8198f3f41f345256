/**
 * What becomes of a call that was cut: its intent is on record, and its end is not. Pure: decided from what the call had
 * announced and what the files hold now.
 *
 * 1. A call that may simply run again does, and one that has changed nothing as well.
 * 2. What has taken effect is not made a second time; where that cannot be known, whoever runs the agent decides, and
 *    the model is told.
 */
import type { Change } from "../workspace/ConfinedRoot.ts"

/** What becomes of a call that may have taken effect: the model is asked to look, it runs again, or it is left at that. */
export type OnUnknown = "ask" | "retry" | "skip"

/** What the record has of a call without an end. */
export interface CutCall {
  /** Its intent is on record: it may have run. */
  readonly isBegun: boolean
  /** What it was about to change, in order; each may have been made. */
  readonly changing: ReadonlyArray<Change>
}

/** A file that a cut call was to change, as it is now. */
export interface FileNow {
  readonly path: string
  /** Undefined where no change of it was announced: then nothing has happened to it. */
  readonly announced: Change | undefined
  /** SHA-256; null where there is no file, undefined where it cannot be read. */
  readonly hash: string | null | undefined
}

export type Settlement =
  | { readonly _tag: "Run" }
  /** It has done all that it was to do. */
  | { readonly _tag: "Made"; readonly changes: ReadonlyArray<Change> }
  /** It has changed some files and not the others. */
  | { readonly _tag: "Partly"; readonly changes: ReadonlyArray<Change>; readonly left: ReadonlyArray<string> }
  /** `changes` are what it has done for certain, `files` what somebody else has changed as well. */
  | { readonly _tag: "Unknown"; readonly changes: ReadonlyArray<Change>; readonly files: ReadonlyArray<string> }

/** What is seen of a cut call. */
export interface Seen {
  readonly files: ReadonlyArray<FileNow>
  /** They are all that it was to change, and it was to do nothing else. */
  readonly isAll: boolean
}

export const settle = (
  { changing, isBegun }: CutCall,
  replay: "safe" | "fenced",
  { files, isAll }: Seen,
  onUnknown: OnUnknown
): Settlement => {
  if (!isBegun || replay === "safe") return run
  if (isAll && (changing.length === 0 || files.every(isAsBefore))) return run
  const changes = files.flatMap((file) => (isAsAfter(file) && file.announced !== undefined ? [file.announced] : []))
  const odd = files.filter((file) => !isAsBefore(file) && !isAsAfter(file)).map(({ path }) => path)
  if (!isAll || odd.length > 0) return onUnknown === "retry" ? run : { _tag: "Unknown", changes, files: odd }
  const left = files.filter((file) => !isAsAfter(file)).map(({ path }) => path)
  return left.length === 0 ? { _tag: "Made", changes } : { _tag: "Partly", changes, left }
}

/** The announced changes of each path as one: what it was before the first, and is to be after the last. */
export const byFile = (changing: ReadonlyArray<Change>): ReadonlyMap<string, Change> => {
  const files = new Map<string, Change>()
  for (const change of changing) {
    const first = files.get(change.path) ?? change
    files.set(change.path, { ...change, before: first.before })
  }
  return files
}

// internal

const run: Settlement = { _tag: "Run" }

const isAsBefore = ({ announced, hash }: FileNow): boolean => announced === undefined || hash === announced.before

const isAsAfter = ({ announced, hash }: FileNow): boolean => announced !== undefined && hash === announced.after
