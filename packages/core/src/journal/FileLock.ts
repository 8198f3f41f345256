/**
 * A lock between processes on a file of its own: an exclusive transaction that stays open. The system takes it back when
 * the process ends, however it ends, so a dead holder never blocks anyone and nothing has to be judged stale.
 *
 * The file stays empty, and is opened by no other means than SQLite: closing such a descriptor would drop the lock. It
 * is never removed: two processes could then each hold a lock, on two files of one name.
 */
import { accessSync, constants } from "node:fs"
import type { DatabaseSync } from "node:sqlite"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { JournalError } from "./JournalError.ts"
import { failureReason } from "./SqliteFailure.ts"
import { create } from "./SqliteFile.ts"

/** Whether this process has the lock now; if so, it has it until the scope closes. Never waits. */
const tryHold = Effect.fn("FileLock.tryHold")(function* (
  file: string
): Effect.fn.Return<boolean, JournalError, Scope.Scope> {
  const { DatabaseSync } = yield* Effect.promise(() => import("node:sqlite"))
  const held = yield* Effect.acquireRelease(
    Effect.suspend(() => {
      try {
        return Effect.succeed(lock(DatabaseSync, file))
      } catch (thrown) {
        const reason = failureReason(thrown, 0)
        return reason === undefined ? Effect.die(thrown) : Effect.fail(new JournalError({ path: file, reason }))
      }
    }),
    (db) => Effect.sync(() => db?.close())
  )
  return held !== undefined
})

export const FileLock = { tryHold }

// internal

/** The connection that holds the lock; undefined when somebody else does. */
const lock = (Database: typeof DatabaseSync, file: string): DatabaseSync | undefined => {
  create(file)
  // SQLite opens what it may not write for reading only, and such a transaction excludes nobody.
  accessSync(file, constants.W_OK)
  const db = new Database(file, { timeout: 0 })
  try {
    // Without a journal in memory one would be written beside the file, and left there by a process that is killed.
    db.exec("PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE")
    return db
  } catch (thrown) {
    db.close()
    if (failureReason(thrown, 0)?._tag === "Busy") return undefined
    throw thrown
  }
}
