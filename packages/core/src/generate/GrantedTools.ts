/**
 * The tools of a generated agent: those that it has the right to use, and those that its rights need. Pure.
 */
import type { Permissions } from "../definition/AgentDefinition.ts"
import { toolsFor } from "../definition/formats/Common.ts"
import { canonicalName, needOf, teamTools } from "../tool/ToolNames.ts"
import type { Taken } from "./Taken.ts"

/** Adds to `taken` what is left out, unless the right that it needs is told there already. */
export const grantedTools = (
  asked: ReadonlyArray<string>,
  permissions: Permissions,
  artifacts: ReadonlyArray<string>,
  taken: Array<Taken>
): ReadonlyArray<string> => {
  const may = {
    read: permissions.read.length > 0,
    write: permissions.write.length + artifacts.length > 0,
    exec: permissions.exec.length > 0,
    net: permissions.net.length > 0,
    spawn: false
  }
  const kept = asked.map(canonicalName).filter((tool) => {
    const refusal = refusalOf(tool)
    if (refusal !== undefined) {
      taken.push({ ...refusal, asked: tool, kept: null, flag: null })
      return false
    }
    const need = needOf(tool) ?? null
    if (need === null || may[need]) return true
    const flag = flags[need]
    // A right that was asked for by its rules is told by them; without files there is nothing to read or write.
    if (flag !== undefined && !taken.some(({ right }) => right === rightOf[need])) {
      taken.push({ right: rightOf[need], asked: tool, kept: null, why: "takes the right to use it", flag })
    }
    return false
  })
  return toolsFor([...new Set(kept)], permissions, artifacts)
}

// internal

const rightOf = { read: "read", write: "write", exec: "shell", net: "network", spawn: "spawn" } as const

const flags: Readonly<Partial<Record<keyof typeof rightOf, string>>> = {
  exec: "--allow-shell",
  net: "--allow-net PATTERN"
}

/** Of tools that no generated agent has, whatever is opened to it. */
const refusalOf = (tool: string): Pick<Taken, "right" | "why"> | undefined => {
  if (tool.includes("__")) return { right: "mcp", why: "is a tool of a server, which no generated agent calls" }
  if (needOf(tool) === undefined) return { right: "tool", why: "is no tool that there is" }
  return teamTools.includes(tool)
    ? { right: "spawn", why: "has to do with other agents, of which it has none" }
    : undefined
}
