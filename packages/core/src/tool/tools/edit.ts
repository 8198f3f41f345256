/**
 * edit: replaces a passage of a text file by another. The passage has to stand there exactly, and once.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { type Tool, ToolContext } from "../Tool.ts"
import { ToolError } from "../ToolError.ts"
import { bytesOf, textOf, writeAction, writeTarget } from "../WriteTarget.ts"

const Parameters = Schema.Struct({
  path: Schema.String,
  old: Schema.String.annotate({ description: "as it stands, with its indentation and without line numbers" }),
  new: Schema.String,
  all: Schema.optionalKey(Schema.Boolean)
})

export const edit: Tool<typeof Parameters.Type> = {
  name: "edit",
  description: "Replaces a passage of a file that occurs exactly once, or all.",
  parameters: Parameters,
  timeLimitMs: 20_000,
  outputCap: 4096,
  replay: "fenced",
  changesOnlyFiles: true,
  narrower: "edit less at once",
  actions: ({ path }) => writeAction(path),
  run: Effect.fnUntraced(function* ({ all = false, new: replacement, old, path }) {
    const { files } = yield* ToolContext
    const target = yield* writeTarget("edit", path)
    const text = yield* textOf("edit", target)
    // A file with Windows line ends is edited in its own.
    const inItsEnds = text.includes("\r\n") && !old.includes("\r\n") ? withCrLf : (part: string) => part
    const [wanted, put] = [inItsEnds(old), inItsEnds(replacement)]
    const problem = problemOf(text, wanted, put, all)
    if (problem !== undefined) return yield* refused(`${target.path}: ${problem.what}`, problem.hint)
    const places = text.split(wanted)
    yield* files.write(target.path, target.before, bytesOf(places.join(put)))
    const line = (places[0] ?? "").split("\n").length
    return places.length === 2
      ? `edited ${target.path} at line ${line}`
      : `edited ${target.path} in ${places.length - 1} places, the first at line ${line}`
  })
}

// internal

const withCrLf = (part: string): string => part.replace(/\r?\n/g, "\r\n")

const problemOf = (
  text: string,
  wanted: string,
  put: string,
  all: boolean
): { readonly what: string; readonly hint: string } | undefined => {
  if (wanted === "") return { what: "old is empty", hint: "Give the passage to replace, or use write_file." }
  if (wanted === put) return { what: "old and new are the same", hint: "Give what is to stand there instead." }
  const occurrences = text.split(wanted).length - 1
  if (occurrences === 0) {
    return {
      what: "old does not stand there",
      hint: "Read the file again and copy the passage exactly, with its indentation."
    }
  }
  if (occurrences === 1 || all) return undefined
  return { what: `old stands there ${occurrences} times`, hint: "Give more of the lines around it, or set all." }
}

const refused = (message: string, hint: string) => new ToolError({ tool: "edit", message, hint })
