/**
 * What a definition is held to because of where it came from. One of the repository is whatever its authors made it:
 * until the user trusts it, it reads the workspace without credentials and writes its artifacts. Pure.
 */
import { Grant } from "../policy/Grant.ts"
import { names } from "../policy/PathRule.ts"
import { credentialPattern } from "../policy/ProtectedPaths.ts"
import { partsOf, rootOf } from "../policy/RuleParts.ts"
import { AgentDefinition, grantOf } from "./AgentDefinition.ts"

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
    // The definition's own grant says which files; of credentials, this one names none.
    read: ["**"],
    write: artifacts.filter((artifact) => !isAnywhere(artifact)),
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

/** The definition without what is run on its behalf before it is asked for anything: commands that set up its tree. */
export const heldDefinition = (
  isOfRepository: boolean,
  definition: AgentDefinition,
  isTrusted: boolean
): AgentDefinition => {
  const { worktree } = definition
  return isOfRepository && !isTrusted && worktree !== undefined && worktree.setup.length > 0
    ? new AgentDefinition({ ...definition, worktree: { ...worktree, setup: [] } })
    : definition
}

// internal

/** What the definition asks for beyond reading and its artifacts. */
const powersOf = (definition: AgentDefinition): ReadonlyArray<string> => {
  const { exec, mcp, net, read, write } = { ...definition.permissions, mcp: grantOf(definition).mcp }
  return [
    ...(read.some(namesCredentials) ? ["reading credentials"] : []),
    ...(definition.artifacts.some(isAnywhere) ? ["artifacts that are anywhere"] : []),
    ...(write.length > 0 ? ["writing more than its artifacts"] : []),
    ...(exec.length > 0 ? ["running commands"] : []),
    ...((definition.worktree?.setup.length ?? 0) > 0 ? ["setting up its tree"] : []),
    ...(net.length > 0 ? ["the network"] : []),
    ...(mcp.length > 0 ? ["MCP servers"] : [])
  ]
}

/** A pattern for files of any folder is no artifact of anybody's. */
const isAnywhere = (artifact: string): boolean => partsOf(artifact).some((part) => rootOf(part) === ".")

const namesCredentials = (rule: string): boolean =>
  partsOf(rule).some((part) => credentialPattern(part) !== undefined && names(rule, part))
