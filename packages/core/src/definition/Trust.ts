/**
 * What a definition is held to because of where it came from. One of the repository is whatever its authors made it:
 * until the user trusts it, it reads the workspace and writes its artifacts. Pure.
 */
import { Grant } from "../policy/Grant.ts"
import { type AgentDefinition, grantOf } from "./AgentDefinition.ts"

export interface Origin {
  /** The file as users know it. */
  readonly source: string
  /** It came with the workspace. */
  readonly isOfRepository: boolean
}

export interface Held {
  /** To be met besides the definition's own grant; empty where it may do all that it asks for. */
  readonly ceiling: ReadonlyArray<Grant>
  /** A line that says what was taken away. */
  readonly warnings: ReadonlyArray<string>
}

/** `artifacts` are those of this copy of the agent. */
export const heldBy = (
  { isOfRepository, source }: Origin,
  definition: AgentDefinition,
  isTrusted: boolean,
  artifacts: ReadonlyArray<string> = definition.artifacts
): Held => {
  const withheld = isOfRepository && !isTrusted ? powersOf(definition) : []
  if (withheld.length === 0) return { ceiling: [], warnings: [] }
  const ceiling = new Grant({
    ...grantOf(definition, artifacts),
    label: "a definition of the repository",
    write: artifacts,
    net: [],
    exec: [],
    mcp: []
  })
  const what = withheld.length === 1 ? withheld[0] : `${withheld.slice(0, -1).join(", ")} and ${withheld.at(-1)}`
  return {
    ceiling: [ceiling],
    warnings: [`${source} comes with the repository, so it goes without ${what}; --trust grants what it asks for`]
  }
}

// internal

/** What the definition asks for beyond reading and its artifacts. */
const powersOf = (definition: AgentDefinition): ReadonlyArray<string> => {
  const { exec, mcp, net, write } = { ...definition.permissions, mcp: grantOf(definition).mcp }
  return [
    ...(write.length > 0 ? ["writing more than its artifacts"] : []),
    ...(exec.length > 0 ? ["running commands"] : []),
    ...(net.length > 0 ? ["the network"] : []),
    ...(mcp.length > 0 ? ["MCP servers"] : [])
  ]
}
