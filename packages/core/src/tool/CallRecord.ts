/**
 * The record of one call, and the only writer of `tool` events: what was decided, that it is about to run, what it
 * changes, how it ended. Also for what the runtime itself does for an agent, which is no model's call.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { AgentPath, RunId } from "../domain/Ids.ts"
import { Blobs } from "../journal/Blobs.ts"
import { Journal, type JournalError } from "../journal/Journal.ts"
import { type Change, ConfinedRoot } from "../workspace/ConfinedRoot.ts"
import type { SeenFiles } from "./FileChanges.ts"
import * as FileChanges from "./FileChanges.ts"
import { type Decided, type Done, type Intent, type ToolEvent, toolEvents } from "./ToolEvent.ts"

/** Whose call it is. */
export interface Caller {
  readonly run: RunId
  readonly path: AgentPath
  readonly parent: AgentPath | null
}

export interface CallRecord {
  /** In one append, before the call acts. */
  readonly begin: (...events: ReadonlyArray<typeof Decided.Type | typeof Intent.Type>) => Recorded
  /** Waits until what is recorded is on the disk. */
  readonly barrier: Recorded
  /** What the call changes; each change is on the disk of the journal before it is made. */
  readonly files: FileChanges.FileChanges
  /** In one append with `before`, what was not recorded until now. Gives what was changed. */
  readonly end: (
    outcome: Pick<typeof Done.Type, "ok" | "text" | "kept">,
    before?: ReadonlyArray<typeof Decided.Type>
  ) => Effect.Effect<ReadonlyArray<Change>, JournalError>
}

type Recorded = Effect.Effect<void, JournalError>

/** Starts the clock of a call. */
export const make = Effect.fnUntraced(function* ({ parent, path, run }: Caller, callId: string, seen: SeenFiles) {
  const journal = yield* Journal
  const startedAt = yield* Clock.currentTimeMillis
  const append = (...events: ReadonlyArray<ToolEvent>): Recorded =>
    Effect.asVoid(Effect.provideService(toolEvents.append(run, path, parent, ...events), Journal, journal))
  const files = FileChanges.make({
    root: yield* ConfinedRoot,
    blobs: yield* Blobs,
    seen,
    announce: (change) => Effect.andThen(append({ _tag: "Changing", callId, change }), journal.barrier)
  })
  return {
    begin: append,
    barrier: journal.barrier,
    files,
    end: Effect.fnUntraced(function* ({ kept, ok, text }, before = []) {
      const ms = (yield* Clock.currentTimeMillis) - startedAt
      const changes = [...files.made]
      const done = { _tag: "Done", callId, ok, text, ms, changes, ...(kept === undefined ? {} : { kept }) } as const
      yield* append(...before, done)
      return changes
    })
  } satisfies CallRecord
})
