/**
 * What a journal holds: the events of a run, and the chain of heads that ties all runs of one journal together.
 */
import type { AgentPath, RunId } from "../domain/Ids.ts"

/** A fact as its writer hands it over; the journal adds number, time and hash. */
export interface JournalEntry {
  /** Whose schema the body follows: `run`, `agent`, `tool`, or another package's name. */
  readonly namespace: string
  /** The version of that schema. */
  readonly version: number
  readonly path: AgentPath
  readonly parent: AgentPath | null
  /** A JSON value; its `_tag` becomes the event's type. */
  readonly body: { readonly _tag: string }
}

export interface JournalEvent {
  readonly run: RunId
  /** From 1, without gaps. */
  readonly seq: number
  /** Milliseconds since 1970. */
  readonly time: number
  readonly namespace: string
  readonly version: number
  readonly path: AgentPath
  readonly parent: AgentPath | null
  readonly type: string
  readonly body: unknown
  /** SHA-256, hex: covers every field above and, through the event before it, all that came before. */
  readonly hash: string
}

/** An event as it lies in a store: the body is canonical JSON text. */
export interface StoredEvent extends Omit<JournalEvent, "body"> {
  readonly body: string
}

/** A run was opened, closed, opened again, or removed: the last entry of a run. `head` is the hash of its last event then, or its genesis. */
export interface ChainEntry {
  /** From 1, without gaps, over all runs of the journal. */
  readonly position: number
  readonly time: number
  readonly run: RunId
  readonly kind: "Opened" | "Closed" | "Reopened" | "Removed"
  /** How many events the run had. */
  readonly events: number
  readonly head: string
  readonly hash: string
}

export interface RunSummary {
  readonly run: RunId
  readonly startedAt: number
  readonly events: number
  /** The hash of the last event, or the run's genesis. */
  readonly head: string
  readonly standing: Standing
}

/**
 * Who writes to a run: nobody any more (`closed`), one that holds it and lives (`held`), nobody now (`free`), or somebody
 * who does not say (`open`): it is not closed, and was never held.
 */
export type Standing = "held" | "free" | "open" | "closed"
