/**
 * read_board: the notes that the agents of a run share.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { visibleLine } from "../../domain/VisibleText.ts"
import type { Note } from "../Board.ts"
import { teamFor } from "../TeamTool.ts"
import type { Tool } from "../Tool.ts"

const Parameters = Schema.Struct({ key: Schema.optionalKey(Schema.String) })

export const readBoard: Tool<typeof Parameters.Type> = {
  name: "read_board",
  description: "Notes that all agents share: one, or all keys with versions.",
  parameters: Parameters,
  timeLimitMs: 20_000,
  outputCap: 16 * 1024,
  replay: "safe",
  narrower: "name a key",
  actions: () => Effect.succeed([]),
  run: Effect.fnUntraced(function* ({ key }) {
    const { board } = yield* teamFor("read_board")
    const notes = yield* board.read
    if (key === undefined) return notes.length === 0 ? "there are no notes" : notes.map(lineOf).join("\n")
    const note = notes.find((each) => each.key === key.trim())
    return note === undefined
      ? `there is no note ${visibleLine(key.trim().slice(0, 100))}`
      : `${headOf(note)}\n${note.text}`
  })
}

// internal

/** Of a text, where all notes are shown. */
const shownText = 100

const headOf = ({ by, key, version }: Note): string => `${key}, version ${version}, by ${by}:`

const lineOf = (note: Note): string => {
  const line = visibleLine(note.text.replace(/\s+/g, " ").trim())
  return `${headOf(note)} ${line.length > shownText ? `${line.slice(0, shownText)}…` : line}`
}
