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
import type { FileChanged, PathError } from "../workspace/PathError.ts"

/** Hashes of the files that an agent has read or written in this run, by real path. */
export type SeenFiles = Map<string, string>

export interface FileChanges {
  /** Notes that the agent knows these bytes as the whole of a file. */
  readonly saw: (path: string, bytes: Uint8Array) => void
  /** The hash of the file as the agent last saw it. */
  readonly seen: (path: string) => string | undefined
  /** Writes a file, by its real path. `before` are the bytes it has now, null where there is none. */
  readonly write: (path: string, before: Uint8Array | null, after: Uint8Array) => ChangeEffect
  readonly remove: (path: string, before: Uint8Array) => ChangeEffect
  /** In the order made. */
  readonly made: ReadonlyArray<Change>
}

type ChangeEffect = Effect.Effect<Change, PathError | FileChanged | JournalError>

/** `announce` records a change that is about to be made. */
export const make = (options: {
  readonly root: ConfinedRoot["Service"]
  readonly blobs: Blobs["Service"]
  readonly seen: SeenFiles
  readonly announce: (change: Change) => Effect.Effect<unknown, JournalError>
}): FileChanges => {
  const { announce, blobs, root, seen } = options
  const made: Array<Change> = []
  const change = Effect.fnUntraced(function* (
    path: string,
    before: Uint8Array | null,
    after: Uint8Array | null,
    act: (expected: Expected) => Effect.Effect<Change, PathError | FileChanged>
  ) {
    const kept = before === null ? null : yield* blobs.put(before)
    const hash = after === null ? null : sha256(after)
    yield* announce({ path, before: kept, after: hash })
    return yield* Effect.uninterruptible(
      Effect.tap(act(kept === null ? "absent" : { hash: kept }), (done) =>
        Effect.sync(() => {
          made.push(done)
          if (hash === null) seen.delete(path)
          else seen.set(path, hash)
        })
      )
    )
  })
  return {
    made,
    saw: (path, bytes) => void seen.set(path, sha256(bytes)),
    seen: (path) => seen.get(path),
    write: (path, before, after) => change(path, before, after, (expected) => root.writeFile(path, after, expected)),
    remove: (path, before) => change(path, before, null, (expected) => root.deleteFile(path, expected))
  }
}
