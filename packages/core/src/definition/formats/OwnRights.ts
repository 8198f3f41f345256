/**
 * What definitions of our own grant: by the names of their tools, by `permissions` that say it all, by `mcpServers`; and
 * what `disallowedTools` and `permissionMode` take away again.
 */
import type { Fields, Item } from "../../document/Fields.ts"
import type { Permissions } from "../AgentDefinition.ts"
import { readingTools } from "../UsualTools.ts"
import { commandProblem, pathProblem, section, toolProblem, urlProblem } from "./Common.ts"
import { reachOf, type ToolWord, toolRights, toolWord, toolWords } from "./ToolRights.ts"

/** The keys of `permissions`. */
export const kinds = ["read", "write", "net", "exec", "mcp", "spawn"] as const

/** Words of a list, or of a text with commas. */
export const listed = (root: Fields, key: string): ReadonlyArray<Item> | undefined =>
  root.items(key)?.flatMap((item) => {
    const words = toolWords(item.text)
    if (words !== undefined) return words.map((text) => ({ ...item, text }))
    root.problem(item.place, item.field, "a parenthesis has no partner", "Close it, as in `Bash(npm test)`.")
    return []
  })

/** The tools that are listed and not taken away again, with a remark on each that is of no use. */
export const wordsOf = (root: Fields): ReadonlyArray<ToolWord> | undefined => {
  const denied = deniedIn(root)
  const items = listed(root, "tools")
  if (items === undefined && !root.has("disallowedTools")) return undefined
  const words = items?.map((item) => ({ item, word: toolWord(item.text) }))
  for (const { item, word } of words ?? []) if (denied.leaves(word)) remarkOn(root, item, word)
  return (words?.map(({ word }) => word) ?? readingTools.map(toolWord)).filter(denied.leaves)
}

export const permissionsOf = (root: Fields, words: ReadonlyArray<ToolWord> | undefined): Permissions => {
  const stated = section(root, "permissions", kinds)
  const rights = stated === undefined ? toolRights(words ?? []) : statedRights(root, stated, words ?? [])
  const denied = deniedIn(root)
  const mode = root.oneOf("permissionMode", [...modes.keys()])
  const problem = modes.get(mode ?? "") ?? ""
  if (problem !== "") root.warnAt("permissionMode", problem)
  return {
    ...rights,
    ...(mode === "plan" ? { write: [], exec: [] } : {}),
    mcp: joined(rights.mcp, serversOf(root)).filter(denied.leavesServer)
  }
}

// internal

/**
 * What `disallowedTools` takes away. A tool goes whole, whatever its parentheses say, and a server with any of its tools:
 * less than that cannot be said by rules that only allow.
 */
const deniedIn = (root: Fields) => {
  const words = (listed(root, "disallowedTools") ?? []).map(({ text }) => toolWord(text))
  const tools = new Set(words.map(({ tool }) => tool))
  const servers = new Set(words.flatMap(({ server }) => server ?? []))
  const touched = new Set([...servers, ...words.map(({ tool }) => serverOf(tool ?? ""))])
  return {
    leaves: ({ server, tool }: ToolWord): boolean =>
      tool === undefined ? !touched.has(server ?? "") : !tools.has(tool) && !servers.has(serverOf(tool)),
    leavesServer: (rule: string): boolean =>
      rule.includes("__") ? !tools.has(rule) && !servers.has(serverOf(rule)) : !touched.has(rule)
  }
}

/** Of `server__tool`; "" for a tool of ours. */
const serverOf = (tool: string): string => (tool.includes("__") ? tool.slice(0, tool.indexOf("__")) : "")

const remarkOn = (root: Fields, item: Item, word: ToolWord): void => {
  const { exec, net, read, write } = toolRights([word])
  const check = (rules: ReadonlyArray<string>, problem: (rule: string) => string | undefined) =>
    root.checked(
      rules.map((text) => ({ ...item, text })),
      problem
    )
  check(word.tool === undefined ? [] : [word.tool], toolProblem)
  check([...read, ...write], pathProblem)
  check(net, urlProblem)
  check(exec, commandProblem)
}

/** What a mode of asking means where rights are granted beforehand, if anything is to be said of it. */
const modes: ReadonlyMap<string, string> = new Map([
  ["default", ""],
  ["manual", ""],
  ["acceptEdits", ""],
  ["auto", ""],
  ["dontAsk", ""],
  ["plan", ""],
  ["bypassPermissions", "grants nothing: rights are what tools and permissions say"]
])

const statedRights = (root: Fields, stated: Fields, words: ReadonlyArray<ToolWord>): Permissions => {
  for (const { inside, tool } of words) {
    if (inside === undefined || tool === undefined) continue
    const problem = `${tool}(${inside}) grants in parentheses what permissions says for the whole`
    root.wrongAt("tools", problem, "Write the rule into permissions and the bare name here.")
  }
  const rules = (kind: (typeof kinds)[number], problem: (rule: string) => string | undefined) =>
    stated.checked(stated.items(kind) ?? [], problem)
  const unchecked = () => undefined
  return {
    read: stated.has("read") ? rules("read", pathProblem) : ["**"],
    write: rules("write", pathProblem),
    net: rules("net", urlProblem),
    exec: rules("exec", commandProblem),
    mcp: joined(rules("mcp", unchecked), reachOf(words).mcp),
    spawn: rules("spawn", unchecked)
  }
}

/** The first as it stands, with what it does not have of the second. */
const joined = (rules: ReadonlyArray<string>, more: ReadonlyArray<string>): ReadonlyArray<string> => [
  ...rules,
  ...more.filter((rule) => !rules.includes(rule))
]

/** Names, or mappings of names to what starts them; a definition starts no server. */
const serversOf = (root: Fields): ReadonlyArray<string> => {
  const isMapping = root.isMapping("mcpServers")
  const { mappings } = root.shape("mcpServers")
  if (isMapping || mappings.length > 0) {
    root.warnAt("mcpServers", "grants these servers by name; what starts them is not read from a definition")
  }
  if (isMapping) return root.mapping("mcpServers")?.keys ?? []
  if (mappings.length > 0) return [...root.shape("mcpServers").texts, ...mappings.flatMap((each) => each.keys)]
  return (listed(root, "mcpServers") ?? []).map((item) => item.text)
}
