/**
 * Flat definitions: `max_tokens, timeout_seconds, permissions {file_read, file_write, shell, network}, tools,
 * constraints`. Shell and network are granted as a whole or not at all.
 */
import type { Fields } from "../../document/Fields.ts"
import { defaultAgentTokens } from "../../domain/Limits.ts"
import type { Permissions } from "../AgentDefinition.ts"
import type { DefinitionFacts } from "../DefinitionFacts.ts"
import { namesOf, pathProblem, pathRules, refuseForeign, section, toolsFor, wordsIn } from "./Common.ts"
import type { Format } from "./Format.ts"
import { reachOf, type ToolWord, toolNames } from "./ToolRights.ts"

const rights = ["file_read", "file_write", "shell", "network"]

export const flat: Format = {
  name: "flat",
  shape: "name, goal, tools, max_tokens, timeout_seconds and permissions {file_read, file_write, shell, network}",
  languages: ["yaml", "json"],
  recognises: (fields) => {
    const permissions = fields.isMapping("permissions") ? fields.mapping("permissions") : undefined
    if (permissions !== undefined) return permissions.keys.some((key) => rights.includes(key))
    const isFlat = ["max_tokens", "timeout_seconds", "constraints", "tools"].some((key) => fields.has(key))
    return isFlat && !fields.isMapping("tools") && !fields.has("policies")
  },
  parse: ({ fields }) => parse(fields)
}

// internal

const known = [
  "name",
  "description",
  "goal",
  "instructions",
  "model",
  "max_tokens",
  "timeout_seconds",
  "permissions",
  "tools",
  "constraints",
  "languages",
  "success_criteria",
  "artifacts"
]

const parse = (root: Fields): DefinitionFacts => {
  const names = namesOf(root)
  refuseForeign(root, "a flat one", known)
  root.warnUnknown(known)
  const [goal, model, seconds] = [root.text("goal"), root.text("model"), root.amount("timeout_seconds")]
  const words = wordsIn(root, root.items("tools") ?? [])
  const permissions = permissionsOf(root, words)
  const artifacts = root.checked(root.items("artifacts") ?? [], pathProblem)
  return {
    ...names,
    description: root.text("description") ?? goal ?? "",
    ...(goal === undefined ? {} : { goal }),
    instructions: [root.text("instructions") ?? goal ?? "", constraintsText(root.texts("constraints") ?? [])]
      .filter((part) => part !== "")
      .join("\n\n"),
    ...(model === undefined ? {} : { model }),
    tools: toolsFor(toolNames(words), permissions, artifacts),
    permissions,
    limits: {
      tokens: root.count("max_tokens") ?? defaultAgentTokens,
      ...(seconds === undefined ? {} : { wallMs: Math.max(1, Math.min(longestMs, Math.round(seconds * 1000))) })
    },
    successCriteria: root.texts("success_criteria") ?? [],
    artifacts,
    extra: root.others(known.filter((key) => key !== "languages"))
  }
}

/** A year: what is longer is no limit, and what is far longer no whole number. */
const longestMs = 365 * 24 * 3600 * 1000

const permissionsOf = (root: Fields, words: ReadonlyArray<ToolWord>): Permissions => {
  const given = section(root, "permissions", rights)
  return {
    read: pathRules(root, given?.boolOrItems("file_read") ?? true),
    write: pathRules(root, given?.boolOrItems("file_write") ?? false),
    net: given?.bool("network") === true ? ["https://*"] : [],
    exec: given?.bool("shell") === true ? ["*"] : [],
    ...reachOf(words)
  }
}

const constraintsText = (constraints: ReadonlyArray<string>): string =>
  constraints.length === 0 ? "" : `Constraints:\n${constraints.map((each) => `- ${each}`).join("\n")}`
