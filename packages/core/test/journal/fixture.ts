/**
 * What the journal's tests share: a folder of their own (in memory where the system has one, so that SQLite's syncs
 * cost nothing), runs and entries.
 */
import { existsSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import { type AgentPath, childPath, makeRunId, type RunId, rootPath } from "../../src/domain/Ids.ts"
import { Journal, type JournalEntry, type JournalService } from "../../src/journal/Journal.ts"
import { SqliteJournal, type SqliteJournalOptions } from "../../src/journal/SqliteJournal.ts"

/** A folder that is removed with the scope. */
export const folder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "deputize-journal-"))),
  (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true }))
)

export const agent: AgentPath = childPath(rootPath, "code-reviewer")

/** The `n`-th run. */
export const runId = (n: number): RunId => makeRunId(n, 0)

export const entry = (body: JournalEntry["body"]): JournalEntry => ({
  namespace: "test",
  version: 1,
  path: agent,
  parent: rootPath,
  body
})

export const note = (text: string): JournalEntry => entry(noteBody(text))

export const noteBody = (text: string) => ({ _tag: "Note", text })

/** Does `use` with a journal on `file`, which is closed afterwards. */
export const withJournal = <A, E, R>(
  options: SqliteJournalOptions,
  use: (journal: JournalService) => Effect.Effect<A, E, R>
) => Journal.use(use).pipe(Effect.provide(SqliteJournal.layer(options), { local: true }))
