/**
 * delete_file: removes a file that the agent has read. What it held is kept with the record of the run.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { type Tool, ToolContext } from "../Tool.ts"
import { ToolError } from "../ToolError.ts"
import { requireSeen, writeAction, writeTarget } from "../WriteTarget.ts"

const Parameters = Schema.Struct({ path: Schema.String })

export const deleteFile: Tool<typeof Parameters.Type> = {
  name: "delete_file",
  description: "Removes a file that you have read.",
  parameters: Parameters,
  timeLimitMs: 20_000,
  outputCap: 4096,
  replay: "fenced",
  changesOnlyFiles: true,
  narrower: "remove one file at a time",
  actions: ({ path }) => writeAction(path),
  run: Effect.fnUntraced(function* ({ path }) {
    const { files } = yield* ToolContext
    const target = yield* writeTarget("delete_file", path)
    if (target.before === null) {
      const hint = "Look at the folder with list_dir."
      return yield* new ToolError({ tool: "delete_file", message: `there is no file ${target.path}`, hint })
    }
    yield* requireSeen("delete_file", target)
    yield* files.remove(target.path, target.before)
    return `removed ${target.path}`
  })
}
