/**
 * What a library's caller asks for, in plain values, turned into a request to the runtime: names become definitions with
 * the rights that their origin leaves them, limits are checked, dollars become nanodollars.
 */
import { posix } from "node:path"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { AgentDefinition } from "../definition/AgentDefinition.ts"
import { AgentLoader } from "../definition/AgentLoader.ts"
import { heldAgent, readOnlyGrant } from "../definition/HeldAgent.ts"
import type { AnswerFormat } from "../domain/AnswerFormat.ts"
import type { LimitValues } from "../domain/Limits.ts"
import { nanosOf } from "../domain/Price.ts"
import { type Priority, priorities } from "../domain/Priority.ts"
import type { AgentRequest, RunRequest } from "../runtime/RunRequest.ts"

/** The request makes no sense as it was given; nothing was started. */
export class RequestInvalid extends Schema.TaggedError<RequestInvalid>()("RequestInvalid", {
  /** What is wrong, naming the value. */
  message: Schema.String,
  hint: Schema.String
}) {}

/** What may be used at most, by an agent with all that it starts, or by a run; what is absent is not limited here. */
export interface Limit {
  /** Input and output together. */
  readonly tokens?: number
  /** US dollars. Refused for a model whose price nobody knows. */
  readonly usd?: number
  /** Tool calls. */
  readonly calls?: number
  /** Wall time in milliseconds. */
  readonly ms?: number
  /** Turns of the model; of each agent. */
  readonly turns?: number
  /** Agents that are started by agents. */
  readonly agents?: number
  /** Levels of agents below those named. */
  readonly depth?: number
}

export interface AgentOptions {
  /** A number is tokens. Each limit replaces the definition's; 40,000 tokens when neither says anything. */
  readonly budget?: number | Limit
  /** Paths relative to the workspace where it searches first and may write; all of it when absent. */
  readonly scope?: ReadonlyArray<string>
  /** Values that the goal speaks of, by name. */
  readonly inputs?: Readonly<Record<string, string>>
  /** By the provider's name for it; over the definition's. */
  readonly model?: string
  /** Takes all writing away. */
  readonly readOnly?: boolean
  /** Who gets a place to work before others; `normal` when absent. */
  readonly priority?: Priority
}

export interface Delegation extends AgentOptions {
  /** A built-in role, an agent of the workspace or the user by its name, or a definition. */
  readonly agent: string | AgentDefinition
  /** The definition's own goal when absent. */
  readonly goal?: string
}

export interface WholeOptions {
  /** Agents at work at the same time; all of them when absent, as many as turn out to be borne with `auto`. */
  readonly maxParallel?: number | "auto"
  /** Agents started by agents that are at work at the same time, the others wait their turn; 4 when absent. */
  readonly maxSpawnedAtOnce?: number
  /** Grants definitions that come with the workspace what they ask for beyond reading and their artifacts. */
  readonly trust?: boolean
  /** The form of every final answer, as JSON by a JSON Schema; free text when absent. */
  readonly format?: AnswerFormat
  /** `worktree`: each agent that writes has a tree of its own, merged at the end; what definitions say when absent. */
  readonly isolation?: "none" | "worktree"
  /** What such trees are given: globs of files that git does not know, and shell commands of yours. */
  readonly worktree?: { readonly copy?: ReadonlyArray<string>; readonly setup?: ReadonlyArray<string> }
  /** Shell commands of yours that each agent has to pass before it is done, run in the workspace. */
  readonly checks?: ReadonlyArray<string>
  /** The whole environment of the checks, for example `process.env`; empty when absent. */
  readonly environment?: Readonly<Record<string, string | undefined>>
}

/** The request, and a line for each thing that is odd about it and stops nothing. */
export const requestOf = Effect.fnUntraced(function* (
  workspace: string,
  delegations: ReadonlyArray<Delegation>,
  { checks = [], environment = {}, format, isolation, trust = false, worktree, ...options }: WholeOptions,
  budget?: number | Limit
) {
  if (delegations.length === 0) return yield* invalid("there is no agent to delegate to", "Name one at least.")
  const copies = new Map<string, number>()
  const parts = yield* Effect.forEach(delegations, (delegation) => agentOf(delegation, trust, copies))
  const request: RunRequest = {
    workspace,
    agents: parts.map(({ agent }) => agent),
    limits: yield* limitsOf("the budget", budget),
    trusted: trust,
    ...(yield* atOnce(options)),
    ...(format === undefined ? {} : { format }),
    ...(isolation === undefined ? {} : { isolation }),
    ...(worktree === undefined ? {} : { worktree: { copy: worktree.copy ?? [], setup: worktree.setup ?? [] } }),
    checks: { commands: checks, environment: definedIn(environment) }
  }
  return { request, warnings: [...new Set(parts.flatMap(({ warnings }) => warnings))] }
})

// internal

