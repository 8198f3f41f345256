/**
 * Names the failure behind what the SQLite store throws. Pure.
 */
import type { JournalErrorReason } from "./JournalError.ts"
import { MisplacedValue } from "./SqliteRows.ts"

/**
 * The reason for something thrown by a writer that waits `busyTimeoutMs` for others; undefined when it is no failure of
 * the file or the disk.
 */
export const failureReason = (thrown: unknown, busyTimeoutMs: number): JournalErrorReason | undefined => {
  if (thrown instanceof MisplacedValue) return corrupt(thrown)
  if (!(thrown instanceof Error) || !("code" in thrown)) return undefined
  switch (thrown.code) {
    case "ERR_SQLITE_ERROR":
      return bySqliteCode("errcode" in thrown ? Number(thrown.errcode) : 1, thrown, busyTimeoutMs)
    case "ERR_OUT_OF_RANGE": // an integer of a damaged row, larger than a number holds
      return corrupt(thrown)
    case "ERR_INVALID_STATE":
      return { _tag: "Unavailable", detail: "it was closed" }
    case "ENOSPC":
    case "EDQUOT":
      return { _tag: "DiskFull" }
    default:
      return "syscall" in thrown ? { _tag: "Unavailable", detail: thrown.message } : undefined
  }
}

// internal

/** SQLite's result codes: an extended code has the primary one in its low byte. */
const bySqliteCode = (code: number, error: Error, waitedMs: number): JournalErrorReason => {
  switch (code & 0xff) {
    case 5: // SQLITE_BUSY
    case 6: // SQLITE_LOCKED
      return { _tag: "Busy", waitedMs }
    case 3: // SQLITE_PERM
    case 8: // SQLITE_READONLY
    case 10: // SQLITE_IOERR
    case 14: // SQLITE_CANTOPEN
      return { _tag: "Unavailable", detail: error.message }
    case 13: // SQLITE_FULL
      return { _tag: "DiskFull" }
    case 26: // SQLITE_NOTADB
      return { _tag: "NotAJournal", detail: error.message }
    default: // SQLITE_CORRUPT, and what right statements say of tables that are damaged
      return corrupt(error)
  }
}

const corrupt = ({ message }: Error): JournalErrorReason => ({ _tag: "Corrupt", run: null, seq: null, what: message })
