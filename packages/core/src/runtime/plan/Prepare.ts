/**
 * Settles an agent's assignment before its first turn: what it is told, with which tools and rights, within which limits;
 * and says what it needs at least.
 */
import * as Effect from "effect/Effect"
import type { AgentTask } from "../../agent/AgentTask.ts"
import * as Allowance from "../../agent/Allowance.ts"
import * as InputBound from "../../agent/InputBound.ts"
import { agentsText, type Role } from "../../agent/Offers.ts"
import { goalText } from "../../agent/Prompt.ts"
import * as Transcript from "../../agent/Transcript.ts"
import { type AgentDefinition, artifactsOf, grantOf } from "../../definition/AgentDefinition.ts"
import * as Skills from "../../definition/Skills.ts"
import { isNamed } from "../../domain/Ids.ts"
import { Model } from "../../model/Model.ts"
import { Grant } from "../../policy/Grant.ts"
import { decide, intersect, type Policy } from "../../policy/Policy.ts"
import { OwnTools } from "../../tool/OwnTools.ts"
import type { AnyTool } from "../../tool/Tool.ts"
import { specs, toolbox } from "../../tool/Toolbox.ts"
import { canonicalName, teamTools } from "../../tool/ToolNames.ts"
import type { AgentRequest, RunRequest } from "../RunRequest.ts"
import type { Running } from "./Running.ts"
import type { Place } from "./Shares.ts"

/** A turn limit for agents that set none: far above honest work, far below a night of looping. */
const defaultTurns = 60

/** What an agent may take of them, whoever limits it. */
export const turnsOf = (request: RunRequest, asked: AgentRequest | undefined): number =>
  request.limits?.turns ?? asked?.limits?.turns ?? asked?.definition.limits.turns ?? defaultTurns

/** Reads the context files and settles tools, rights and limits. Never fails: what is missing is named in `unavailable`. */
export const prepare = Effect.fnUntraced(function* (
  { mostAtWork, onUnknown, request, roles, run, skills, systemPrompts }: Running,
  { copy, limit, order, parent, path, request: asked }: Place
) {
  const model = yield* Model
  const { ceiling = [], definition, goal, inputs = {}, scope } = asked
  const limits = { ...definition.limits, ...asked.limits }
  const artifacts = artifactsOf(definition, copy)
  const grant = grantOf(definition, artifacts)
  const scoped = new Grant({ ...grant, label: "--scope", write: [...scope, ...artifacts] })
  const policy = intersect(intersect(ceiling, [grant]), scope.length === 0 ? [] : [scoped])
  const offer = Skills.offered(yield* skills.skills(), definition.skills, policy)
  const box = toolbox(withSkills(definition.tools, offer.skills.length > 0), yield* OwnTools)
  const { tools, withheld } = dealingTools(box.tools, isNamed(path))
  const startable = tools.some(({ name }) => name === spawnAgent) ? allowed(yield* roles, policy) : []
  const offers = [Skills.skillsText(offer.skills), agentsText(startable)].filter((text) => text !== "").join("\n\n")
  const tokens = limit.tokens ?? null
  const contextTokens = Math.min(mostContextTokens, Math.floor((tokens ?? Number.POSITIVE_INFINITY) * contextShare))
  const system = yield* systemPrompts(definition, scope, contextTokens, offers)
  const task: AgentTask = {
    run,
    path,
    parent,
    order,
    definition,
    goal,
    scope,
    model: model.facts(asked.model ?? model.model).name,
    ceiling,
    policy,
    tools,
    skills: offer.skills,
    team: null,
    inbox: null,
    settleChildren: null,
    dependants: null,
    format: isNamed(path) ? (request.format ?? null) : null,
    toolSpecs: specs(tools),
    unavailable: [
      ...[...box.missing, ...withheld].map((name) => `tool ${name}`),
      ...offer.missing.map((name) => `skill ${name}`),
      ...unavailableGrants(definition)
    ],
    contextPaths: system.contextPaths,
    system: system.text,
    kept: system.kept,
    prompt: goalText(goal, scope, inputs, artifacts),
    artifacts,
    checks: isNamed(path) ? (request.checks ?? noChecks) : noChecks,
    progressMs: Math.max(leastProgressMs, mostAtWork * progressMsPerAgent),
    onUnknown,
    limits: {
      tokens,
      nanoUsd: limit.nanoUsd ?? null,
      wallMs: limits.wallMs ?? null,
      turns: turnsOf(request, asked)
    }
  }
  return task
})

/** Tokens of the first request, and what must be there for a turn and a closing answer. */
export const needOf = Effect.fnUntraced(function* (task: AgentTask) {
  const prompt = yield* InputBound.exact(task, first(task))
  return { prompt, floor: Allowance.floor((yield* Model).facts(task.model).price, prompt) }
})

/** The same without asking the tokenizer: about twice of it. */
export const cheapFloor = (task: AgentTask) =>
  Effect.map(Model, ({ facts }) => Allowance.floor(facts(task.model).price, InputBound.cheap(task, first(task))))

// internal

const contextShare = 0.1
const mostContextTokens = 8_000
const loadSkill = "load_skill"
const spawnAgent = "spawn_agent"
const noChecks = { commands: [], environment: {} }

/** How often a growing answer is recorded: ten times a second for one agent, more seldom the more there are. */
const leastProgressMs = 100
const progressMsPerAgent = 10

const first = (task: AgentTask) => Transcript.apply(Transcript.empty, { _tag: "Prompted", text: task.prompt })

const withSkills = (names: ReadonlyArray<string>, hasSkills: boolean): ReadonlyArray<string> => {
  const others = names.filter((name) => canonicalName(name) !== loadSkill)
  return hasSkills ? [...others, loadSkill] : others
}

export const isTeamTool = ({ name }: AnyTool): boolean => teamTools.includes(name)

/** What an agent has a use for that starts none, but was started. */
const childTools: ReadonlyArray<string> = ["send_message", "list_agents", "read_board", "write_board"]

/** Who may start agents can deal with them in every way; others that were started may answer; nobody else is there. */
const dealingTools = (tools: ReadonlyArray<AnyTool>, isFirst: boolean) => {
  const mayStart = tools.some(({ name }) => name === spawnAgent)
  if (mayStart) return { tools: [...new Set([...tools, ...toolbox(teamTools).tools])], withheld: [] }
  const isUseless = (tool: AnyTool) => isTeamTool(tool) && (isFirst || !childTools.includes(tool.name))
  return { tools: tools.filter((tool) => !isUseless(tool)), withheld: tools.filter(isUseless).map(({ name }) => name) }
}

const allowed = (roles: ReadonlyArray<Role>, policy: Policy): ReadonlyArray<Role> =>
  roles.filter(({ name }) => decide(policy, { _tag: "Spawn", agent: name })._tag === "Allow")

/** What a definition grants that no tool of this version makes use of. */
const unavailableGrants = ({ checks, permissions }: AgentDefinition): ReadonlyArray<string> => [
  ...named("net", permissions.net),
  ...named("exec", permissions.exec),
  ...named("check", checks)
]

const named = (kind: string, grants: ReadonlyArray<string>): ReadonlyArray<string> =>
  grants.length === 0 ? [] : [`${kind} ${grants.join(", ")}`]
