/**
 * write_board: puts a note on the board that the agents of a run share, changes it or takes it away.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { teamFor } from "../TeamTool.ts"
import { type Tool, ToolContext } from "../Tool.ts"

const Parameters = Schema.Struct({
  key: Schema.String,
  text: Schema.String.annotate({ description: "empty removes it" }),
  expected: Schema.optionalKey(Schema.Int.annotate({ description: "version you go on from, 0 for a new note" }))
})

export const writeBoard: Tool<typeof Parameters.Type> = {
  name: "write_board",
  description: "Writes a shared note; with expected, only if nobody else has.",
  parameters: Parameters,
  timeLimitMs: 20_000,
  outputCap: 8 * 1024,
  // A call writes once, however often it runs.
  replay: "safe",
  narrower: "write less",
  actions: () => Effect.succeed([]),
  run: Effect.fnUntraced(function* ({ key, ...writing }) {
    const { board } = yield* teamFor("write_board")
    const { callId } = yield* ToolContext
    const note = yield* board.write({ key: key.trim(), ...writing }, callId)
    return note.text === "" ? `removed ${note.key}` : `wrote ${note.key}, version ${note.version}`
  })
}
