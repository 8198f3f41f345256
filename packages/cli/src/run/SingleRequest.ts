/**
 * The request of `delegate`: one agent, whose own limits the flags replace.
 */

import { AgentLoader } from "@deputize/core/definition/AgentLoader"
import { defaultAgentTokens } from "@deputize/core/domain/Limits"
import * as Effect from "effect/Effect"
import type { Invocation } from "../command/Invocation.ts"
import { usageError } from "../command/UsageError.ts"
import { count, duration, plural } from "../render/Figures.ts"
import { parseCount } from "../values/Amount.ts"
import { readGoal } from "../values/Goal.ts"
import { parseInputs } from "../values/Inputs.ts"
import type { Workspace } from "../values/Workspace.ts"
import { type Assignment, defined, limitsOf, limitWords, readBudget, readDeadline, readScopes } from "./Assignment.ts"
import { readIsolation } from "./Isolation.ts"
import { readNesting } from "./Nesting.ts"
import { readOutputSchema } from "./OutputSchema.ts"
import { parsePriority } from "./Priority.ts"
import { settle } from "./Rights.ts"
import { readSupervision } from "./Supervision.ts"

export const singleRequest = Effect.fnUntraced(function* (invocation: Invocation, workspace: Workspace) {
  const [agent = "", argument] = invocation.arguments
  const flag = invocation.value("goal")
  if (argument !== undefined && flag !== undefined) {
    return yield* usageError("the goal is given twice, as GOAL and as --goal", "Leave one of them out.")
  }
  const budget = yield* readBudget(invocation)
  const deadlineMs = yield* readDeadline(invocation)
  const turns = invocation.value("max-turns")
  const maxTurns = turns === undefined ? undefined : yield* Effect.fromResult(parseCount("--max-turns", turns))
  const priority = invocation.value("priority")
  const urgency =
    priority === undefined ? {} : { priority: yield* Effect.fromResult(parsePriority("--priority", priority)) }
  const inputs = yield* Effect.fromResult(parseInputs(invocation.all("input")))
  const nesting = yield* readNesting(invocation, 1)
  const format = yield* readOutputSchema(invocation)
  const scopes = yield* readScopes(workspace, invocation.all("scope"))
  const found = yield* (yield* AgentLoader).find(agent)
  const { definition, warnings } = found
  const said = flag ?? argument ?? definition.goal
  if (said === undefined)
    return yield* usageError(
      `${agent} needs a goal: its definition holds none`,
      `Write \`deputize delegate ${agent} "GOAL"\`.`
    )
  const goal = yield* readGoal("the goal", said)

  const settled = settle(invocation, found)
  const own = definition.limits
  const limit = {
    tokens: budget.tokens ?? own.tokens ?? defaultAgentTokens,
    ...defined({ nanoUsd: budget.nanoUsd ?? own.nanoUsd, calls: budget.calls, ms: budget.ms ?? own.wallMs })
  }
  const checks = invocation.all("check")
  return {
    request: {
      workspace: workspace.root,
      agents: [
        {
          goal,
          scope: scopes.paths,
          limits: limitsOf(budget),
          inputs,
          ...urgency,
          ...settled.agent
        }
      ],
      ...nesting.request,
      limits: { ...nesting.limits, ...defined({ wallMs: deadlineMs, turns: maxTurns }) },
      ...defined({ format }),
      checks: { commands: checks, environment: {} },
      ...(yield* readSupervision(invocation)),
      ...readIsolation(invocation)
    },
    budget: [
      ...limitWords(limit).map((words, index) =>
        index === 0 ? `${words}${replaced(budget.tokens, own.tokens)}` : words
      ),
      ...(deadlineMs === undefined ? [] : [`deadline ${duration(deadlineMs)}`]),
      ...(maxTurns === undefined ? [] : [plural(maxTurns, "turn")])
    ].join(", "),
    warnings: [...warnings, ...scopes.warnings, ...settled.warnings]
  } satisfies Assignment
})

// internal

const replaced = (given: number | undefined, defined: number | undefined): string =>
  given === undefined || defined === undefined || given === defined ? "" : ` (its definition says ${count(defined)})`
