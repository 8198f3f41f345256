/**
 * wait: until agents that were started have ended, or somebody says something.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { rootPath } from "../../domain/Ids.ts"
import { endedText } from "../MemberText.ts"
import type { Waited } from "../Team.ts"
import { teamFor } from "../TeamTool.ts"
import { type Tool, ToolContext } from "../Tool.ts"

const Parameters = Schema.Struct({
  paths: Schema.optionalKey(Schema.Array(Schema.String).annotate({ description: "All if left out" }))
})

export const wait: Tool<typeof Parameters.Type> = {
  name: "wait",
  description: "Waits until agents that you started have ended, and gives their results; also ends with a message.",
  parameters: Parameters,
  // Those it waits for have limits of their own.
  timeLimitMs: null,
  outputCap: 256 * 1024,
  // What no result has told is told by the next.
  replay: "safe",
  narrower: "wait for one agent at a time",
  actions: () => Effect.succeed([]),
  run: Effect.fnUntraced(function* ({ paths = [] }) {
    const team = yield* teamFor("wait")
    const waited = yield* team.wait(paths)
    const { told } = yield* ToolContext
    told(waited.ended.map(({ path }) => path))
    return waitedText(waited)
  })
}

// internal

/** What is short comes first: it is there even if the results are cut. */
const waitedText = ({ ended, letters, open }: Waited): string => {
  const lines = [
    ...(ended.length > 1 ? [`Ended: ${ended.map(({ path, state }) => `${path} ${state}`).join(", ")}`] : []),
    ...(open.length > 0 ? [`Not ended yet: ${open.map(({ path, state }) => `${path} ${state}`).join(", ")}`] : []),
    ...(letters.length > 0
      ? [
          `To be read next: ${letters.map(({ from, id }) => `${id} from ${from === rootPath ? "the user" : from}`).join(", ")}`
        ]
      : []),
    ...(ended.length + open.length + letters.length === 0
      ? ["No agent of yours is at work, and you know all results."]
      : [])
  ]
  return [...(lines.length > 0 ? [lines.join("\n")] : []), ...ended.map(endedText)].join("\n\n")
}
