/**
 * The SQLite file that a journal lives in: created for its owner only, recognised before anything is changed in it,
 * brought into write-ahead mode.
 */
import { closeSync, existsSync, mkdirSync, openSync } from "node:fs"
import { dirname } from "node:path"
import type { DatabaseSync } from "node:sqlite"
import type { JournalErrorReason } from "./JournalError.ts"
import { failureReason } from "./SqliteFailure.ts"

/** `dptz`: stands in the file's header, so that another program's database is never taken for a journal. */
const applicationId = 0x6470747a

const schemaVersion = 2

const runs = `
  CREATE TABLE events (
    run TEXT NOT NULL, seq INTEGER NOT NULL, time INTEGER NOT NULL, namespace TEXT NOT NULL, version INTEGER NOT NULL,
    path TEXT NOT NULL, parent TEXT, type TEXT NOT NULL, body TEXT NOT NULL, hash TEXT NOT NULL,
    PRIMARY KEY (run, seq)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE heads (
    position INTEGER PRIMARY KEY, time INTEGER NOT NULL, run TEXT NOT NULL, kind TEXT NOT NULL,
    events INTEGER NOT NULL, head TEXT NOT NULL, hash TEXT NOT NULL
  ) STRICT;
  CREATE INDEX heads_of_run ON heads (run, position);
  PRAGMA application_id = ${applicationId};
`

/**
 * What version 2 added: whoever has the file open with version 1 goes on beside it, and knows nothing of it. Both tables
 * are small and read whole, without an index that could hide a damaged row; each row is covered by its seal.
 */
const holding = `
  CREATE TABLE leases (
    run TEXT PRIMARY KEY, epoch INTEGER NOT NULL, token TEXT, pid INTEGER, start TEXT, place TEXT, since INTEGER,
    renewed INTEGER, seal TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE orders (
    id INTEGER PRIMARY KEY AUTOINCREMENT, run TEXT NOT NULL, time INTEGER NOT NULL, body TEXT NOT NULL,
    seal TEXT NOT NULL
  ) STRICT;
  PRAGMA user_version = ${schemaVersion};
`

/** Makes an empty file (0600) and its folders (0700) where there is none. */
export const create = (file: string): void => {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  if (existsSync(file)) return
  try {
    // Only ever a new file: closing a descriptor of a database in use would drop SQLite's locks on it.
    closeSync(openSync(file, "wx", 0o600))
  } catch (thrown) {
    if (!existsSync(file)) throw thrown
  }
}

/** Brings an empty or known database into the state that statements need; says why it cannot. */
export const prepare = (db: DatabaseSync, busyTimeoutMs: number): JournalErrorReason | undefined => {
  const before = judge(db)
  if (typeof before !== "string") return before
  if (before === "empty") patiently(busyTimeoutMs, () => db.exec("PRAGMA journal_mode = WAL"))
  if (before !== "known") {
    // Another process may have been quicker: looked at again under the lock.
    db.exec("BEGIN IMMEDIATE")
    const now = judge(db)
    if (now === "empty") db.exec(runs)
    if (now === "empty" || now === "older") db.exec(holding)
    db.exec("COMMIT")
  }
  const mode = db.prepare("PRAGMA journal_mode").get()?.journal_mode
  if (mode !== "wal") return { _tag: "Unavailable", detail: `its file system allows no write-ahead log (mode ${mode})` }
  // A checkpoint waits for the disk with this thread standing still: seldom, but the -wal file stays below some 16 MiB.
  db.exec("PRAGMA wal_autocheckpoint = 4000")
  db.exec("PRAGMA synchronous = NORMAL; PRAGMA cell_size_check = ON; PRAGMA trusted_schema = OFF")
  // What is removed is written over, and not only forgotten.
  db.exec("PRAGMA secure_delete = ON")
  return undefined
}

/**
 * What a database is, judged without changing it: a journal, one of an older version, one that has nothing in it yet, or
 * why it is none of them.
 */
export const judge = (db: DatabaseSync): "empty" | "older" | "known" | JournalErrorReason => {
  const version = Number(db.prepare("PRAGMA user_version").get()?.user_version)
  const id = db.prepare("PRAGMA application_id").get()?.application_id
  const tables = db.prepare("SELECT count(*) AS tables FROM sqlite_schema").get()?.tables
  if (id === 0 && version === 0 && tables === 0) return "empty"
  if (id !== applicationId) return { _tag: "NotAJournal", detail: "it is a database of another program" }
  if (version > schemaVersion) return { _tag: "NewerVersion", version, known: schemaVersion }
  if (version === 1) return "older"
  if (version < schemaVersion) return { _tag: "Corrupt", run: null, seq: null, what: `its version is ${version}` }
  return "known"
}

// internal

/** SQLite's own waiting does not cover the change to write-ahead mode, which two first starts at once compete for. */
const patiently = (busyTimeoutMs: number, body: () => void): void => {
  const pause = new Int32Array(new SharedArrayBuffer(4))
  const stepMs = 20
  for (let leftMs = busyTimeoutMs; ; leftMs -= stepMs) {
    try {
      body()
      return
    } catch (thrown) {
      if (leftMs <= 0 || failureReason(thrown, busyTimeoutMs)?._tag !== "Busy") throw thrown
      Atomics.wait(pause, 0, 0, stepMs)
    }
  }
}
