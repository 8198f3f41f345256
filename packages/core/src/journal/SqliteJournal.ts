/**
 * The journal in one SQLite file: what this machine's runs are recorded in.
 *
 * Invariants:
 * 1. When `append` has returned, its commit is in the -wal file: a killed process loses nothing of it.
 * 2. When `barrier` has returned, what was appended before is on the disk: it is in the synced -wal file, or a
 *    checkpoint moved it to the database, which SQLite syncs itself before it reuses the -wal file.
 * 3. The -wal file is the same as long as the layer lives, because SQLite removes it only with its last connection.
 *    So it is opened once, and its folder is synced once, without which a new file's name could be lost.
 * 4. This process opens the database file and its -shm by no other means than SQLite: closing such a descriptor would
 *    drop the locks that SQLite holds on them. (It takes none on the -wal file.)
 * 5. The -wal file is closed after the last sync has ended: the store is released after the barrier's scope.
 */
import { fdatasync } from "node:fs"
import { open } from "node:fs/promises"
import { promisify } from "node:util"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as GroupSync from "./GroupSync.ts"
import { Journal, JournalError } from "./Journal.ts"
import * as SqliteStore from "./SqliteStore.ts"
import * as StoredJournal from "./StoredJournal.ts"

export interface SqliteJournalOptions {
  /** Created with its folders when it is not there. */
  readonly file: string
  /** Puts on the disk what was written to the descriptor: fdatasync unless given. */
  readonly sync?: (descriptor: number) => Promise<void>
  /** How long a write waits for another process's, with this thread standing still: 5 s unless given. */
  readonly busyTimeoutMs?: number
}

const layer = ({
  busyTimeoutMs = 5000,
  file,
  sync = promisify(fdatasync)
}: SqliteJournalOptions): Layer.Layer<Journal, JournalError> =>
  Layer.effect(
    Journal,
    Effect.gen(function* () {
      // Loaded here and not at the top: most commands never open a journal.
      const { DatabaseSync } = yield* Effect.promise(() => import("node:sqlite"))
      const store = yield* Effect.acquireRelease(
        Effect.suspend(() => {
          try {
            return Effect.succeed(SqliteStore.open(DatabaseSync, file, busyTimeoutMs))
          } catch (thrown) {
            return thrown instanceof JournalError ? Effect.fail(thrown) : Effect.die(thrown)
          }
        }),
        (store) => Effect.sync(store.close)
      )
      const unsynced = (cause: unknown) =>
        new JournalError({ path: file, reason: { _tag: "Unavailable", detail: `it could not be synced (${cause})` } })
      const syncFolderOnce = yield* Effect.cached(
        Effect.tryPromise({ try: () => syncFolder(store.folder), catch: unsynced })
      )
      const syncWal = Effect.tryPromise({ try: () => sync(store.wal), catch: unsynced })
      const barrier = yield* GroupSync.make(Effect.andThen(syncFolderOnce, syncWal))
      return yield* StoredJournal.make(store, barrier)
    })
  )

export const SqliteJournal = { layer }

// internal

const syncFolder = async (folder: string): Promise<void> => {
  // Windows has no descriptors of folders and keeps names without them.
  if (process.platform === "win32") return
  await using handle = await open(folder, "r")
  await handle.sync()
}
