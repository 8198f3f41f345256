/**
 * What all built-in roles share: they read the workspace and nothing else, so a run of one leaves the tree clean.
 */
import { defaultAgentTokens, Limits } from "../../domain/Limits.ts"
import type { Probe } from "../../domain/Probe.ts"
import { AgentDefinition, readingTools } from "../AgentDefinition.ts"

export interface Role {
  readonly definition: AgentDefinition
  /** What the role looks for without a language model; the first ones stand for a goal that names nothing. */
  readonly probes: ReadonlyArray<Probe>
}

/** A role that may read the whole workspace. */
export const readingRole = (
  role: Pick<AgentDefinition, "name" | "description" | "instructions"> & { readonly probes: ReadonlyArray<Probe> }
): Role => ({
  definition: new AgentDefinition({
    name: role.name,
    description: role.description,
    instructions: role.instructions,
    tools: readingTools,
    permissions: { read: ["**"], write: [], net: [], exec: [] },
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
