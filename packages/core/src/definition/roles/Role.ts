/**
 * What the built-in roles share: they read the workspace, some may write in it; none reaches the network or a shell.
 */
import { defaultAgentTokens, Limits } from "../../domain/Limits.ts"
import type { Probe } from "../../domain/Probe.ts"
import { AgentDefinition, readingTools, writingTools } from "../AgentDefinition.ts"

export interface Role {
  readonly definition: AgentDefinition
  /** What the role looks for without a language model; the first ones stand for a goal that names nothing. */
  readonly probes: ReadonlyArray<Probe>
}

type Given = Pick<AgentDefinition, "name" | "description" | "instructions"> & { readonly probes: ReadonlyArray<Probe> }

/** A role that may read the whole workspace. */
export const readingRole = (role: Given): Role => roleOf(role, readingTools, [])

/** A role that may also write in it: whose goal is files, not remarks. It declares none, so it writes only if asked to. */
export const writingRole = (role: Given): Role => roleOf(role, [...readingTools, ...writingTools], ["**"])

// internal

const roleOf = (role: Given, tools: ReadonlyArray<string>, write: ReadonlyArray<string>): Role => ({
  definition: new AgentDefinition({
    name: role.name,
    description: role.description,
    instructions: role.instructions,
    tools,
    permissions: { read: ["**"], write, net: [], exec: [] },
    limits: new Limits({ tokens: defaultAgentTokens }),
    successCriteria: [],
    checks: [],
    artifacts: [],
    extra: {},
    redactSecrets: true,
    retention: "session",
    isolation: "none"
  }),
  probes: role.probes
})
