/**
 * Rows of the journal's tables as the values they stand for. Checked one by one: a damaged file can hold anything in any
 * column, whatever its schema says.
 */
import type { SQLOutputValue } from "node:sqlite"
import * as Schema from "effect/Schema"
import { AgentPath, RunId } from "../domain/Ids.ts"
import { sha256 } from "../domain/Sha256.ts"
import type { ChainEntry, StoredEvent } from "./JournalEvent.ts"
import type { RunEnd, RunEntries, StoredOrder } from "./JournalStore.ts"
import type { Holder, Lease } from "./Lease.ts"

export type Row = Readonly<Record<string, SQLOutputValue>>

/** What is thrown for a value that does not belong in its column. */
export class MisplacedValue extends Error {
  constructor(column: string) {
    super(`a row holds a value that does not belong in its column ${column}`)
  }
}

export const eventOf = (row: Row): StoredEvent => ({
  run: narrowed(row, "run", isRunId),
  seq: narrowed(row, "seq", isNumber),
  time: narrowed(row, "time", isNumber),
  namespace: narrowed(row, "namespace", isText),
  version: narrowed(row, "version", isNumber),
  path: narrowed(row, "path", isAgentPath),
  parent: narrowed(row, "parent", isParent),
  type: narrowed(row, "type", isText),
  body: narrowed(row, "body", isText),
  hash: narrowed(row, "hash", isText)
})

export const entryOf = (row: Row): ChainEntry => ({
  position: narrowed(row, "position", isNumber),
  time: narrowed(row, "time", isNumber),
  run: narrowed(row, "run", isRunId),
  kind: narrowed(row, "kind", isKind),
  events: narrowed(row, "events", isNumber),
  head: narrowed(row, "head", isText),
  hash: narrowed(row, "hash", isText)
})

export const runEntriesOf = (row: Row): RunEntries => ({
  openedAt: narrowed(row, "opened_at", isNumber),
  last: entryOf(row)
})

export const runOf = (row: Row): RunId => narrowed(row, "run", isRunId)

export const runEndOf = (row: Row): RunEnd => ({
  ...numberedHash(row),
  kind: narrowed(row, "kind", isKind),
  token: row.token === null ? null : narrowed(row, "token", isText)
})

export const numberedHash = (row: Row): { readonly seq: number; readonly hash: string } => ({
  seq: narrowed(row, "seq", isNumber),
  hash: narrowed(row, "hash", isText)
})

/** Covers a row of the tables that no chain of hashes covers. */
export const sealOf = (values: ReadonlyArray<string | number | null>): string => sha256(JSON.stringify(values))

/** The columns of a lease, without its seal. */
export const leaseColumns = ({ epoch, holder, run }: Lease): ReadonlyArray<string | number | null> =>
  holder === null
    ? [run, epoch, null, null, null, null, null, null]
    : [run, epoch, holder.token, holder.pid, holder.start, holder.place, holder.since, holder.renewedAt]

export const leaseOf = (row: Row): Lease => {
  const lease = {
    run: narrowed(row, "run", isRunId),
    epoch: narrowed(row, "epoch", isNumber),
    holder: row.token === null ? null : holderOf(row)
  }
  return sealed(row, leaseColumns(lease), lease)
}

/** The columns of an order, without its seal. */
export const orderColumns = ({ body, id, run, time }: StoredOrder): ReadonlyArray<string | number | null> => [
  id,
  run,
  time,
  body
]

export const orderOf = (row: Row): StoredOrder => {
  const order = {
    id: narrowed(row, "id", isNumber),
    run: narrowed(row, "run", isRunId),
    time: narrowed(row, "time", isNumber),
    body: narrowed(row, "body", isText)
  }
  return sealed(row, orderColumns(order), order)
}

// internal

const holderOf = (row: Row): Holder => ({
  token: narrowed(row, "token", isText),
  pid: narrowed(row, "pid", isNumber),
  start: narrowed(row, "start", isText),
  place: narrowed(row, "place", isText),
  since: narrowed(row, "since", isNumber),
  renewedAt: narrowed(row, "renewed", isNumber)
})

const sealed = <A>(row: Row, columns: ReadonlyArray<string | number | null>, value: A): A => {
  if (row.seal === sealOf(columns)) return value
  throw new MisplacedValue("seal")
}

const narrowed = <A>(row: Row, column: string, is: (value: unknown) => value is A): A => {
  const value: unknown = row[column]
  if (is(value)) return value
  throw new MisplacedValue(column)
}

const isNumber = (value: unknown): value is number => typeof value === "number"
const isText = (value: unknown): value is string => typeof value === "string"
const isRunId = Schema.is(RunId)
const isAgentPath = Schema.is(AgentPath)
const isParent = (value: unknown): value is AgentPath | null => value === null || isAgentPath(value)
const isKind = Schema.is(Schema.Literals(["Opened", "Closed", "Reopened", "Removed"]))
