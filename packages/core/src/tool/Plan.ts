/**
 * An agent's plan: what it means to do and how far it is. It has no effect; the record of the calls that change it is
 * all there is of it, so whoever reads a conversation knows the plan at any point.
 */
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { ToolCall } from "../domain/Message.ts"
import { canonicalName } from "./ToolNames.ts"

export const PlanStep = Schema.Struct({
  text: Schema.String,
  status: Schema.Literals(["pending", "doing", "done"])
})
export type PlanStep = typeof PlanStep.Type

export type Plan = ReadonlyArray<PlanStep>

export const planTool = "update_plan"

/** The plan as a call puts it; none for a call of another tool, and for one that was refused for what it says. */
export const planOf = (call: ToolCall): Option.Option<Plan> => {
  if (canonicalName(call.name) !== planTool) return Option.none()
  return Option.filter(
    Option.map(decode(call.args), ({ steps }) => steps),
    (plan) => planProblem(plan) === undefined
  )
}

/** What is wrong with a plan. */
export const planProblem = (plan: Plan): string | undefined => {
  if (plan.length > mostSteps) return `the plan has more than ${mostSteps} steps`
  const empty = plan.findIndex(({ text }) => text.trim() === "")
  if (empty >= 0) return `step ${empty + 1} is empty`
  const long = plan.findIndex(({ text }) => text.length > longestStep)
  if (long >= 0) return `step ${long + 1} is longer than ${longestStep} characters`
  return plan.filter(({ status }) => status === "doing").length > 1 ? "more than one step is doing" : undefined
}

// internal

const mostSteps = 30
const longestStep = 300

const decode = Schema.decodeUnknownOption(Schema.fromJsonString(Schema.Struct({ steps: Schema.Array(PlanStep) })))
