/**
 * One measurement of `journal.ts`, on a journal in a file. Prints what it took as JSON, without the start of Node.
 *
 *   node --conditions=@deputize/source bench/journalProcess.ts make|floor|insert|OPERATION FILE [RUNS EVENTS]
 *
 * `make` writes so many closed runs with so many events each, of fifty agents in turn; `floor` reads every row of the
 * file with SQLite alone, and `insert` writes rows with it, a commit each. OPERATION is one of those below, on the newest
 * run.
 */
import { DatabaseSync } from "node:sqlite"
import { type AgentPath, childPath, makeRunId, type RunId, rootPath } from "@deputize/core/domain/Ids"
import { latestRuns } from "@deputize/core/history/Runs"
import { Journal, type JournalEntry, type JournalService } from "@deputize/core/journal/Journal"
import { SqliteJournal } from "@deputize/core/journal/SqliteJournal"
import { SqliteReader } from "@deputize/core/journal/SqliteReader"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"

const [kind = "", file = "", runs = "1", events = "0"] = process.argv.slice(2)

const start = 1_780_000_000_000
const appends = 10_000

const paths = Array.from({ length: 50 }, (_, index) => childPath(rootPath, "explorer", index + 1))
const of = (namespace: string, path: AgentPath, body: JournalEntry["body"]): JournalEntry => ({
  namespace,
  version: 1,
  path,
  parent: path === rootPath ? null : rootPath,
  body
})

/** What an agent records in a turn with one call, event by event. */
const turnOf = (n: number): JournalEntry => {
  const turn = Math.floor(n / 6)
  const path = paths[turn % paths.length] ?? rootPath
  const callId = `call_${turn}`
  const call = { id: callId, name: "read_file", args: '{"path":"src/index.ts"}' }
  switch (n % 6) {
    case 0:
      return of("agent", path, { _tag: "TurnRequested", ...{ turn, attempt: 1, reserved: 12_000, closing: false } })
    case 1:
      return of("agent", path, { _tag: "TurnProgress", ...{ turn, text: "As it comes. ".repeat(15) } })
    case 2: {
      const usage = { input: 9_000, cached: 8_000, output: 200, reasoning: 0 }
      const text = "What I have found until now. ".repeat(10)
      return of("agent", path, {
        _tag: "TurnCompleted",
        ...{ turn, text, calls: [call], keepsakes: [], usage, charged: 9_200, nanoUsd: 100, finish: "tool-calls" }
      })
    }
    case 3:
      return of("tool", path, { _tag: "Decided", ...{ callId, action: call.args, decision: { _tag: "Allow" } } })
    case 4:
      return of("tool", path, { _tag: "Intent", ...{ call } })
    default:
      return of("tool", path, {
        _tag: "Done",
        ...{ callId, ok: true, text: "a line of a file\n".repeat(45), ms: 3, changes: [] }
      })
  }
}

const make = Effect.gen(function* () {
  const journal = yield* Journal
  const [count, each] = [Number(runs), Number(events)]
  for (let index = 0; index < count; index += 1) {
    const run = makeRunId(start + index * 1_000, 0)
    yield* journal.open(run)
    const agents = paths.map((path) => ({ path, agent: "explorer", goal: "Find out how it works" }))
    yield* journal.append(run, [of("run", rootPath, { _tag: "Started", ...{ agents, tokens: null, nanoUsd: null } })])
    for (let n = 0; n < each - 2; n += 1_000) {
      const length = Math.min(1_000, each - 2 - n)
      yield* journal.append(
        run,
        Array.from({ length }, (_, offset) => turnOf(n + offset))
      )
    }
    const end = { _tag: "Ended", ...{ status: "completed", wallMs: 1, usedTokens: 9_200, nanoUsd: 100 } }
    yield* journal.append(run, [of("run", rootPath, end)])
    yield* journal.close(run)
  }
})

const floor = (): void => {
  const db = new DatabaseSync(file, { readOnly: true })
  let bytes = 0
  for (const { body } of db.prepare("SELECT * FROM events").iterate()) bytes += String(body).length
  if (bytes === 0) throw new Error("the journal is empty")
  db.close()
}

const insert = (): void => {
  const db = new DatabaseSync(file)
  db.exec("PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 4000")
  const add = db.prepare("INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
  const hash = "0".repeat(64)
  for (let n = 0; n < appends; n += 1) {
    const { body, namespace, parent, path, version } = turnOf(n)
    add.run("r9", n, start, namespace, version, path, parent, body._tag, JSON.stringify(body), hash)
  }
  db.exec("DELETE FROM events WHERE run = 'r9'")
  db.close()
}

/** Of what a resume needs to know. */
const typesOfPast = ["Started", "TurnRequested", "TurnCompleted", "TurnFailed", "Intent", "Changing", "Done", "Ended"]

const operations: Readonly<
  Record<string, (journal: JournalService, run: RunId) => Effect.Effect<unknown, unknown, Journal>>
> = {
  open: () => Effect.void,
  list: (journal) => journal.list,
  latest: () => latestRuns(20),
  stream: (journal, run) => Stream.runDrain(journal.stream(run)),
  resume: (journal, run) => Stream.runDrain(journal.stream(run, 1, typesOfPast)),
  few: (journal, run) => journal.read(run, 1, ["Started", "Resumed", "Spawned", "Queued", "Ended"]),
  last: (journal, run) =>
    Effect.flatMap(journal.latest(1), ([summary]) => journal.read(run, Math.max(1, (summary?.events ?? 0) - 19))),
  verify: (journal, run) => journal.verify(run),
  append: (journal) =>
    Effect.scoped(
      Effect.gen(function* () {
        const run = makeRunId(start * 2, 0)
        yield* journal.hold(run)
        for (let n = 0; n < appends; n += 1) yield* journal.append(run, [turnOf(n)])
      })
    )
}

let begun = performance.now()
/** Opening counts for `open` alone. */
const measured = (body: Effect.Effect<unknown, unknown, Journal>) =>
  Effect.gen(function* () {
    if (kind !== "open") begun = performance.now()
    yield* body
  })

const operation = operations[kind]
if (kind === "floor") floor()
else if (kind === "insert") insert()
else if (kind === "make") await Effect.runPromise(Effect.provide(make, SqliteJournal.layer({ file })))
else if (operation !== undefined) {
  const newest = makeRunId(start + (Number(runs) - 1) * 1_000, 0)
  const layer = kind === "append" ? SqliteJournal.layer({ file }) : SqliteReader.layer({ file })
  await Effect.runPromise(
    Effect.provide(measured(Effect.flatMap(Journal, (journal) => operation(journal, newest))), layer)
  )
} else throw new Error(`there is no operation "${kind}"`)
const found = { ms: performance.now() - begun, mebibytes: process.resourceUsage().maxRSS / 1_024 }
process.stdout.write(`${JSON.stringify(found)}\n`)
