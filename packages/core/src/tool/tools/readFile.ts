/**
 * read_file: the lines of a text file, numbered, so that a reader can cite and continue.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { visibleText } from "../../workspace/VisibleText.ts"
import { fits, linesThatFit, type OutputRoom, without } from "../OutputRoom.ts"
import { confirmRead, readAction } from "../ReadTarget.ts"
import { type Tool, ToolContext } from "../Tool.ts"
import { ToolError } from "../ToolError.ts"

const Positive = Schema.Int.pipe(Schema.check(Schema.isGreaterThan(0)))

const Parameters = Schema.Struct({
  path: Schema.String.annotate({ description: "File, relative to the workspace" }),
  offset: Schema.optionalKey(Positive.annotate({ description: "First line, from 1" })),
  limit: Schema.optionalKey(Positive.annotate({ description: "Most lines to return; 2000 if left out" }))
})

export const readFile: Tool<typeof Parameters.Type> = {
  name: "read_file",
  description: "Reads a text file of the workspace. Each line comes as its number, a tab, its text.",
  parameters: Parameters,
  timeLimitMs: 20_000,
  outputCap: 256 * 1024,
  replay: "safe",
  narrower: "continue with offset and limit",
  actions: ({ path }) => readAction(path),
  run: Effect.fnUntraced(function* ({ limit = defaultLimit, offset = 1, path }) {
    const { files, room, root } = yield* ToolContext
    const file = yield* root.readFile(path, { maxBytes })
    yield* confirmRead(path, file.path)
    if (!file.truncated) files.saw(file.path, file.bytes)
    if (file.bytes.includes(0)) return yield* binary(file.path)
    const lines = linesOf(new TextDecoder().decode(file.bytes))
    if (lines.length === 0) return "(… the file is empty)"
    if (offset > lines.length) return yield* beyond(file.path, offset, lines.length)
    return page(lines, offset, limit, room, file.truncated)
  })
}

// internal

const defaultLimit = 2000
const maxBytes = 8 * 1024 * 1024
const maxLineLength = 2000

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

const binary = (path: string) =>
  new ToolError({ tool: "read_file", message: `${path} is a binary file`, hint: "Only text files can be read." })

const beyond = (path: string, offset: number, lines: number) =>
  new ToolError({
    tool: "read_file",
    message: `offset ${offset} is beyond the end: ${path} has ${lines} lines`,
    hint: `Give an offset from 1 to ${lines}.`
  })
