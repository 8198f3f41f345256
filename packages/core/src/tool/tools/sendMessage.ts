/**
 * send_message: a text for another agent of the run.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { teamFor } from "../TeamTool.ts"
import { type Tool, ToolContext } from "../Tool.ts"

const Parameters = Schema.Struct({
  to: Schema.String.annotate({ description: "Its path, or `parent`" }),
  text: Schema.NonEmptyString
})

export const sendMessage: Tool<typeof Parameters.Type> = {
  name: "send_message",
  description: "Tells your parent, a sibling or an agent of yours something; it reads it before its next turn.",
  parameters: Parameters,
  timeLimitMs: 20_000,
  outputCap: 4096,
  // A call sends once, however often it runs.
  replay: "safe",
  narrower: "send less",
  actions: () => Effect.succeed([]),
  run: Effect.fnUntraced(function* ({ text, to }) {
    const team = yield* teamFor("send_message")
    const { callId } = yield* ToolContext
    return `sent to ${yield* team.send(to, text, callId)}`
  })
}
