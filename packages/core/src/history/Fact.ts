/**
 * What an event of a run says, as one typed union over all namespaces; the tag is namespace and type, as the journal has
 * them. All views and sums of runs are folds of these.
 *
 * The decoder is tolerant: an event that it does not know is kept as `Unknown`, and what a body of another version does
 * not have is absent (a text is "", a list empty, a number 0 or null), so that no record stops a run from being shown.
 * Who must not guess, as the agents themselves when they go on, decodes with the schema of the namespace instead.
 */
import type { AgentPath, RunId } from "../domain/Ids.ts"
import type { JournalEvent } from "../journal/Journal.ts"
import { type AgentFact, agentReaders } from "./AgentFact.ts"
import { type RunFact, runReaders } from "./RunFact.ts"
import { type ToolFact, toolReaders } from "./ToolFact.ts"
import { type UndoFact, undoReaders } from "./UndoFact.ts"
import { type WorktreeFact, worktreeReaders } from "./WorktreeFact.ts"

/** Of another package, or of a later version. */
export interface UnknownFact {
  readonly _tag: "Unknown"
  readonly namespace: string
  readonly type: string
  readonly body: unknown
}

export type Fact = RunFact | AgentFact | ToolFact | UndoFact | WorktreeFact | UnknownFact

/** An event whose body has been read. */
export interface Recorded {
  readonly run: RunId
  /** From 1, without gaps in a run. */
  readonly seq: number
  /** Milliseconds since 1970. */
  readonly time: number
  readonly path: AgentPath
  readonly parent: AgentPath | null
  readonly fact: Fact
}

/** Never fails, whatever the body holds. */
export const factOf = ({ body, namespace, type }: Pick<JournalEvent, "namespace" | "type" | "body">): Fact =>
  readers.get(`${namespace}.${type}`)?.(body) ?? { _tag: "Unknown", namespace, type, body }

export const recorded = (event: JournalEvent): Recorded => {
  const { parent, path, run, seq, time } = event
  return { run, seq, time, path, parent, fact: factOf(event) }
}

// internal

type Reader = (body: unknown) => Fact

const named = (namespace: string, table: Readonly<Record<string, Reader>>) =>
  Object.entries(table).map(([type, reader]) => [`${namespace}.${type}`, reader] as const)

/** A map and not an object: a type may have the name of something that every object has. */
const readers: ReadonlyMap<string, Reader> = new Map([
  ...named("run", runReaders),
  ...named("agent", agentReaders),
  ...named("tool", toolReaders),
  ...named("undo", undoReaders),
  ...named("worktree", worktreeReaders)
])
