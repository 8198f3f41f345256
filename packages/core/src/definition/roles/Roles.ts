/**
 * The definitions of the built-in roles: they read the workspace, some may write in it; none reaches the network or a
 * shell.
 */
import { AgentDefinition, readingTools, writingTools } from "../AgentDefinition.ts"
import { roleTexts } from "./RoleTexts.ts"

/** In the order in which they are listed. */
export const builtInRoles: ReadonlyArray<AgentDefinition> = roleTexts.map(({ writes, ...role }) =>
  writes
    ? new AgentDefinition({ ...role, tools: [...readingTools, ...writingTools], permissions: { write: ["**"] } })
    : new AgentDefinition(role)
)

/** The role of this exact name. */
export const builtInRole = (name: string): AgentDefinition | undefined =>
  builtInRoles.find((definition) => definition.name === name)
