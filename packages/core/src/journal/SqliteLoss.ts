/**
 * A database of which nothing is left but events in its -wal file. It must be told before SQLite opens it for writing,
 * because what is in that file may be all there is, and would be gone:
 *
 * 1. A database without pages, or of a single byte, counts as new. SQLite removes the -wal file that stands beside it, also
 *    where it was asked to read only.
 * 2. A -wal file with damage in its beginning counts as empty. The next writer begins it anew; the last connection that is
 *    closed removes it, unless it was opened to read only.
 *
 * Whoever creates a journal right now, or has died of it, is never refused: the -wal file is made after the database's
 * first page, so it is looked at before it; and events come with its second commit, when all can read the first.
 */
import { closeSync, existsSync, fstatSync, openSync, readSync, realpathSync, statSync } from "node:fs"
import type { DatabaseSync } from "node:sqlite"
import type { JournalErrorReason } from "./JournalError.ts"
import { judge } from "./SqliteFile.ts"

/** Why the journal in `file` must not be opened; undefined when nothing speaks against it. Changes nothing. */
export const lossOf = (
  Database: typeof DatabaseSync,
  file: string,
  busyTimeoutMs: number
): JournalErrorReason | undefined => {
  const real = existsSync(file) ? realpathSync(file) : file
  const wal = `${real}-wal`
  if (sizeOf(wal) === 0) return undefined
  const size = sizeOf(real)
  const loss: JournalErrorReason = { _tag: "DatabaseLost", wal }
  if (size <= 1) return loss
  // A journal that was moved to its database once has more pages than one.
  if (size > pageBytes) return undefined
  const db = new Database(real, { readOnly: true, timeout: busyTimeoutMs })
  try {
    const isEmpty = () => judge(db) === "empty"
    return isEmpty() && commitsIn(wal) > 1 && isEmpty() ? loss : undefined
  } finally {
    db.close()
  }
}

// internal

const pageBytes = 4096

/** Of a -wal file and of each of its pages: https://sqlite.org/fileformat2.html#the_write_ahead_log */
const [walHeaderBytes, frameHeaderBytes] = [32, 24]

const sizeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0

/** How many commits stand whole in a -wal file by its own word, of which SQLite may believe none. Two are enough. */
const commitsIn = (wal: string): number => {
  if (!existsSync(wal)) return 0
  const descriptor = openSync(wal, "r")
  try {
    const { size } = fstatSync(descriptor)
    const header = Buffer.alloc(frameHeaderBytes)
    let commits = 0
    const step = frameHeaderBytes + pageBytes
    for (let at = walHeaderBytes; at + step <= size && commits < 2; at += step) {
      readSync(descriptor, header, 0, header.length, at)
      // The size of the database after a commit; 0 within one.
      if (header.readUInt32BE(4) > 0) commits += 1
    }
    return commits
  } finally {
    closeSync(descriptor)
  }
}
