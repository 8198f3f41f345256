/**
 * write_file: makes a file, or replaces one that the agent has read.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { type Tool, ToolContext } from "../Tool.ts"
import { bytesOf, lineCount, requireSeen, writeAction, writeTarget } from "../WriteTarget.ts"

const Parameters = Schema.Struct({
  path: Schema.String.annotate({ description: "missing folders are made" }),
  content: Schema.String.annotate({ description: "the whole file" })
})

export const writeFile: Tool<typeof Parameters.Type> = {
  name: "write_file",
  description: "Makes a file, or replaces one that you have read.",
  parameters: Parameters,
  timeLimitMs: 20_000,
  outputCap: 4096,
  replay: "fenced",
  changesOnlyFiles: true,
  narrower: "write less at once",
  actions: ({ path }) => writeAction(path),
  run: Effect.fnUntraced(function* ({ content, path }) {
    const { files } = yield* ToolContext
    const target = yield* writeTarget("write_file", path)
    yield* requireSeen("write_file", target)
    yield* files.write(target.path, target.before, bytesOf(content))
    return `${target.before === null ? "made" : "replaced"} ${target.path}, ${lineCount(content)}`
  })
}
