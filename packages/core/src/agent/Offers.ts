/**
 * What an agent is told of the agents that it may start. Pure.
 */

/** An agent that may be started. */
export interface Role {
  readonly name: string
  readonly description: string
}

/** A line each, and one for those for which there is no room; "" without any. */
export const agentsText = (roles: ReadonlyArray<Role>): string => {
  if (roles.length === 0) return ""
  const isLong = roles.length > mostLines
  const told = roles.slice(0, isLong ? mostLines - 1 : mostLines).map(({ description, name }) => {
    const [line = ""] = description.trim().split("\n")
    return bounded(line === "" ? `- ${name}` : `- ${name}: ${line}`)
  })
  const others = roles.slice(told.length).map(({ name }) => name)
  return [
    "Agents, for spawn_agent:",
    ...told,
    ...(others.length === 0 ? [] : [bounded(`- and ${others.length} more: ${others.join(", ")}`)])
  ].join("\n")
}

// internal

const mostLines = 20
const longestLine = 120

const bounded = (line: string): string =>
  line.length <= longestLine ? line : `${line.slice(0, longestLine - 1).toWellFormed()}…`
