/**
 * read_file: the lines of a text file, numbered, so that a reader can cite and continue.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { visibleText } from "../../domain/VisibleText.ts"
import * as KeptResults from "../KeptResults.ts"
import { fits, linesThatFit, type OutputRoom, without } from "../OutputRoom.ts"
import { confirmRead, readAction } from "../ReadTarget.ts"
import { type Tool, ToolContext } from "../Tool.ts"
import { ToolError } from "../ToolError.ts"

const Parameters = Schema.Struct({
  path: Schema.String,
  offset: Schema.optionalKey(Schema.Int.annotate({ description: "first line, from 1" })),
  limit: Schema.optionalKey(Schema.Int.annotate({ description: "most lines, 2000 if left out" }))
})

export const readFile: Tool<typeof Parameters.Type> = {
  name: "read_file",
  description: "Reads a text file as numbered lines. Paths are relative to the workspace.",
  parameters: Parameters,
  timeLimitMs: 20_000,
  outputCap: 256 * 1024,
  replay: "safe",
  narrower: "continue with offset and limit",
  isPaged: true,
  actions: ({ path }) => (KeptResults.numberAt(path) === undefined ? readAction(path) : Effect.succeed([])),
  run: Effect.fnUntraced(function* ({ limit = defaultLimit, offset = 1, path }) {
    const { files, root } = yield* ToolContext
    if (offset < 1 || limit < 1) return yield* notCounted
    const number = KeptResults.numberAt(path)
    if (number !== undefined) {
      const text = yield* keptText(number)
      return yield* pageOf(path, { lines: KeptResults.linesOf(text), truncated: false }, offset, limit)
    }
    const file = yield* root.readFile(path, { maxBytes })
    yield* confirmRead(path, file.path)
    if (!file.truncated) files.saw(file.path, file.bytes)
    if (file.bytes.includes(0)) return yield* binary(file.path)
    const lines = linesOf(new TextDecoder().decode(file.bytes))
    return yield* pageOf(file.path, { lines, truncated: file.truncated }, offset, limit)
  })
}

// internal

const defaultLimit = 2000
const maxBytes = 8 * 1024 * 1024
const maxLineLength = 2000

/** What was cut of an earlier result: nobody's file, and only for the agent that got the result. */
const keptText = Effect.fnUntraced(function* (number: number) {
  const { keptText, results } = yield* ToolContext
  const kept = results.get(number)
  const text = kept === undefined ? undefined : yield* keptText(kept)
  if (text !== undefined) return text
  const there = [...results.keys()].map(KeptResults.placeOf).join(", ") || "none"
  return yield* new ToolError({
    tool: "read_file",
    message: kept === undefined ? `there is no result ${number}` : `result ${number} is not kept any more`,
    hint: `Results that were cut: ${there}. A file of this name is ./${KeptResults.placeOf(number)}.`
  })
})

interface Lines {
  readonly lines: ReadonlyArray<string>
  /** They are not all that there are. */
  readonly truncated: boolean
}

const pageOf = Effect.fnUntraced(function* (path: string, { lines, truncated }: Lines, offset: number, limit: number) {
  const { room } = yield* ToolContext
  if (lines.length === 0) return "(… the file is empty)"
  if (offset > lines.length) return yield* beyond(path, offset, lines.length)
  return page(lines, offset, limit, room, truncated)
})

const linesOf = (text: string): ReadonlyArray<string> => {
  const lines = text.split("\n")
  if (lines.at(-1) === "") lines.pop()
  return lines
}

/** The lines from `offset`, as many as are asked for and fit; always at least one, so that reading goes forward. */
const page = (
  lines: ReadonlyArray<string>,
  offset: number,
  limit: number,
  room: OutputRoom,
  truncated: boolean
): string => {
  const asked = lines.slice(offset - 1, offset - 1 + limit).map((line, index) => `${offset + index}\t${shown(line)}`)
  const note = (kept: number): string => {
    const left = lines.length - (offset - 1 + kept)
    if (left > 0) return `(… ${left} more lines; continue with offset ${offset + kept})`
    return truncated ? `(… more; only the first ${maxBytes / 1024 / 1024} MiB of a file can be read)` : ""
  }
  const withNote = (kept: number): ReadonlyArray<string> =>
    [...asked.slice(0, kept), note(kept)].filter((line) => line !== "")
  const whole = withNote(asked.length).join("\n")
  if (fits(whole, room)) return whole
  const longestNote = `(… ${lines.length} more lines; continue with offset ${lines.length})`
  return withNote(Math.max(1, linesThatFit(asked, without(room, longestNote)))).join("\n")
}

const shown = (line: string): string => {
  const text = line.endsWith("\r") ? line.slice(0, -1) : line
  if (text.length <= maxLineLength) return visibleText(text)
  return `${visibleText(text.slice(0, maxLineLength).toWellFormed())}… (${text.length - maxLineLength} more characters)`
}

const notCounted = new ToolError({
  tool: "read_file",
  message: "offset and limit count from 1",
  hint: "Leave them out for the beginning."
})

const binary = (path: string) =>
  new ToolError({ tool: "read_file", message: `${path} is a binary file`, hint: "Only text files can be read." })

const beyond = (path: string, offset: number, lines: number) =>
  new ToolError({
    tool: "read_file",
    message: `offset ${offset} is beyond the end: ${path} has ${lines} lines`,
    hint: `Give an offset from 1 to ${lines}.`
  })
