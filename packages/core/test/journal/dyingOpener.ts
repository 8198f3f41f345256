/**
 * A process that opens a journal and is killed on the way:
 *
 *   node dyingOpener.ts FILE STEP
 *
 * Ends with SIGKILL in place of the STEP-th command to the database, from 0; when there is none, it writes `open`.
 */
import process from "node:process"
import { DatabaseSync } from "node:sqlite"
import * as SqliteStore from "../../src/journal/SqliteStore.ts"

const [file = "", step = "0"] = process.argv.slice(2)
let left = Number(step)

class Dying extends DatabaseSync {
  override exec(sql: string): void {
    if (left === 0) process.kill(process.pid, "SIGKILL")
    left -= 1
    super.exec(sql)
  }
}

SqliteStore.open(Dying, file, 5000).close()
process.stdout.write("open\n")
