/**
 * A journal's file for those who only look: nothing is created, changed or left behind. A file that is not there, or has
 * nothing in it yet, is a journal without runs, unless events of it are left in its -wal file.
 *
 * 1. Where there is no -wal file nobody has the journal open, and it is at rest: it is read as immutable, because SQLite
 *    would otherwise make a -wal and a -shm file, which only a writer takes away again.
 * 2. Where there is one, SQLite reads it together with the file, also while other processes write.
 * 3. SQLite does not look whether a file that it takes for immutable changes. So what was read counts only if the journal
 *    is, after it, still at rest as it was before it was opened; otherwise it is opened anew, and read again.
 */
import { existsSync, realpathSync, statSync } from "node:fs"
import type { DatabaseSync } from "node:sqlite"
import { pathToFileURL } from "node:url"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Journal, JournalError } from "./Journal.ts"
import type { JournalStore } from "./JournalStore.ts"
import * as MemoryStore from "./MemoryStore.ts"
import { failureReason } from "./SqliteFailure.ts"
import { judge } from "./SqliteFile.ts"
import { lossOf } from "./SqliteLoss.ts"
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

/** One store for the journal, with the functions of the connection that is open now. */
const open = (Database: typeof DatabaseSync, file: string): ReadingStore => {
  let connection = connect(Database, file)
  const isAsOpened = () => connection.rest === restOf(file)
  const read = <A>(body: () => A): A => {
    for (;;) {
      try {
        const result = connection.rows.read(body)
        if (isAsOpened()) return result
      } catch (thrown) {
        if (isAsOpened()) throw thrown
      }
      const before = connection
      connection = connect(Database, file)
      before.rows.close()
      Object.assign(store, connection.rows, own)
    }
  }
  const own = { read, close: () => connection.rows.close() }
  const store: ReadingStore = { ...connection.rows, ...own }
  return store
}

interface Connection {
  /** What the file was before it was opened. */
  readonly rest: string | null
  readonly rows: ReadingStore
}

const connect = (Database: typeof DatabaseSync, file: string): Connection => {
  for (;;) {
    const rest = restOf(file)
    try {
      return { rest, rows: openOnce(Database, file, rest !== null) }
    } catch (thrown) {
      if (rest === restOf(file)) throw thrown
    }
  }
}

/** Another one after every change of a file at rest; null where somebody has it open. */
const restOf = (file: string): string | null => {
  try {
    const real = realpathSync(file)
    const { dev, ino, mtimeNs, size } = statSync(real, { bigint: true })
    return existsSync(`${real}-wal`) ? null : `${dev} ${ino} ${size} ${mtimeNs}`
  } catch {
    // It is not there, or may not be looked at: what opening it says counts.
    return ""
  }
}

const openOnce = (Database: typeof DatabaseSync, file: string, isAtRest: boolean): ReadingStore => {
  const explain = (thrown: unknown): JournalError | undefined => {
    if (thrown instanceof JournalError) return thrown
    const reason = failureReason(thrown, busyTimeoutMs)
    return reason === undefined ? undefined : new JournalError({ path: file, reason })
  }
  let db: DatabaseSync | undefined
  try {
    const loss = lossOf(Database, file, busyTimeoutMs)
    if (loss !== undefined) throw new JournalError({ path: file, reason: loss })
    if (!existsSync(file)) return empty(file)
    const url = pathToFileURL(realpathSync(file))
    if (isAtRest) url.searchParams.set("immutable", "1")
    const opened = new Database(url, { readOnly: true, timeout: busyTimeoutMs })
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
