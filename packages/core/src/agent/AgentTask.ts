/**
 * One agent's assignment, with everything decided that can be decided before its first turn.
 */
import * as Effect from "effect/Effect"
import type { AgentDefinition } from "../definition/AgentDefinition.ts"
import type { AnswerFormat } from "../domain/AnswerFormat.ts"
import type { AgentPath, RunId } from "../domain/Ids.ts"
import type { Probe } from "../domain/Probe.ts"
import type { ToolSpec } from "../model/Model.ts"
import { Grant } from "../policy/Grant.ts"
import type { Policy } from "../policy/Policy.ts"
import { intersect } from "../policy/Policy.ts"
import type { Skill } from "../tool/Skill.ts"
import type { Team } from "../tool/Team.ts"
import type { AnyTool } from "../tool/Tool.ts"
import { specs, toolbox } from "../tool/Toolbox.ts"
import { goalText } from "./Prompt.ts"
import type { SystemPrompts } from "./SystemPrompt.ts"

export interface AgentTask {
  readonly run: RunId
  readonly path: AgentPath
  readonly parent: AgentPath
  readonly definition: AgentDefinition
  readonly probes: ReadonlyArray<Probe>
  readonly goal: string
  /** By the name that the provider takes. */
  readonly model: string
  readonly scope: ReadonlyArray<string>
  readonly policy: Policy
  readonly tools: ReadonlyArray<AnyTool>
  /** What the model is told of `tools`; made once, so that every request carries the same bytes. */
  readonly toolSpecs: ReadonlyArray<ToolSpec>
  readonly skills: ReadonlyArray<Skill>
  /** The other agents of the run; null where the agent has nothing to do with them. */
  readonly team: Team | null
  /** The form of the final answer; free text when null. */
  readonly format: AnswerFormat | null
  readonly unavailable: ReadonlyArray<string>
  readonly contextPaths: ReadonlyArray<string>
  readonly system: string
  readonly prompt: string
  /** Files that the agent is to leave, by the names that this copy of it uses. */
  readonly artifacts: ReadonlyArray<string>
  /** Commands of the user that verify what the agent claims, and the environment they run in. */
  readonly checks: Checks
  /** Between two records of a growing answer, in milliseconds. */
  readonly progressMs: number
  readonly limits: {
    /** Tokens; null without a limit of its own. */
    readonly tokens: number | null
    /** Nanodollars; null without a limit of its own. */
    readonly nanoUsd: number | null
    readonly wallMs: number | null
    readonly turns: number
  }
}

export interface Checks {
  readonly commands: ReadonlyArray<string>
  readonly environment: Readonly<Record<string, string>>
}

/** A turn limit for agents that set none: far above honest work, far below a night of looping. */
export const defaultTurns = 60
const contextShare = 0.1
const mostContextTokens = 8_000

type Given = "run" | "path" | "parent" | "definition" | "probes" | "goal" | "scope" | "model" | "checks" | "progressMs"

/** Reads the context files and settles tools, rights and limits. Never fails: what is missing is named in `unavailable`. */
export const prepare = Effect.fnUntraced(function* (
  assignment: Pick<AgentTask, Given> & {
    readonly inputs: Readonly<Record<string, string>>
    /** From 1: which of several agents of this name it is. */
    readonly copy: number
    readonly tokens: number | null
    readonly nanoUsd: number | null
    readonly wallMs: number | null
    readonly maxTurns: number | undefined
    readonly ceiling: Policy
    readonly systemPrompts: SystemPrompts
  }
) {
  const { ceiling, copy, inputs, maxTurns, nanoUsd, systemPrompts, tokens, wallMs, ...given } = assignment
  const { definition, goal, scope } = given
  const box = toolbox(definition.tools)
  const contextTokens = Math.min(mostContextTokens, Math.floor((tokens ?? Number.POSITIVE_INFINITY) * contextShare))
  const system = yield* systemPrompts(definition, scope, contextTokens)
  const artifacts = definition.artifacts.map((path) => ofCopy(path, copy))
  const grant = new Grant({ ...definition.grant, write: [...definition.permissions.write, ...artifacts] })
  const scoped = new Grant({ ...grant, label: "--scope", write: [...scope, ...artifacts] })
  const task: AgentTask = {
    ...given,
    policy: intersect(intersect(ceiling, [grant]), scope.length === 0 ? [] : [scoped]),
    tools: box.tools,
    skills: [],
    team: null,
    format: null,
    toolSpecs: specs(box.tools),
    unavailable: [...box.missing.map((name) => `tool ${name}`), ...unavailableGrants(definition)],
    contextPaths: system.contextPaths,
    system: system.text,
    prompt: goalText(goal, scope, inputs, artifacts),
    artifacts,
    limits: { tokens, nanoUsd, wallMs, turns: maxTurns ?? definition.limits.turns ?? defaultTurns }
  }
  return task
})

// internal

/** `report.md` of the second copy is `report-2.md`. */
const ofCopy = (path: string, copy: number): string =>
  copy === 1 ? path : path.replace(/(\.[^./]*)?$/, (extension) => `-${copy}${extension}`)

/** What a definition grants that no tool of this version makes use of. */
const unavailableGrants = ({ checks, isolation, permissions }: AgentDefinition): ReadonlyArray<string> => [
  ...named("net", permissions.net),
  ...named("exec", permissions.exec),
  ...named("check", checks),
  ...(isolation === "none" ? [] : [`isolation ${isolation}`])
]

const named = (kind: string, grants: ReadonlyArray<string>): ReadonlyArray<string> =>
  grants.length === 0 ? [] : [`${kind} ${grants.join(", ")}`]
