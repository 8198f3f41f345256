/**
 * interrupt_agent: an agent that was started is ended before it is done.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { endedText } from "../MemberText.ts"
import { teamFor } from "../TeamTool.ts"
import { type Tool, ToolContext } from "../Tool.ts"

const Parameters = Schema.Struct({ path: Schema.String })

export const interruptAgent: Tool<typeof Parameters.Type> = {
  name: "interrupt_agent",
  description: "Ends an agent that you started, with all that it started; gives what it had.",
  parameters: Parameters,
  timeLimitMs: 60_000,
  outputCap: 256 * 1024,
  replay: "safe",
  narrower: "there is nothing to narrow",
  actions: () => Effect.succeed([]),
  run: Effect.fnUntraced(function* ({ path }) {
    const team = yield* teamFor("interrupt_agent")
    const ended = yield* team.interrupt(path)
    const { told } = yield* ToolContext
    told([ended.path])
    return endedText(ended)
  })
}
