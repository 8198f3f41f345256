import { describe, expect, it } from "@effect/vitest"
import type { JournalErrorReason } from "../../src/journal/JournalError.ts"
import { failureReason } from "../../src/journal/SqliteFailure.ts"
import { MisplacedValue } from "../../src/journal/SqliteRows.ts"

/** As node:sqlite throws it. */
const sqlite = (errcode: number, message: string) =>
  Object.assign(new Error(message), { code: "ERR_SQLITE_ERROR", errcode })

/** As node:fs throws it. */
const system = (code: string) => Object.assign(new Error(`${code}: open '/state'`), { code, syscall: "open" })

const corrupt = (what: string): JournalErrorReason => ({ _tag: "Corrupt", run: null, seq: null, what })
const unavailable = (detail: string): JournalErrorReason => ({ _tag: "Unavailable", detail })

describe("failureReason", () => {
  const cases: ReadonlyArray<readonly [string, unknown, JournalErrorReason | undefined]> = [
    ["SQLITE_BUSY", sqlite(5, "database is locked"), { _tag: "Busy", waitedMs: 70 }],
    ["SQLITE_BUSY_SNAPSHOT", sqlite(517, "database is locked"), { _tag: "Busy", waitedMs: 70 }],
    ["SQLITE_FULL", sqlite(13, "database or disk is full"), { _tag: "DiskFull" }],
    [
      "SQLITE_READONLY",
      sqlite(8, "attempt to write a readonly database"),
      unavailable("attempt to write a readonly database")
    ],
    ["SQLITE_IOERR_WRITE", sqlite(778, "disk I/O error"), unavailable("disk I/O error")],
    ["SQLITE_CANTOPEN", sqlite(14, "unable to open database file"), unavailable("unable to open database file")],
    ["SQLITE_NOTADB", sqlite(26, "file is not a database"), { _tag: "NotAJournal", detail: "file is not a database" }],
    ["SQLITE_CORRUPT", sqlite(11, "database disk image is malformed"), corrupt("database disk image is malformed")],
    ["a table that is gone", sqlite(1, "no such table: events"), corrupt("no such table: events")],
    [
      "an integer that no number holds",
      Object.assign(new Error("too large"), { code: "ERR_OUT_OF_RANGE" }),
      corrupt("too large")
    ],
    [
      "a value in the wrong column",
      new MisplacedValue("seq"),
      corrupt("a row holds a value that does not belong in its column seq")
    ],
    [
      "a closed database",
      Object.assign(new Error("not open"), { code: "ERR_INVALID_STATE" }),
      unavailable("it was closed")
    ],
    ["ENOSPC", system("ENOSPC"), { _tag: "DiskFull" }],
    ["EACCES", system("EACCES"), unavailable("EACCES: open '/state'")],
    ["a defect", new TypeError("undefined is not a function"), undefined],
    ["no error at all", "thrown", undefined]
  ]
  it.each(cases)("names what is behind %s", (_name, thrown, reason) => {
    expect(failureReason(thrown, 70)).toStrictEqual(reason)
  })
})
