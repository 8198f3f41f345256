/**
 * What the record of a tortured run holds, read from a copy of its files by SQL, so that neither the product's reader nor
 * its recovery after a death is disturbed or believed.
 */
import { copyFileSync, existsSync, mkdtempSync, rmSync, statSync } from "node:fs"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { RunId } from "@deputize/core/domain/Ids"
import { Journal } from "@deputize/core/journal/Journal"
import { SqliteReader } from "@deputize/core/journal/SqliteReader"
import * as Effect from "effect/Effect"
import { keyOf } from "./runMemory.ts"
import type { RunPlace } from "./runPlace.ts"
import { requestName } from "./runWitness.ts"

export interface Event {
  readonly run: string
  readonly seq: number
  readonly path: string
  /** Namespace and type: `agent.Started`. */
  readonly type: string
  // biome-ignore lint/suspicious/noExplicitAny: JSON of any shape; what is not there fails the torture.
  readonly body: any
  readonly hash: string
}

export interface Record {
  readonly events: ReadonlyArray<Event>
  /** What is wrong with the file, the rows or the chain of hashes. */
  readonly problems: ReadonlyArray<string>
}

/** Of the state as it is at this moment; of one run, or of all. */
export const recordOf = async (place: Pick<RunPlace, "base" | "state">, run: string | null = null): Promise<Record> => {
  const folder = mkdtempSync(join(place.base, "copy-"))
  try {
    const file = join(folder, "journal.db")
    for (const end of ["", "-wal"]) {
      const source = join(place.state, `journal.db${end}`)
      if (existsSync(source)) copyFileSync(source, `${file}${end}`)
    }
    // Looked at before SQLite does, which would remove the one without the other.
    if (sizeOf(file) <= 1)
      return { events: [], problems: sizeOf(`${file}-wal`) > 0 ? ["the -wal file has lost its journal.db"] : [] }
    const { damage, rows } = rowsOf(file)
    const all = rows.map((row) => ({
      run: String(row.run),
      seq: Number(row.seq),
      path: String(row.path),
      type: `${row.namespace}.${row.type}`,
      body: JSON.parse(String(row.body)),
      hash: String(row.hash)
    }))
    const runs = [...new Set(all.map(({ run }) => run))]
    const events = run === null ? all : all.filter((event) => event.run === run)
    return { events, problems: [...damage, ...(await Promise.all(runs.map((run) => verified(file, run)))).flat()] }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** What is known of a run's agents and their calls, by the keys of their goals. */
export interface Known {
  /** The number of the last event; 0 where there is none. */
  readonly last: number
  /** Requests that were answered, by their names. */
  readonly turns: ReadonlySet<string>
  /** `TOOL:ID` of each call of an own tool whose end is on record, and is known. */
  readonly done: ReadonlySet<string>
  /** The same of those that had begun, and those of which it is on record that nobody knows. */
  readonly begun: ReadonlySet<string>
  readonly unknown: ReadonlySet<string>
  /** Paths of files, and every content that one of them was to have. */
  readonly contents: ReadonlyMap<string, ReadonlySet<string>>
  /** The last end of each agent, by key. */
  readonly ends: ReadonlyMap<string, { readonly status: string; readonly answer: string }>
  readonly charged: number
  /** What was begun by the process that wrote last, and has no end on record. */
  readonly open: Open
  /** How the run has ended, after whatever took it up last; null while it goes on. */
  readonly status: string | null
}

/** How many of each. */
export interface Open {
  /** Requests of models for a turn. */
  readonly requests: number
  readonly summaries: number
  /** Tool calls, those that only wait for others left out. */
  readonly calls: number
  /** Those of them that are changing files. */
  readonly changes: number
}

export const knownOf = (events: ReadonlyArray<Event>): Known => {
  const keys = new Map<string, string>()
  const calls = new Map<string, string>()
  const turns = new Set<string>()
  const [done, begun, unknown] = [new Set<string>(), new Set<string>(), new Set<string>()]
  const contents = new Map<string, Set<string>>()
  const ends = new Map<string, { readonly status: string; readonly answer: string }>()
  const requested = new Map<string, "requests" | "summaries">()
  const running = new Map<string, "calls" | "changes">()
  let charged = 0
  let status: string | null = null
  for (const { body, path, type } of events) {
    if (typeof body.goal === "string") keys.set(path, keyOf(body.goal))
    const key = keys.get(path) ?? path
    const called = calls.get(`${path} ${body.callId}`)
    switch (type) {
      case "run.Started":
      case "run.Resumed":
        status = null
        requested.clear()
        running.clear()
        break
      case "run.Ended":
        status = body.status
        break
      case "agent.TurnRequested":
        requested.set(path, body.purpose === "summary" ? "summaries" : "requests")
        break
      case "agent.TurnCompleted":
        charged += body.charged
        requested.delete(path)
        turns.add(requestName({ key, turn: body.turn, isSummary: body.purpose === "summary" }))
        for (const { args, id, name } of body.calls) calls.set(`${path} ${id}`, `${name}:${idIn(args)}`)
        break
      case "agent.TurnFailed":
        charged += body.charged
        requested.delete(path)
        break
      case "tool.Intent":
        begun.add(calls.get(`${path} ${body.call.id}`) ?? "")
        if (body.call.name !== "wait") running.set(`${path} ${body.call.id}`, "calls")
        break
      case "tool.Changing":
        running.set(`${path} ${body.callId}`, "changes")
        for (const hash of [body.change.before, body.change.after]) {
          contents.set(body.change.path, (contents.get(body.change.path) ?? new Set()).add(hash ?? "none"))
        }
        break
      case "tool.Done":
        running.delete(`${path} ${body.callId}`)
        if (body.settled === "unknown") unknown.add(called ?? "")
        else if (body.ok) done.add(called ?? "")
        break
      case "agent.Ended":
        ends.set(path, { status: body.result.status, answer: body.result.answer })
        break
    }
  }
  const count = (all: Iterable<string>, kind: string) => [...all].filter((each) => each === kind).length
  const open: Open = {
    requests: count(requested.values(), "requests"),
    summaries: count(requested.values(), "summaries"),
    calls: running.size,
    changes: count(running.values(), "changes")
  }
  // One that was never begun has no goal on record, until it is.
  const endsByKey = new Map([...ends].map(([path, end]) => [keys.get(path) ?? path, end]))
  const last = events.at(-1)?.seq ?? 0
  return { last, turns, done, begun, unknown, contents, ends: endsByKey, charged, open, status }
}

// internal

const sizeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0

/** Every event; where SQLite refuses to read them, none, and why. */
const rowsOf = (file: string) => {
  const db = new DatabaseSync(file)
  try {
    const check = db
      .prepare("PRAGMA integrity_check")
      .all()
      .map((row) => String(Object.values(row)[0]))
    const hasEvents = db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'events'").get() !== undefined
    const rows = hasEvents ? db.prepare("SELECT * FROM events ORDER BY run, seq").all() : []
    return { rows, damage: check.filter((line) => line !== "ok").map((line) => `integrity_check: ${line}`) }
  } catch (cause) {
    if (!(cause instanceof Error && "errcode" in cause)) throw cause
    return { rows: [], damage: [`it cannot be read: ${cause.message}`] }
  } finally {
    db.close()
  }
}

const idIn = (args: string): string => {
  try {
    return String(JSON.parse(args).id)
  } catch {
    return ""
  }
}

/** By the product's own audit. */
const verified = (file: string, run: string): Promise<ReadonlyArray<string>> =>
  Effect.runPromise(
    Journal.use((journal) => journal.verify(RunId.make(run))).pipe(
      Effect.as([]),
      Effect.catchTag("JournalError", ({ message }) => Effect.succeed([`verify: ${message}`])),
      Effect.provide(SqliteReader.layer({ file }))
    )
  )
