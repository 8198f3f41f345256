/**
 * The record of one call, and the only writer of `tool` events: what was decided, that it is about to run, what it
 * changes, how it ended. Also for what the runtime itself does for an agent, which is no model's call.
 */
import * as Effect from "effect/Effect"
import { elapsed } from "../domain/Elapsed.ts"
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
    outcome: Ending,
    before?: ReadonlyArray<typeof Decided.Type>
  ) => Effect.Effect<ReadonlyArray<Change>, JournalError>
}

export type Ending = Pick<typeof Done.Type, "ok" | "text" | "kept" | "told" | "unmade" | "settled">

type Recorded = Effect.Effect<void, JournalError>

/** Starts the clock of a call. */
export const make = Effect.fnUntraced(function* ({ parent, path, run }: Caller, callId: string, seen: SeenFiles) {
  const journal = yield* Journal
  const startedAt = yield* elapsed
  const append = (...events: ReadonlyArray<ToolEvent>): Recorded =>
    Effect.asVoid(Effect.provideService(toolEvents.append(run, path, parent, ...events), Journal, journal))
  const files = FileChanges.make({
    root: yield* ConfinedRoot,
    blobs: yield* Blobs,
    seen,
    announce: (announced) => Effect.andThen(append({ _tag: "Changing", callId, ...announced }), journal.barrier)
  })
  return {
    begin: append,
    barrier: journal.barrier,
    files,
    end: Effect.fnUntraced(function* (outcome, before = []) {
      const ms = (yield* elapsed) - startedAt
      const changes = [...files.made]
      const saw = Array.from(files.shown, ([path, hash]) => ({ path, hash }))
      const shown = saw.length === 0 ? {} : { saw }
      yield* append(...before, { ...outcome, _tag: "Done", callId, ms, changes, ...shown })
      return changes
    })
  } satisfies CallRecord
})
