/**
 * What one call changes in the workspace. Before a file is replaced, the bytes it had are kept and the change is on
 * record; what is written is compared with what the agent has seen, so that nobody's work is overwritten unread.
 *
 * 1. Bytes that are about to go are in `Blobs`, and the change is in the journal, before the file is touched.
 * 2. A change is made only if the file still is what it is expected to be; otherwise nothing happens (FileChanged).
 * 3. `made` lists what was really changed, also by a call that failed or was cut half-way.
 */

import * as Effect from "effect/Effect"
import { sha256 } from "../domain/Sha256.ts"
import type { Blobs } from "../journal/Blobs.ts"
import type { JournalError } from "../journal/JournalError.ts"
import type { Change, ConfinedRoot, Expected } from "../workspace/ConfinedRoot.ts"
import { newFolders } from "../workspace/NewFolders.ts"
import type { FileChanged, PathError } from "../workspace/PathError.ts"

/** Hashes of the files that an agent has read or written in this run, by real path. */
export type SeenFiles = Map<string, string>

export interface FileChanges {
  /** Notes that the agent knows these bytes as the whole of a file. */
  readonly saw: (path: string, bytes: Uint8Array) => void
  /** The hash of the file as the agent last saw it. */
  readonly seen: (path: string) => string | undefined
  /**
   * Writes a file, by its real path. `before` are the bytes it has now, null where there is none; `mode` the rights of a
   * new one, the usual unless given.
   */
  readonly write: (path: string, before: Uint8Array | null, after: Uint8Array, mode?: number) => ChangeEffect
  readonly remove: (path: string, before: Uint8Array) => ChangeEffect
  /** Takes over changes that this call had made before it was cut. */
  readonly adopt: (changes: ReadonlyArray<Change>) => void
  /** In the order made. */
  readonly made: ReadonlyArray<Change>
  /** Files whose whole content the call has shown and not changed since, with their hashes. */
  readonly shown: ReadonlyMap<string, string>
}

/** A change that is about to be made, with what its undoing has to know beside the bytes. */
export interface Announced {
  readonly change: Change
  /** Rights of a file that is removed. */
  readonly mode?: number
  /** Folders that are made for a new file, those above first. */
  readonly folders?: ReadonlyArray<string>
}

type ChangeEffect = Effect.Effect<Change, PathError | FileChanged | JournalError>

/** `announce` records a change that is about to be made. */
export const make = (options: {
  readonly root: ConfinedRoot["Service"]
  readonly blobs: Blobs["Service"]
  readonly seen: SeenFiles
  readonly announce: (announced: Announced) => Effect.Effect<unknown, JournalError>
}): FileChanges => {
  const { announce, blobs, root, seen } = options
  const made: Array<Change> = []
  const shown = new Map<string, string>()
  const note = (change: Change): void => {
    made.push(change)
    shown.delete(change.path)
    if (change.after === null) seen.delete(change.path)
    else seen.set(change.path, change.after)
  }
  const change = Effect.fnUntraced(function* (
    path: string,
    before: Uint8Array | null,
    after: Uint8Array | null,
    act: (expected: Expected) => Effect.Effect<Change, PathError | FileChanged>
  ) {
    const kept = before === null ? null : yield* blobs.put(before)
    const hash = after === null ? null : sha256(after)
    const beside = before === null ? yield* placeOf(root, path) : after === null ? yield* rightsOf(root, path) : {}
    yield* announce({ change: { path, before: kept, after: hash }, ...beside })
    return yield* Effect.uninterruptible(
      Effect.tap(act(kept === null ? "absent" : { hash: kept }), (done) => Effect.sync(() => note(done)))
    )
  })
  return {
    made,
    shown,
    saw: (path, bytes) => {
      const hash = sha256(bytes)
      seen.set(path, hash)
      shown.set(path, hash)
    },
    seen: (path) => seen.get(path),
    write: (path, before, after, mode) =>
      change(path, before, after, (expected) => root.writeFile(path, after, expected, mode)),
    adopt: (changes) => changes.forEach(note),
    remove: (path, before) => change(path, before, null, (expected) => root.deleteFile(path, expected))
  }
}

// internal

/** Of a file that is to be removed. One that cannot be opened will not be removed either. */
const rightsOf = (root: ConfinedRoot["Service"], path: string) =>
  root.readFile(path, { maxBytes: 0 }).pipe(
    Effect.map(({ mode }) => ({ mode })),
    Effect.orElseSucceed(() => ({}))
  )

/** Where a new file comes to stand. */
const placeOf = (root: ConfinedRoot["Service"], path: string) =>
  Effect.map(newFolders(root, path), (folders) => (folders.length === 0 ? {} : { folders }))
