/**
 * The sections `tools` and `policies` of the formats of Codex definitions: what they grant together, and the limits and
 * habits that `policies` sets.
 */
import type { Fields, Item } from "../../document/Fields.ts"
import { defaultAgentTokens } from "../../domain/Limits.ts"
import { withArguments } from "../../policy/CommandRule.ts"
import type { AgentDefinition, Permissions } from "../AgentDefinition.ts"
import type { DefinitionFacts } from "../DefinitionFacts.ts"
import { commandProblem, freeKeys, namesOf, pathProblem, section, toolsFor, urlProblem } from "./Common.ts"
import { type ToolWord, toolNames } from "./ToolRights.ts"

export interface Policies {
  readonly fields: Fields | undefined
  /** What generated definitions say of files and network. */
  readonly permissions: Fields | undefined
  readonly limits: { readonly tokens: number }
  readonly retention?: AgentDefinition["retention"]
  readonly redactSecrets?: boolean
}

/** The section `policies`. */
export const policiesOf = (root: Fields): Policies => {
  const fields = section(root, "policies", ["context", "secrets", "shell", "net", "permissions"])
  const context = section(fields, "context", ["max_tokens", "retention"])
  const retention = context?.oneOf("retention", ["job", "session", "permanent"])
  const redactSecrets = section(fields, "secrets", ["redact"])?.bool("redact")
  return {
    fields,
    permissions: section(fields, "permissions", ["filesystem", "network"]),
    limits: { tokens: context?.count("max_tokens") ?? defaultAgentTokens },
    ...(retention === undefined ? {} : { retention }),
    ...(redactSecrets === undefined ? {} : { redactSecrets })
  }
}

/** The keys beside `tools` and `policies`, and these. */
export const policyKeys = [
  "name",
  "description",
  "goal",
  "instructions",
  "model",
  "tools",
  "policies",
  "success_criteria",
  "artifacts"
]

/** What the formats with these sections say alike. Keys of the author's own are passed to the model. */
export const factsWith = (
  root: Fields,
  { limits, redactSecrets, retention }: Policies,
  words: ReadonlyArray<ToolWord>,
  permissions: Permissions
): DefinitionFacts => {
  const [goal, model] = [root.text("goal"), root.text("model")]
  const artifacts = root.checked(root.items("artifacts") ?? [], pathProblem)
  return {
    ...namesOf(root),
    description: root.text("description") ?? goal ?? "",
    ...(goal === undefined ? {} : { goal }),
    instructions: root.text("instructions") ?? goal ?? "",
    ...(model === undefined ? {} : { model }),
    tools: toolsFor(toolNames(words), permissions, artifacts),
    permissions,
    limits,
    ...(retention === undefined ? {} : { retention }),
    ...(redactSecrets === undefined ? {} : { redactSecrets }),
    successCriteria: root.texts("success_criteria") ?? [],
    artifacts,
    extra: freeKeys(root, policyKeys)
  }
}

/** A list of rules as one place has it; undefined where it says nothing. */
export type Rules = ReadonlyArray<Item> | undefined

/** `key: [a]` or `key: {inner: [a]}`; `none` stands for an empty list. */
export const rulesAt = (fields: Fields | undefined, key: string, inner: string): Rules => {
  const list = fields?.isMapping(key) === true ? section(fields, key, [inner])?.items(inner) : fields?.items(key)
  return list?.filter((item) => item.text !== "none")
}

/** What several places grant together; nothing where one of them says that nothing is granted. */
export const together = (lists: ReadonlyArray<Rules>): ReadonlyArray<Item> => {
  const given = lists.filter((list) => list !== undefined)
  if (given.some((list) => list.length === 0)) return []
  return [...new Map(given.flat().map((item) => [item.text, item])).values()]
}

export const netRules = (fields: Fields, items: ReadonlyArray<Item>): ReadonlyArray<string> =>
  fields.checked(items, urlProblem)

/** These formats name programs or beginnings of commands, with any further arguments. */
export const execRules = (fields: Fields, items: ReadonlyArray<Item>): ReadonlyArray<string> => [
  ...new Set(
    fields.checked(
      items.map((item) => ({ ...item, text: withArguments(item.text) })),
      commandProblem
    )
  )
]
