/**
 * One agent's assignment, with everything decided that can be decided before its first turn.
 */
import * as Effect from "effect/Effect"
import type { AgentDefinition } from "../definition/AgentDefinition.ts"
import type { AgentPath, RunId } from "../domain/Ids.ts"
import type { Probe } from "../domain/Probe.ts"
import type { ToolSpec } from "../model/Model.ts"
import type { Policy } from "../policy/Policy.ts"
import { intersect } from "../policy/Policy.ts"
import type { AnyTool } from "../tool/Tool.ts"
import { specs, toolbox } from "../tool/Toolbox.ts"
import { contextFiles } from "../workspace/ContextFiles.ts"
import { goalText, systemText } from "./Prompt.ts"

export interface AgentTask {
  readonly run: RunId
  readonly path: AgentPath
  readonly parent: AgentPath
  readonly definition: AgentDefinition
  readonly probes: ReadonlyArray<Probe>
  readonly goal: string
  readonly scope: ReadonlyArray<string>
  readonly policy: Policy
  readonly tools: ReadonlyArray<AnyTool>
  /** What the model is told of `tools`; made once, so that every request carries the same bytes. */
  readonly toolSpecs: ReadonlyArray<ToolSpec>
  readonly unavailable: ReadonlyArray<string>
  readonly contextPaths: ReadonlyArray<string>
  readonly system: string
  readonly prompt: string
  readonly limits: {
    /** Tokens; null without a limit of its own. */
    readonly tokens: number | null
    readonly wallMs: number | null
    readonly turns: number
    readonly toolCalls: number
  }
}

/** A turn limit for agents that set none: far above honest work, far below a night of looping. */
export const defaultTurns = 60
const defaultToolCalls = 400
const contextShare = 0.1
const mostContextTokens = 8_000

/** Reads the context files and settles tools, rights and limits. Never fails: what is missing is named in `unavailable`. */
export const prepare = Effect.fn("AgentTask.prepare")(function* (
  assignment: Pick<AgentTask, "run" | "path" | "parent" | "definition" | "probes" | "goal" | "scope"> & {
    readonly inputs: Readonly<Record<string, string>>
    readonly tokens: number | null
    readonly wallMs: number | null
    readonly maxTurns: number | undefined
    /** The caller's rights; the agent gets at most these. */
    readonly ceiling: Policy
  }
) {
  const { ceiling, definition, goal, inputs, maxTurns, tokens, wallMs, ...place } = assignment
  const box = toolbox(definition.tools)
  const files = yield* contextFiles(place.scope)
  const contextTokens = Math.min(mostContextTokens, Math.floor((tokens ?? Number.POSITIVE_INFINITY) * contextShare))
  const task: AgentTask = {
    ...place,
    definition,
    goal,
    policy: intersect(ceiling, [definition.grant]),
    tools: box.tools,
    toolSpecs: specs(box.tools),
    unavailable: [...box.missing.map((name) => `tool ${name}`), ...unavailableGrants(definition)],
    contextPaths: files.map((file) => file.path),
    system: systemText(definition, files, contextTokens),
    prompt: goalText(goal, place.scope, inputs),
    limits: {
      tokens,
      wallMs,
      turns: maxTurns ?? definition.limits.turns ?? defaultTurns,
      toolCalls: definition.limits.toolCalls ?? defaultToolCalls
    }
  }
  return task
})

// internal

/** What a definition grants beyond reading; no tool of this version makes use of it. */
const unavailableGrants = ({ checks, isolation, permissions }: AgentDefinition): ReadonlyArray<string> => [
  ...named("write", permissions.write),
  ...named("net", permissions.net),
  ...named("exec", permissions.exec),
  ...named("check", checks),
  ...(isolation === "none" ? [] : [`isolation ${isolation}`])
]

const named = (kind: string, grants: ReadonlyArray<string>): ReadonlyArray<string> =>
  grants.length === 0 ? [] : [`${kind} ${grants.join(", ")}`]