/** `copies` counts the agents of each name, as the runtime does. */
const agentOf = Effect.fnUntraced(function* (delegation: Delegation, trust: boolean, copies: Map<string, number>) {
  const { budget, inputs = {}, model, priority, readOnly = false } = delegation
  const origin = yield* found(delegation.agent)
  const { definition } = origin
  const { name } = definition
  const goal = delegation.goal ?? definition.goal ?? ""
  if (goal.trim() === "") {
    return yield* invalid(`${name} has no goal: neither is one given, nor does its definition hold one`, "Give one.")
  }
  const copy = (copies.get(name) ?? 0) + 1
  copies.set(name, copy)
  const held = heldAgent(origin, { copy, isTrusted: trust, namesModel: model === undefined })
  const agent: AgentRequest = {
    definition: held.definition,
    goal,
    scope: yield* Effect.forEach(delegation.scope ?? [], scopeOf),
    inputs,
    ...(priority === undefined ? {} : { priority: yield* urgency(priority) }),
    ...withModel(model ?? held.model),
    ceiling: [...held.ceiling, ...(readOnly ? [readOnlyGrant(definition, "readOnly")] : [])],
    limits: yield* limitsOf(`the budget of ${name}`, budget)
  }
  return { agent, warnings: [...origin.warnings, ...held.warnings] }
})

const withModel = (model: string | undefined) => (model === undefined ? {} : { model })

/** A definition that the caller hands over is the caller's own. */
const found = (agent: string | AgentDefinition) =>
  typeof agent === "string"
    ? Effect.flatMap(AgentLoader, (loader) => loader.find(agent))
    : Effect.succeed({ definition: agent, isOfRepository: false, source: agent.name, warnings: [] })

/** A path of the workspace, `/` between its parts, `.` for the whole. */
const scopeOf = (scope: string) => {
  const path = posix.normalize(scope.replaceAll("\\", "/")).replace(/(?<=.)\/$/, "")
  return scope.trim() === "" || /^(\.\.(\/|$)|\/|[A-Za-z]:)/.test(path)
    ? invalid(
        `the scope ${JSON.stringify(scope)} is not a path in the workspace`,
        "Name one relative to the workspace."
      )
    : Effect.succeed(path)
}

/** The runtime's words for them. */
const units: Readonly<Record<keyof Limit, keyof LimitValues>> = {
  tokens: "tokens",
  usd: "nanoUsd",
  calls: "toolCalls",
  ms: "wallMs",
  turns: "turns",
  agents: "children",
  depth: "depth"
}

const isUnit = (name: string): name is keyof Limit => Object.hasOwn(units, name)

/** A limit that is misspelt would be none, so that is refused. */
export const limitsOf = Effect.fnUntraced(function* (whose: string, budget: number | Limit | undefined) {
  const limits: { -readonly [Unit in keyof LimitValues]: LimitValues[Unit] } = {}
  for (const [name, value] of Object.entries(typeof budget === "number" ? { tokens: budget } : (budget ?? {}))) {
    if (!isUnit(name)) {
      return yield* invalid(`${whose} has ${JSON.stringify(name)}`, `It may have ${Object.keys(units).join(", ")}.`)
    }
    if (value === undefined) continue
    limits[units[name]] = yield* name === "usd" ? money(`${whose}: usd`, value) : count(`${whose}: ${name}`, value)
  }
  return limits
})

const atOnce = Effect.fnUntraced(function* ({ maxParallel, maxSpawnedAtOnce }: WholeOptions) {
  return {
    ...(maxParallel === undefined ? {} : { maxParallel: yield* countOrAuto("maxParallel", maxParallel) }),
    ...(maxSpawnedAtOnce === undefined ? {} : { maxSpawnedAtOnce: yield* count("maxSpawnedAtOnce", maxSpawnedAtOnce) })
  }
})

const count = (name: string, value: number) =>
  Number.isSafeInteger(value) && value > 0
    ? Effect.succeed(value)
    : invalid(`${name} is ${value}`, "Give a whole number above 0, or leave it out.")

const countOrAuto = (name: string, value: number | "auto") =>
  value === "auto" ? Effect.succeed(value) : count(name, value)

const urgency = (priority: Priority) =>
  priorities.includes(priority)
    ? Effect.succeed(priority)
    : invalid(`priority is ${JSON.stringify(priority)}`, `Give ${priorities.join(", ")}, or leave it out.`)

const money = (name: string, dollars: number) =>
  Number.isFinite(dollars) && nanosOf(dollars) > 0
    ? Effect.succeed(nanosOf(dollars))
    : invalid(`${name} is ${dollars}`, "Give an amount above 0, or leave it out.")

export const definedIn = (
  environment: Readonly<Record<string, string | undefined>>
): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))
  )

export const invalid = (message: string, hint: string) => Effect.fail(new RequestInvalid({ message, hint }))
