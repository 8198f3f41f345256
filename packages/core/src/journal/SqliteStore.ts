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
import type { JournalStore, StoredOrder } from "./JournalStore.ts"
import { failureReason } from "./SqliteFailure.ts"
import { create, prepare } from "./SqliteFile.ts"
import { lossOf } from "./SqliteLoss.ts"
import {
  entryOf,
  eventOf,
  leaseColumns,
  leaseOf,
  MisplacedValue,
  numberedHash,
  orderColumns,
  orderOf,
  runEndOf,
  runEntriesOf,
  runOf,
  sealOf
} from "./SqliteRows.ts"

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
    const loss = lossOf(Database, file, busyTimeoutMs)
    if (loss !== undefined) throw failed(file, loss)
    create(file)
    // SQLite follows links and names the -wal file after the real file.
    const real = realpathSync(file)
    const opened = new Database(real, { timeout: busyTimeoutMs })
    db = opened
    const refusal = prepare(opened, busyTimeoutMs)
    if (refusal !== undefined) throw failed(file, refusal)
    chmodSync(real, 0o600)
    const rows = { ...statements(opened), ...holdingStatements(opened) }
    const wal = openSync(`${real}-wal`, "r+")
    return {
      ...rows,
      path: file,
      isShared: true,
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

type Holding = Pick<
  JournalStore,
  "end" | "lease" | "leases" | "putLease" | "removeLease" | "addOrder" | "orders" | "removeOrder" | "damage"
>

/** Every statement, prepared once. Those that write fail where the database was opened for reading only. */
export const statements = (db: DatabaseSync): Omit<JournalStore, "path" | "isShared" | "explain" | keyof Holding> => {
  // Changes with the commits of other connections, never with those of this one.
  const version = db.prepare("PRAGMA data_version")
  const addEvent = db.prepare("INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
  const lastEvent = db.prepare("SELECT seq, hash FROM events WHERE run = ? ORDER BY seq DESC LIMIT 1")
  const events = db.prepare("SELECT * FROM events WHERE run = ? AND seq >= ? ORDER BY seq LIMIT ?")
  const eventsOf = db.prepare(`
    SELECT * FROM events
    WHERE run = ?1 AND seq >= ?2 AND (?4 IS NULL OR path = ?4)
      AND (?3 IS NULL OR type IN (SELECT value FROM json_each(?3)))
    ORDER BY seq LIMIT ?5
  `)
  const removeEvents = db.prepare(
    "DELETE FROM events WHERE run = ?1 AND seq > (SELECT max(seq) FROM events WHERE run = ?1) - ?2"
  )
  const halfRemoved = db.prepare(
    "SELECT run FROM heads WHERE kind = 'Removed' AND EXISTS (SELECT 1 FROM events WHERE events.run = heads.run)"
  )
  const addEntry = db.prepare("INSERT INTO heads VALUES (?, ?, ?, ?, ?, ?, ?)")
  const lastEntry = db.prepare("SELECT * FROM heads ORDER BY position DESC LIMIT 1")
  const lastEntryOf = db.prepare("SELECT * FROM heads WHERE run = ? ORDER BY position DESC LIMIT 1")
  const newestRuns = db.prepare(`${presentRuns} ORDER BY opened.position DESC LIMIT ?`)
  const unclosedRuns = db.prepare(`${presentRuns} AND last.kind <> 'Closed' ORDER BY opened.position DESC`)
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
    events: (run, fromSeq, limit, types, path) =>
      types === undefined && path === undefined
        ? events.iterate(run, fromSeq, limit).map(eventOf)
        : eventsOf
            .iterate(run, fromSeq, types === undefined ? null : JSON.stringify(types), path ?? null, limit)
            .map(eventOf),
    removeEvents: (run, limit) => Number(removeEvents.run(run, limit).changes),
    halfRemoved: () => halfRemoved.all().map(runOf),
    addEntry: ({ events, hash, head, kind, position, run, time }) => {
      addEntry.run(position, time, run, kind, events, head, hash)
    },
    lastEntry: () => maybe(lastEntry.get(), entryOf),
    lastEntryOf: (run) => maybe(lastEntryOf.get(run), entryOf),
    newestRuns: (limit) => newestRuns.all(Number.isFinite(limit) ? limit : -1).map(runEntriesOf),
    unclosedRuns: () => unclosedRuns.all().map(runEntriesOf),
    entriesOf: (run) => entriesOf.all(run).map(entryOf),
    chain: () => chain.iterate().map(entryOf)
  }
}

/** Those of the tables that files of version 1 do not have. */
export const holdingStatements = (db: DatabaseSync): Holding => {
  const end = db.prepare(`
    SELECT seq, hash,
      (SELECT kind FROM heads WHERE run = ?1 ORDER BY position DESC LIMIT 1) AS kind,
      (SELECT token FROM leases WHERE run = ?1) AS token
    FROM events WHERE run = ?1 ORDER BY seq DESC LIMIT 1
  `)
  const lease = db.prepare("SELECT * FROM leases WHERE run = ?")
  const leases = db.prepare("SELECT * FROM leases")
  const putLease = db.prepare("INSERT OR REPLACE INTO leases VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")
  const removeLease = db.prepare("DELETE FROM leases WHERE run = ?")
  const lastOrder = db.prepare("SELECT seq FROM sqlite_sequence WHERE name = 'orders'")
  const addOrder = db.prepare("INSERT INTO orders VALUES (?, ?, ?, ?, ?)")
  const orders = db.prepare("SELECT * FROM orders ORDER BY id")
  const removeOrder = db.prepare("DELETE FROM orders WHERE run = ? AND id = ?")
  const checks = ["leases", "orders"].map((table) => db.prepare(`PRAGMA integrity_check(${table})`))
  return {
    end: (run) => maybe(end.get(run), runEndOf),
    lease: (run) => maybe(lease.get(run), leaseOf),
    leases: () => leases.all().map(leaseOf),
    putLease: (lease) => {
      const columns = leaseColumns(lease)
      putLease.run(...columns, sealOf(columns))
    },
    removeLease: (run) => removeLease.run(run),
    addOrder: (order) => {
      const id = maybe(lastOrder.get(), ({ seq }) => numbered(seq)) ?? 0
      const numberedOrder: StoredOrder = { ...order, id: id + 1 }
      const columns = orderColumns(numberedOrder)
      addOrder.run(...columns, sealOf(columns))
      return numberedOrder.id
    },
    orders: () => orders.all().map(orderOf),
    removeOrder: (run, id) => removeOrder.run(run, id),
    damage: () => {
      const findings = checks.flatMap((check) => check.all().map(({ integrity_check }) => String(integrity_check)))
      return findings.find((finding) => finding !== "ok")
    }
  }
}

/** What a file without these tables has in them. */
export const nobodyHolds: Pick<Holding, "end" | "lease" | "leases" | "orders" | "damage"> = {
  end: () => undefined,
  lease: () => undefined,
  leases: () => [],
  orders: () => [],
  damage: () => undefined
}

// internal

const numbered = (value: unknown): number => {
  if (typeof value === "number") return value
  throw new MisplacedValue("seq")
}

/** Reads no more of them than it is asked for. */
const presentRuns = `
  SELECT opened.time AS opened_at, last.* FROM heads AS opened
  JOIN heads AS last ON last.position = (SELECT max(position) FROM heads WHERE run = opened.run)
  WHERE opened.kind = 'Opened' AND last.kind <> 'Removed'
`

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
