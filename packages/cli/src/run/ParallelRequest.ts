/**
 * The request of `delegate-parallel`: agents, goals, scopes and budgets that belong together by their order.
 */
import { AgentLoader, type Found } from "@deputize/core/definition/AgentLoader"
import { defaultAgentTokens } from "@deputize/core/domain/Limits"
import type { AgentRequest } from "@deputize/core/runtime/RunRequest"
import * as Effect from "effect/Effect"
import type { Invocation } from "../command/Invocation.ts"
import { usageError } from "../command/UsageError.ts"
import { plural } from "../render/Figures.ts"
import { type Amount, parseAmount } from "../values/Amount.ts"
import { parseList } from "../values/Csv.ts"
import { readGoal } from "../values/Goal.ts"
import { parseAgentInputs } from "../values/Inputs.ts"
import type { Workspace } from "../values/Workspace.ts"
import {
  type Assignment,
  defined,
  type Limit,
  limitOf,
  limitsOf,
  limitWords,
  readBudget,
  readDeadline,
  readScopes
} from "./Assignment.ts"
import { readIsolation } from "./Isolation.ts"
import { atOnceWords, readNesting } from "./Nesting.ts"
import { readOutputSchema } from "./OutputSchema.ts"
import { parsePriority } from "./Priority.ts"
import { settle } from "./Rights.ts"
import { readSupervision } from "./Supervision.ts"

export const parallelRequest = Effect.fnUntraced(function* (invocation: Invocation, workspace: Workspace) {
  const names = yield* Effect.fromResult(parseList("AGENTS", invocation.arguments[0] ?? ""))
  const unnamed = names.indexOf("")
  if (unnamed >= 0)
    return yield* usageError(`agent ${unnamed + 1} of ${names.length} has no name`, "Write AGENTS as a,b,c.")
  const goals = yield* perAgent(invocation, names, "goal", "goals")
  const scopes = yield* perAgent(invocation, names, "scope", "scopes")
  const budgets = yield* perAgent(invocation, names, undefined, "budgets")
  const priorities = yield* prioritiesOf(invocation, names)
  const amounts = yield* Effect.forEach(budgets ?? [], (text) => Effect.fromResult(parseAmount("--budgets", text)))
  const whole = yield* readBudget(invocation)
  const deadlineMs = least(yield* readDeadline(invocation), whole.ms)
  const nesting = yield* readNesting(invocation, names.length)
  const format = yield* readOutputSchema(invocation)

  const loader = yield* AgentLoader
  const found = yield* Effect.forEach(names, (name) => loader.find(name))
  if (goals !== undefined && goals.filter((goal) => goal === "-").length > 1) {
    return yield* usageError("standard input can be the goal of one agent only")
  }
  const inputs = yield* Effect.fromResult(parseAgentInputs(names, invocation.all("input")))
  const parts = yield* Effect.forEach(found, (each, index) =>
    Effect.gen(function* () {
      const { definition, warnings } = each
      const said = goals?.[index] ?? definition.goal
      const which = `goal ${index + 1} of ${names.length} (${definition.name})`
      if (said === undefined)
        return yield* usageError(
          `${which} is missing, and the definition holds none`,
          "Give --goal once for each agent, or --goals with a list."
        )
      const goal = yield* readGoal(which, said)
      const scope = yield* readScopes(
        workspace,
        [scopes?.[index] ?? ""].filter((path) => path !== "")
      )
      const settled = settle(invocation, each, copyAt(found, index))
      const agent = {
        goal,
        scope: scope.paths,
        inputs: inputs[index] ?? {},
        limits: ownLimit(amounts[index]),
        ...defined({ priority: priorities[index] }),
        ...settled.agent
      }
      return { agent, warnings: [...warnings, ...scope.warnings, ...settled.warnings] }
    })
  )
  const agents = parts.map(({ agent }) => agent)
  const limits = limitWords({ ...whole, ...defined({ ms: deadlineMs }) }).join(", ")
  return {
    request: {
      workspace: workspace.root,
      agents,
      ...nesting.request,
      limits: { ...nesting.limits, ...limitsOf({ ...whole, ...defined({ ms: deadlineMs }) }) },
      ...defined({ format }),
      ...(yield* readSupervision(invocation)),
      ...readIsolation(invocation)
    },
    budget: [
      ...(limits === "" ? [] : [`${limits} for the whole run`]),
      agents.map((agent) => `${agent.definition.name} ${limitWords(limitOfAgent(agent)).join(" ")}`).join(", "),
      atOnceWords(nesting.request.maxParallel ?? names.length)
    ].join("; "),
    warnings: [...new Set(parts.flatMap(({ warnings }) => warnings))]
  } satisfies Assignment
})

// internal

/** The entries for each agent, from the repeated flag or from the list; undefined when neither is given. */
const perAgent = Effect.fnUntraced(function* (
  invocation: Invocation,
  names: ReadonlyArray<string>,
  single: string | undefined,
  list: string
) {
  const repeated = single === undefined ? [] : invocation.all(single)
  const text = invocation.value(list)
  if (text === undefined && repeated.length === 0) return undefined
  if (text !== undefined && repeated.length > 0)
    return yield* usageError(`--${single} and --${list} are both given`, "Use one of them.")
  const entries = text === undefined ? repeated : yield* Effect.fromResult(parseList(`--${list}`, text))
  if (entries.length !== names.length) {
    const found =
      entries.length === 1 ? `1 ${list.replace(/ies$/, "y").replace(/s$/, "")}` : `${entries.length} ${list}`
    return yield* usageError(
      `${plural(names.length, "agent")} but ${found}: there must be one for each`,
      `--${list} separates its entries with commas; put quotes around an entry that holds a comma.`
    )
  }
  return entries
})

/** One for each agent, or one for all. */
const prioritiesOf = Effect.fnUntraced(function* (invocation: Invocation, names: ReadonlyArray<string>) {
  const given = invocation.all("priority")
  const [first] = given
  const isForAll = first !== undefined && given.length === 1 && invocation.value("priorities") === undefined
  const texts = isForAll ? names.map(() => first) : yield* perAgent(invocation, names, "priority", "priorities")
  const flag = given.length > 0 ? "--priority" : "--priorities"
  return yield* Effect.forEach(texts ?? [], (text) => Effect.fromResult(parsePriority(flag, text)))
})

/** The second agent of a name is its copy 2, as the runtime counts them. */
const copyAt = (found: ReadonlyArray<Found>, index: number): number =>
  found.slice(0, index + 1).filter(({ definition }) => definition.name === found[index]?.definition.name).length

const ownLimit = (amount: Amount | undefined) => (amount === undefined ? {} : limitsOf(limitOf(amount)))

const limitOfAgent = ({ definition, limits = {} }: AgentRequest): Limit => ({
  tokens: limits.tokens ?? definition.limits.tokens ?? defaultAgentTokens,
  ...defined({
    nanoUsd: limits.nanoUsd ?? definition.limits.nanoUsd,
    calls: limits.toolCalls,
    ms: limits.wallMs ?? definition.limits.wallMs
  })
})

const least = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined ? b : b === undefined ? a : Math.min(a, b)
