/**
 * Definitions with the sections `tools {mcp, fs, net, shell}` and `policies {context, secrets, shell, net}`; generated
 * ones say `policies.permissions {filesystem, network}` instead of `fs` and `net`. Keys of the author's own are passed
 * to the model.
 */
import type { Fields } from "../../document/Fields.ts"
import type { Permissions } from "../AgentDefinition.ts"
import type { DefinitionFacts } from "../DefinitionFacts.ts"
import { pathRules, refuseForeign, section, wordsIn } from "./Common.ts"
import type { Format } from "./Format.ts"
import { execRules, factsWith, netRules, type Policies, policiesOf, policyKeys, rulesAt, together } from "./Policies.ts"
import { reachOf } from "./ToolRights.ts"

const languages = ["yaml", "json"] as const

/** With `policies.permissions`. */
export const generated: Format = {
  name: "generated",
  shape: "name, goal, tools {mcp, shell} and policies {context, permissions}",
  languages,
  recognises: (fields) => fields.isMapping("policies") && fields.mapping("policies")?.has("permissions") === true,
  parse: ({ fields }) => parse(fields)
}

/** What any mapping with a goal, tools or policies is that is nothing else. */
export const sections: Format = {
  name: "codex-yaml",
  shape: "name, goal, tools {mcp, fs, net, shell} and policies {context, secrets, net, shell}",
  languages,
  recognises: (fields) => policyKeys.some((key) => key !== "name" && fields.has(key)),
  parse: ({ fields }) => parse(fields)
}

// internal

const parse = (root: Fields): DefinitionFacts => {
  refuseForeign(root, "one with sections", policyKeys)
  const policies = policiesOf(root)
  const tools = section(root, "tools", ["mcp", "fs", "net", "shell"])
  const words = wordsIn(root, tools?.items("mcp") ?? [])
  return factsWith(root, policies, words, permissionsOf(root, tools, policies, reachOf(words)))
}

const permissionsOf = (
  root: Fields,
  tools: Fields | undefined,
  { fields: policies, permissions }: Policies,
  reach: Pick<Permissions, "mcp" | "spawn">
): Permissions => {
  const fs = section(tools, "fs", ["read", "write"])
  const filesystem = permissions?.boolOrItems("filesystem")
  const read = fs?.boolOrItems("read")
  if (filesystem !== undefined && read !== undefined) {
    permissions?.wrongAt("filesystem", "says again what tools.fs.read says", "Keep one of the two.")
  }
  const net = [
    rulesAt(tools, "net", "allow"),
    rulesAt(policies, "net", "allow"),
    rulesAt(permissions, "network", "allow")
  ]
  const shell = [rulesAt(tools, "shell", "exec"), rulesAt(policies, "shell", "exec")]
  return {
    read: pathRules(root, read ?? filesystem ?? true),
    write: pathRules(root, fs?.boolOrItems("write") ?? false),
    net: netRules(root, together(net)),
    exec: execRules(root, together(shell)),
    ...reach
  }
}
