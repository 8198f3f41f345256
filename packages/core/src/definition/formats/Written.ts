/**
 * A definition as the text of a file of our own, in any of its languages: read again, it is the same definition.
 */
import { nullIn, tomlText } from "../../document/TomlText.ts"
import { yamlText } from "../../document/YamlText.ts"
import type { AgentDefinition } from "../AgentDefinition.ts"
import type { Language } from "./Format.ts"
import { isolationText } from "./IsolationKey.ts"
import { supervisionText } from "./SupervisionKey.ts"

/** What a language cannot say of this definition, as the end of a sentence; undefined where it can say it all. */
export const unwritable = (definition: AgentDefinition, language: Language): string | undefined => {
  const path = language === "toml" ? nullIn(definition.extra, "extra") : undefined
  return path === undefined ? undefined : `TOML has no null, which ${path} is`
}

export const written = (definition: AgentDefinition, language: Language): string => {
  const { instructions, ...keys } = ordered(definition)
  switch (language) {
    case "markdown": {
      const isBody = instructions !== "" && instructions === instructions.trim() && !instructions.includes("\r")
      const front = isBody ? keys : { ...keys, instructions }
      return `---\n${yamlText(front)}---\n${isBody ? `\n${instructions}\n` : ""}`
    }
    case "yaml":
      return yamlText({ ...keys, instructions })
    case "json":
      return `${JSON.stringify({ ...keys, instructions }, null, 2)}\n`
    case "toml":
      return tomlText({ ...keys, instructions })
  }
}

// internal

/** The keys in the order in which people look for them; what is as it would be without, is left out. */
const ordered = (definition: AgentDefinition) => {
  const { effort, goal, limits, model, name, permissions, retention, skills, supervision, title } = definition
  const { nanoUsd, tokens, toolCalls, turns, wallMs } = limits
  const { read, ...others } = permissions
  return {
    name: title ?? name,
    description: definition.description,
    ...(goal === undefined ? {} : { goal }),
    ...(model === undefined ? {} : { model }),
    ...(effort === undefined ? {} : { effort }),
    tools: definition.tools,
    permissions: { read, ...filled(others) },
    ...(skills === undefined ? {} : { skills }),
    limits: {
      ...(tokens === undefined ? {} : { tokens }),
      ...(nanoUsd === undefined ? {} : { usd: nanoUsd / 1e9 }),
      ...(wallMs === undefined ? {} : { wall_ms: wallMs }),
      ...(turns === undefined ? {} : { turns }),
      ...(toolCalls === undefined ? {} : { tool_calls: toolCalls }),
      ...(limits.children === undefined ? {} : { children: limits.children }),
      ...(limits.depth === undefined ? {} : { depth: limits.depth })
    },
    ...(supervision === undefined ? {} : { supervision: supervisionText(supervision) }),
    ...isolationText(definition),
    ...(retention === "session" ? {} : { retention }),
    ...(definition.redactSecrets ? {} : { redact_secrets: false }),
    ...filled({
      success_criteria: definition.successCriteria,
      checks: definition.checks,
      artifacts: definition.artifacts
    }),
    ...(Object.keys(definition.extra).length === 0 ? {} : { extra: definition.extra }),
    instructions: definition.instructions
  }
}

const filled = (lists: Readonly<Record<string, ReadonlyArray<string>>>) =>
  Object.fromEntries(Object.entries(lists).filter(([, list]) => list.length > 0))
