/**
 * Rows of the journal's tables as the values they stand for. Checked one by one: a damaged file can hold anything in any
 * column, whatever its schema says.
 */
import type { SQLOutputValue } from "node:sqlite"
import * as Schema from "effect/Schema"
import { AgentPath, RunId } from "../domain/Ids.ts"
import type { ChainEntry, StoredEvent } from "./JournalEvent.ts"

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

export const numberedHash = (row: Row): { readonly seq: number; readonly hash: string } => ({
  seq: narrowed(row, "seq", isNumber),
  hash: narrowed(row, "hash", isText)
})

// internal

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
const isKind = Schema.is(Schema.Literals(["Opened", "Closed", "Reopened"]))
