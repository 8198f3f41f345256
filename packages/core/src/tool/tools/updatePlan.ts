/**
 * update_plan: the agent notes what it means to do and how far it is.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { PlanStep, planProblem, planTool } from "../Plan.ts"
import type { Tool } from "../Tool.ts"
import { ToolError } from "../ToolError.ts"

const Parameters = Schema.Struct({ steps: Schema.Array(PlanStep) })

export const updatePlan: Tool<typeof Parameters.Type> = {
  name: planTool,
  description: "Notes your plan, all steps each time, at most one doing.",
  parameters: Parameters,
  timeLimitMs: 5_000,
  outputCap: 4096,
  replay: "safe",
  narrower: "write fewer steps",
  actions: () => Effect.succeed([]),
  run: Effect.fnUntraced(function* ({ steps }) {
    const problem = planProblem(steps)
    if (problem !== undefined) {
      return yield* new ToolError({ tool: planTool, message: problem, hint: "Send the whole plan again." })
    }
    const done = steps.filter(({ status }) => status === "done").length
    return `noted, ${done} of ${steps.length} done`
  })
}
