/**
 * Definitions whose `tools` are a list of grants: `{type: mcp, server: NAME}` for a whole MCP server, or words and
 * one-key mappings with dots, `fs.read`, `fs.write: […]`, `net.allow: […]`, `shell.exec: […]`, `mcp: […]`. A grant
 * without a list is all of its kind.
 */
import { Fields, type Item } from "../../document/Fields.ts"
import type { DefinitionFacts } from "../DefinitionFacts.ts"
import { pathRules, refuseForeign, wordsIn } from "./Common.ts"
import type { Format } from "./Format.ts"
import { execRules, factsWith, netRules, policiesOf, policyKeys, type Rules, rulesAt, together } from "./Policies.ts"
import { reachOf, type ToolWord } from "./ToolRights.ts"

const languages = ["yaml", "json"] as const

export const serverGrant: Format = {
  name: "server-grant",
  shape: "name, goal and tools as a list of {type: mcp, server}",
  languages,
  recognises: (fields) => fields.shape("tools").mappings.some(isServer),
  parse: ({ fields }) => parse(fields)
}

export const dotted: Format = {
  name: "dotted",
  shape: "name, goal and tools as a list of mcp, fs.read, fs.write, net.allow, shell.exec",
  languages,
  recognises: (fields) => {
    const { mappings, texts } = fields.shape("tools")
    return mappings.length > 0 || texts.some(isGrant) || (fields.isList("tools") && fields.has("policies"))
  },
  parse: ({ fields }) => parse(fields)
}

// internal

const grants = ["fs.read", "fs.write", "net.allow", "shell.exec"] as const
type Grant = (typeof grants)[number]

const isGrant = (word: string): word is Grant => grants.some((grant) => grant === word)

const isServer = (entry: Fields): boolean => entry.has("type") || entry.has("server")

const parse = (root: Fields): DefinitionFacts => {
  refuseForeign(root, "one with a list of tools", policyKeys)
  const policies = policiesOf(root)
  if (policies.permissions !== undefined) {
    policies.fields?.wrongAt("permissions", "stands beside a list of tools", "Write the rights into the list.")
  }
  const { given, words } = grantsOf(root)
  const [net, exec] = [given.get("net.allow"), given.get("shell.exec")]
  return factsWith(root, policies, words, {
    read: pathRules(root, given.get("fs.read") ?? true),
    write: pathRules(root, given.get("fs.write") ?? false),
    net: netRules(root, together([all(net, "https://*"), rulesAt(policies.fields, "net", "allow")])),
    exec: execRules(root, together([all(exec, "*"), rulesAt(policies.fields, "shell", "exec")])),
    ...reachOf(words)
  })
}

/** What a grant says: a list, or all of its kind. */
type Given = true | ReadonlyArray<Item>

const all = (given: Given | undefined, rule: string): Rules =>
  given === true ? [{ text: rule, field: "tools", place: { line: 1, column: 1 } }] : given

/** The grants of the list, and the tools that it names. */
const grantsOf = (root: Fields) => {
  const given = new Map<Grant, Given>()
  const words: Array<ToolWord> = []
  const grant = (name: Grant, rules: Given) => {
    const before = given.get(name)
    given.set(name, rules === true || before === true ? true : [...(before ?? []), ...rules])
  }
  for (const entry of root.mixed("tools") ?? []) {
    if (!(entry instanceof Fields)) {
      if (isGrant(entry.text)) grant(entry.text, true)
      else words.push(...wordsIn(root, [entry]))
      continue
    }
    if (isServer(entry)) {
      entry.warnUnknown(["type", "server"])
      entry.oneOf("type", ["mcp"])
      const server = entry.text("server")
      if (server === undefined) entry.wrong("server", "the name of an MCP server")
      else words.push({ tool: undefined, server })
      continue
    }
    entry.warnUnknown(["mcp", ...grants])
    words.push(...wordsIn(root, entry.items("mcp") ?? []))
    for (const name of grants) {
      const rules = entry.boolOrItems(name)
      if (rules === true || (typeof rules === "object" && rules !== null)) grant(name, withoutNone(rules))
      else if (rules === false) grant(name, [])
    }
  }
  return { given, words }
}

const withoutNone = (rules: Given): Given => (rules === true ? true : rules.filter((item) => item.text !== "none"))
