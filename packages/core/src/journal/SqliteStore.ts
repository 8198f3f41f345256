/**
 * Rows of a journal in one SQLite file, shared with any number of other processes.
 *
 * Write-ahead log with synchronous=NORMAL: a commit is handed to the system at once, so it survives the death of the
 * process, and is not synced: whoever needs that syncs the -wal file (see SqliteJournal.ts).
 */
import { chmodSync, closeSync, openSync, realpathSync } from "node:fs"
import { dirname } from "node:path"
import type { DatabaseSync, StatementSync } from "node:sqlite"
import { JournalError, type JournalErrorReason } from "./JournalError.ts"
import type { JournalStore } from "./JournalStore.ts"
import { failureReason } from "./SqliteFailure.ts"
import { create, prepare } from "./SqliteFile.ts"
import { entryOf, eventOf, numberedHash } from "./SqliteRows.ts"

export interface SqliteStore extends JournalStore {
  /** A descriptor of the write-ahead file, which stays the same file as long as the store is open. */
  readonly wal: number
  /** The folder that holds both files. */
  readonly folder: string
  readonly close: () => void
}

/** Opens the journal in `file`, new where there is none. Throws JournalError. */
export const open = (Database: typeof DatabaseSync, file: string, busyTimeoutMs: number): SqliteStore => {
  const explain = (thrown: unknown): JournalError | undefined => {
    if (thrown instanceof JournalError) return thrown
    const reason = failureReason(thrown, busyTimeoutMs)
    return reason === undefined ? undefined : failed(file, reason)
  }
  let db: DatabaseSync | undefined
  try {
    create(file)
    // SQLite follows links and names the -wal file after the real file.
    const real = realpathSync(file)
    const opened = new Database(real, { timeout: busyTimeoutMs })
    db = opened
    const refusal = prepare(opened, busyTimeoutMs)
    if (refusal !== undefined) throw failed(file, refusal)
    chmodSync(real, 0o600)
    const rows = statements(opened)
    const wal = openSync(`${real}-wal`, "r+")
    return {
      ...rows,
      path: file,
      explain,
      wal,
      folder: dirname(real),
      close: () => {
        closeSync(wal)
        opened.close()
      }
    }
  } catch (thrown) {
    db?.close()
    throw explain(thrown) ?? thrown
  }
}

/** Every statement, prepared once. Those that write fail where the database was opened for reading only. */
export const statements = (db: DatabaseSync): Omit<JournalStore, "path" | "explain"> => {
  // Changes with the commits of other connections, never with those of this one.
  const version = db.prepare("PRAGMA data_version")
  const addEvent = db.prepare("INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
  const lastEvent = db.prepare("SELECT seq, hash FROM events WHERE run = ? ORDER BY seq DESC LIMIT 1")
  const events = db.prepare("SELECT * FROM events WHERE run = ? AND seq >= ? ORDER BY seq LIMIT ?")
  const addEntry = db.prepare("INSERT INTO heads VALUES (?, ?, ?, ?, ?, ?, ?)")
  const lastEntry = db.prepare("SELECT * FROM heads ORDER BY position DESC LIMIT 1")
  const lastEntryOf = db.prepare("SELECT * FROM heads WHERE run = ? ORDER BY position DESC LIMIT 1")
  const entriesOf = db.prepare("SELECT * FROM heads WHERE run = ? ORDER BY position")
  // The table itself: a damaged index must not hide what an audit looks for.
  const chain = db.prepare("SELECT * FROM heads NOT INDEXED ORDER BY position")
  return {
    write: transaction(db, db.prepare("BEGIN IMMEDIATE")),
    read: transaction(db, db.prepare("BEGIN")),
    version: () => Number(version.get()?.data_version),
    addEvent: ({ body, hash, namespace, parent, path, run, seq, time, type, version }) => {
      addEvent.run(run, seq, time, namespace, version, path, parent, type, body, hash)
    },
    lastEvent: (run) => maybe(lastEvent.get(run), numberedHash),
    events: (run, fromSeq, limit) => events.iterate(run, fromSeq, limit).map(eventOf),
    addEntry: ({ events, hash, head, kind, position, run, time }) => {
      addEntry.run(position, time, run, kind, events, head, hash)
    },
    lastEntry: () => maybe(lastEntry.get(), entryOf),
    lastEntryOf: (run) => maybe(lastEntryOf.get(run), entryOf),
    entriesOf: (run) => entriesOf.all(run).map(entryOf),
    chain: () => chain.iterate().map(entryOf)
  }
}

// internal

const failed = (path: string, reason: JournalErrorReason) => new JournalError({ path, reason })

const transaction = (db: DatabaseSync, begin: StatementSync) => {
  const commit = db.prepare("COMMIT")
  return <A>(body: () => A): A => {
    begin.run()
    try {
      const result = body()
      commit.run()
      return result
    } finally {
      // Still open only when something was thrown.
      if (db.isTransaction) db.exec("ROLLBACK")
    }
  }
}

const maybe = <A, B>(row: A | undefined, f: (row: A) => B): B | undefined => (row === undefined ? undefined : f(row))
