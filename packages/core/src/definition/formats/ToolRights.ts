/**
 * Tool names that carry rights: `Write` any file of the workspace, `Write(docs/**)` these, `Bash` any command inside the
 * sandbox, `Bash(npm test)` that command, `Bash(npm test:*)` with any further arguments, `WebFetch` any public address,
 * `WebFetch(domain:HOST)` that host, `Read(src/**)` only these instead of all files, `Task` any agent, `Task(a, b)`
 * these, `mcp__server` a server, `mcp__server__tool` a tool of it. Pure.
 */

import { withArguments } from "../../policy/CommandRule.ts"
import { canonicalName } from "../../tool/ToolNames.ts"
import type { Permissions } from "../AgentDefinition.ts"
import { agentName } from "../AgentName.ts"

export interface ToolWord {
  /** As the toolbox has it; `server__tool` for one of an MCP server, undefined for a whole server. */
  readonly tool: string | undefined
  /** The MCP server that is meant as a whole. */
  readonly server?: string
  /** What stands in the parentheses. */
  readonly inside?: string
}

/** The words of a text with commas between them, outside parentheses; undefined if a parenthesis has no partner. */
export const toolWords = (text: string): ReadonlyArray<string> | undefined => {
  const words = [""]
  let depth = 0
  for (const character of text) {
    if (character === "(") depth++
    if (character === ")" && --depth < 0) return undefined
    if (character === "," && depth === 0) words.push("")
    else words.push(`${words.pop() ?? ""}${character}`)
  }
  return depth > 0 ? undefined : words.map((word) => word.trim()).filter((word) => word !== "")
}

export const toolWord = (word: string): ToolWord => {
  const [, name = word, inside] = /^([^(]*)\((.*)\)$/s.exec(word) ?? []
  const [, server, tool] = /^mcp__(.+?)(?:__(.+))?$/.exec(name.trim()) ?? []
  if (server !== undefined && (tool === undefined || tool === "*")) return { tool: undefined, server }
  return {
    tool: server === undefined ? canonicalName(name) : `${server}__${tool}`,
    ...(inside === undefined ? {} : { inside: inside.trim() })
  }
}

/** The tools that these words name, each once. */
export const toolNames = (words: ReadonlyArray<ToolWord>): ReadonlyArray<string> => [
  ...new Set(words.flatMap(({ tool }) => (tool === undefined ? [] : [tool])))
]

/** The rights that they carry. */
export const toolRights = (words: ReadonlyArray<ToolWord>): Permissions => {
  const readsAll = words.some(({ inside, tool }) => tool === "read_file" && inside === undefined)
  const read = readsAll ? [] : rulesOf(words, readRules)
  return {
    read: read.length === 0 ? ["**"] : read,
    write: rulesOf(words, writeRules),
    net: rulesOf(words, netRules),
    exec: rulesOf(words, execRules),
    ...reachOf(words)
  }
}

/** Of these, what tool names alone carry where the other rights are written apart from them. */
export const reachOf = (words: ReadonlyArray<ToolWord>): Pick<Permissions, "mcp" | "spawn"> => ({
  mcp: [...new Set(words.flatMap(({ server }) => (server === undefined ? [] : [server])))],
  spawn: rulesOf(words, spawnRules)
})

// internal

const rulesOf = (
  words: ReadonlyArray<ToolWord>,
  rules: (tool: string, inside: string | undefined) => ReadonlyArray<string>
): ReadonlyArray<string> => [
  ...new Set(words.flatMap(({ inside, tool }) => (tool === undefined ? [] : rules(tool, inside))))
]

const writing: ReadonlySet<string> = new Set(["write_file", "edit", "apply_patch", "delete_file"])

const readRules = (tool: string, inside: string | undefined) =>
  tool === "read_file" && inside !== undefined ? [pathRule(inside)] : []

const writeRules = (tool: string, inside: string | undefined) =>
  writing.has(tool) ? [inside === undefined ? "**" : pathRule(inside)] : []

const netRules = (tool: string, inside: string | undefined) =>
  tool === "fetch" ? [inside === undefined ? "https://*" : urlRule(inside)] : []

const execRules = (tool: string, inside: string | undefined) =>
  tool === "shell" ? [inside === undefined ? "*" : commandRule(inside)] : []

const spawnRules = (tool: string, inside: string | undefined) =>
  tool === "spawn_agent"
    ? inside === undefined
      ? ["*"]
      : inside
          .split(",")
          .map(agentName)
          .filter((name) => name !== "")
    : []

/** One slash at the front means the workspace; two mean the machine, where nothing can be granted. */
const pathRule = (inside: string): string => (/^\/(?!\/)/.test(inside) ? `.${inside}` : inside)

const urlRule = (inside: string): string =>
  /^https?:\/\//.test(inside) ? inside : `https://${inside.replace(/^domain:/, "")}/**`

/** `:*` at the end is the star of our rules; without a command before it, it means none and not any. */
const commandRule = (inside: string): string =>
  inside.endsWith(":*") ? withArguments(inside.slice(0, -2).trim()) : inside
