/**
 * What the journal records when files of a run are put back, in namespace `undo`, behind the run's own events and at its
 * root: a change of files like any other, so that it can be taken back as well.
 *
 * 1. The bytes that are replaced are kept, and the changes on record, before a file is touched.
 * 2. An undo without its end was cut; what it announced may have been made.
 */
import * as Schema from "effect/Schema"
import { AgentPath } from "../domain/Ids.ts"
import { Journal } from "../journal/Journal.ts"
import { FileChange } from "../tool/ToolEvent.ts"

export const Began = Schema.TaggedStruct("Began", {
  /** From 1: which one in this run. */
  undo: Schema.Int,
  /** Whose changes, with those of the agents below it; null for all. */
  agent: Schema.NullOr(AgentPath),
  /** The undo whose changes are taken back; null for one that puts back what agents changed. */
  redoes: Schema.NullOr(Schema.Int),
  /** Folders that are removed if nothing is left in them. */
  folders: Schema.Array(Schema.String)
})

/** Changes that are about to be made. */
export const Changing = Schema.TaggedStruct("Changing", {
  undo: Schema.Int,
  files: Schema.Array(
    Schema.Struct({
      change: FileChange,
      /** Rights of a file that is removed. */
      mode: Schema.optionalKey(Schema.Int),
      /** Folders that are made for it. */
      folders: Schema.optionalKey(Schema.Array(Schema.String))
    })
  )
})

/** Those of them that were made. */
export const Changed = Schema.TaggedStruct("Changed", { undo: Schema.Int, changes: Schema.Array(FileChange) })

export const Ended = Schema.TaggedStruct("Ended", {
  undo: Schema.Int,
  /** Files that were put back. */
  files: Schema.Int,
  /** Those that were not. */
  left: Schema.Array(Schema.Struct({ path: Schema.String, why: Schema.String }))
})

export const UndoEvent = Schema.Union([Began, Changing, Changed, Ended])
export type UndoEvent = typeof UndoEvent.Type

export const UndoJournal = Journal.of("undo", 1, UndoEvent)
