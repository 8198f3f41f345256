/**
 * The shared board of a run: short notes by name, for agents that work at the same time. A writer says which version it
 * goes on from; of two that go on from the same one the second is told what the first has written.
 *
 * 1. A version is given once: a note that was removed and made anew goes on counting, so nobody takes one for another.
 * 2. A call writes once, however often it runs.
 * 3. All of it is rebuilt from what was written, in order.
 */
import type * as Effect from "effect/Effect"
import type { AgentPath } from "../domain/Ids.ts"
import type { JournalError } from "../journal/JournalError.ts"
import { ToolError } from "./ToolError.ts"

export interface Note {
  readonly key: string
  /** From 1, with every change of the note. */
  readonly version: number
  /** "" for one that was removed. */
  readonly text: string
  /** Who has written it. */
  readonly by: AgentPath
}

/** What an agent wants to stand on the board. */
export interface Writing {
  readonly key: string
  /** "" removes the note. */
  readonly text: string
  /** The version that it goes on from, 0 for a note that is not there; whatever is there when absent. */
  readonly expected?: number
}

/** The board as an agent has it. */
export interface Board {
  /** Those that are there, by key. */
  readonly read: Effect.Effect<ReadonlyArray<Note>, JournalError>
  /** Gives the note as it was written by this call, be it before. Fails when it is not what was expected. */
  readonly write: (writing: Writing, callId: string) => Effect.Effect<Note, ToolError | JournalError>
}

/** A note with the call that wrote it, as it is on record. */
export interface Written extends Note {
  readonly call: string
}

/** All that was written until now. */
export interface Notes {
  /** Removed ones too. */
  readonly byKey: Map<string, Note>
  readonly byCall: Map<string, Note>
}

export type Decision =
  | { readonly _tag: "Written" | "New"; readonly note: Note }
  | { readonly _tag: "Refused"; readonly error: ToolError }

/** In the order in which it was written. */
export const ofWritten = (written: Iterable<Written>): Notes => {
  const notes: Notes = { byKey: new Map(), byCall: new Map() }
  for (const each of written) add(notes, each)
  return notes
}

export const add = ({ byCall, byKey }: Notes, { call, ...note }: Written): void => {
  byKey.set(note.key, note)
  byCall.set(callKey(note.by, call), note)
}

/** Those that are there, by key. */
export const standing = ({ byKey }: Notes): ReadonlyArray<Note> =>
  [...byKey.values()].filter(({ text }) => text !== "").sort((a, b) => (a.key < b.key ? -1 : 1))

/** What becomes of a writing: it was made before, is to be made, or is refused. */
export const decide = (notes: Notes, { expected, key, text }: Writing, by: AgentPath, call: string): Decision => {
  const before = notes.byCall.get(callKey(by, call))
  if (before !== undefined) return { _tag: "Written", note: before }
  const found = notes.byKey.get(key)
  const isThere = found !== undefined && found.text !== ""
  const version = isThere ? found.version : 0
  if (!isKey.test(key)) return refused("a key has 1 to 100 characters, on one line", "Give a shorter one.")
  if (text.length > longestText) {
    return refused(
      `the text has ${text.length} characters, a note at most ${longestText}`,
      "Write less; what is long belongs into a file that the note names."
    )
  }
  if (expected !== undefined && expected !== version) {
    const now = isThere ? `has version ${version}, by ${found.by}: ${found.text}` : "is not there"
    return refused(`${key} ${now}`, `Take that into account, and write with expected ${version}.`)
  }
  if (text === "" && !isThere) return refused(`${key} is not there`, "There is nothing to remove.")
  if (!isThere && text !== "" && standing(notes).length >= mostNotes) {
    return refused(`the board has ${mostNotes} notes, and takes no more`, "Change a note, or remove one first.")
  }
  return { _tag: "New", note: { key, version: (found?.version ?? 0) + 1, text, by } }
}

// internal

const longestText = 4_000
const mostNotes = 200
const isKey = /^(?!\s)[^\p{Cc}]{1,100}(?<!\s)$/u

/** Ids of calls are the model's: two agents may use the same. */
const callKey = (by: AgentPath, call: string): string => `${by} ${call}`

const refused = (message: string, hint: string): Decision => ({
  _tag: "Refused",
  error: new ToolError({ tool: "write_board", message, hint })
})
