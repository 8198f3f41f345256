/**
 * A journal's file for those who only look: nothing is created, changed or left behind. A file that is not there, or has
 * nothing in it yet, is a journal without runs.
 *
 * 1. Where there is no -wal file nobody has the journal open, and the file does not change: it is read as immutable,
 *    because SQLite would otherwise make a -wal and a -shm file, which only a writer takes away again.
 * 2. Where there is one, SQLite reads it together with the file, also while other processes write.
 */
import { existsSync, realpathSync } from "node:fs"
import type { DatabaseSync } from "node:sqlite"
import { pathToFileURL } from "node:url"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Journal, JournalError } from "./Journal.ts"
import type { JournalStore } from "./JournalStore.ts"
import * as MemoryStore from "./MemoryStore.ts"
import { failureReason } from "./SqliteFailure.ts"
import { judge } from "./SqliteFile.ts"
import { holdingStatements, nobodyHolds, statements } from "./SqliteStore.ts"
import * as StoredJournal from "./StoredJournal.ts"

/** Whatever writes fails: opening, holding, closing or removing a run, appending to one, posting to its owner. */
const layer = ({ file }: { readonly file: string }): Layer.Layer<Journal, JournalError> =>
  Layer.effect(
    Journal,
    Effect.gen(function* () {
      const { DatabaseSync } = yield* Effect.promise(() => import("node:sqlite"))
      const store = yield* Effect.acquireRelease(
        Effect.suspend(() => {
          try {
            return Effect.succeed(open(DatabaseSync, file))
          } catch (thrown) {
            return thrown instanceof JournalError ? Effect.fail(thrown) : Effect.die(thrown)
          }
        }),
        ({ close }) => Effect.sync(close)
      )
      return yield* StoredJournal.make(store, Effect.void)
    })
  )

export const SqliteReader = { layer }

// internal

interface ReadingStore extends JournalStore {
  readonly close: () => void
}

/** How long a read waits while another process recovers the journal after a crash. */
const busyTimeoutMs = 5000

const open = (Database: typeof DatabaseSync, file: string): ReadingStore => {
  const explain = (thrown: unknown): JournalError | undefined => {
    if (thrown instanceof JournalError) return thrown
    const reason = failureReason(thrown, busyTimeoutMs)
    return reason === undefined ? undefined : new JournalError({ path: file, reason })
  }
  if (!existsSync(file)) return empty(file)
  let db: DatabaseSync | undefined
  try {
    const opened = openForReading(Database, realpathSync(file))
    db = opened
    const kind = judge(opened)
    if (kind === "empty") {
      opened.close()
      return empty(file)
    }
    if (typeof kind !== "string") throw new JournalError({ path: file, reason: kind })
    opened.exec("PRAGMA cell_size_check = ON; PRAGMA trusted_schema = OFF")
    const rows = statements(opened)
    const holding = kind === "older" ? { ...unwritable(file), ...nobodyHolds } : holdingStatements(opened)
    return { ...rows, ...holding, path: file, isShared: true, explain, close: () => opened.close() }
  } catch (thrown) {
    if (db?.isOpen === true) db.close()
    throw explain(thrown) ?? thrown
  }
}

const openForReading = (Database: typeof DatabaseSync, real: string): DatabaseSync => {
  const isAtRest = !existsSync(`${real}-wal`)
  const url = pathToFileURL(real)
  if (isAtRest) url.searchParams.set("immutable", "1")
  return new Database(url, { readOnly: true, timeout: busyTimeoutMs })
}

/** Of a file without runs, and of the tables that a file of an older version does not have. */
const unwritable = (path: string) => {
  const refuse = (): never => {
    throw new JournalError({ path, reason: { _tag: "Unavailable", detail: "it was opened for reading only" } })
  }
  return { write: refuse, putLease: refuse, removeLease: refuse, addOrder: refuse, removeOrder: refuse }
}

const empty = (path: string): ReadingStore => ({
  ...MemoryStore.make(),
  ...unwritable(path),
  path,
  close: () => undefined
})
