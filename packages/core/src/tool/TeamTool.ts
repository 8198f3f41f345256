/**
 * What the tools that deal with other agents have in common.
 */
import * as Effect from "effect/Effect"
import { ToolContext } from "./Tool.ts"
import { ToolError } from "./ToolError.ts"

/** The team of the agent that calls; only agents that have one are offered these tools. */
export const teamFor = (tool: string) =>
  Effect.flatMap(ToolContext, ({ team }) =>
    team === null
      ? Effect.fail(
          new ToolError({
            tool,
            message: "there are no other agents in this run",
            hint: "Do the work with your own tools."
          })
        )
      : Effect.succeed(team)
  )
