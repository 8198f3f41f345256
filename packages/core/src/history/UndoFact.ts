/**
 * The tolerant readers of namespace `undo`, one for each type of event.
 */
import { at, listAt, numberAt, type Readers, textAt } from "./Body.ts"
import type { UndoEvent } from "./UndoEvent.ts"

export const undoReaders = {
  Began: (body: unknown) => ({
    _tag: "undo.Began" as const,
    undo: numberAt(body, "undo") ?? 0,
    /** Whose changes; null for those of all. */
    agent: textAt(body, "agent") || null,
    /** The undo that is taken back; null for one of what agents changed. */
    redoes: numberAt(body, "redoes")
  }),
  Changing: (body: unknown) => ({
    _tag: "undo.Changing" as const,
    undo: numberAt(body, "undo") ?? 0,
    paths: listAt(body, "files").map((file) => textAt(at(file, "change"), "path"))
  }),
  Changed: (body: unknown) => ({
    _tag: "undo.Changed" as const,
    undo: numberAt(body, "undo") ?? 0,
    paths: listAt(body, "changes").map((change) => textAt(change, "path"))
  }),
  Ended: (body: unknown) => ({
    _tag: "undo.Ended" as const,
    undo: numberAt(body, "undo") ?? 0,
    files: numberAt(body, "files") ?? 0,
    left: listAt(body, "left").map((left) => textAt(left, "path"))
  })
} satisfies Readers<UndoEvent>

export type UndoFact = ReturnType<(typeof undoReaders)[keyof typeof undoReaders]>

/** It tells of what was done to the run's files later, not of the run. */
export const isUndoFact = (fact: { readonly _tag: string }): fact is UndoFact => fact._tag.startsWith("undo.")
