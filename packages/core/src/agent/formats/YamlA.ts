/**
 * Variant A: a YAML mapping with `name, goal, tools{mcp, fs, net, shell}, policies{context, secrets, shell, net},
 * success_criteria, artifacts`, and free keys that are passed to the model.
 */
import { defaultAgentTokens, Limits } from "../../domain/Limits.ts"
import { AgentDefinition, agentName } from "../AgentDefinition.ts"
import type { Parsed } from "../DefinitionError.ts"
import { checkedName, readingTools } from "./Shared.ts"
import { type Fields, YamlFile } from "./YamlFile.ts"

/** Reads a definition; throws DefinitionError. */
export const parse = (file: string, text: string): Parsed<AgentDefinition> => {
  const yaml = new YamlFile(file, text)
  const { root } = yaml
  if (!yaml.isMapping(root, "tools") && root.node.has("tools")) {
    throw yaml.wrong(
      root,
      "tools",
      "a mapping such as `tools: {mcp: [read_file], fs: {read: true}}` (lists of tools are not read yet)"
    )
  }
  const title = yaml.text(root, "name")
  if (title === undefined) throw yaml.wrong(root, "name", "a name")
  const goal = yaml.text(root, "goal")
  const tools = yaml.mapping(root, "tools")
  const policies = yaml.mapping(root, "policies")
  const fs = tools === undefined ? undefined : yaml.mapping(tools, "fs")
  const context = policies === undefined ? undefined : yaml.mapping(policies, "context")
  const secrets = policies === undefined ? undefined : yaml.mapping(policies, "secrets")
  const tokens = context === undefined ? undefined : yaml.count(context, "max_tokens")
  const read = fs === undefined ? undefined : yaml.boolOrTexts(fs, "read")
  const write = fs === undefined ? undefined : yaml.boolOrTexts(fs, "write")
  const criteria = yaml.texts(root, "success_criteria") ?? []
  const extra = Object.fromEntries(
    yaml
      .keys(root)
      .filter((key) => !known.includes(key))
      .map((key) => [key, yaml.plain(root, key)])
  )
  if (tools !== undefined) yaml.warnUnknown(tools, ["mcp", "fs", "net", "shell"])
  if (fs !== undefined) yaml.warnUnknown(fs, ["read", "write"])
  if (policies !== undefined) yaml.warnUnknown(policies, ["context", "secrets", "shell", "net"])
  if (context !== undefined) yaml.warnUnknown(context, ["max_tokens", "retention"])
  if (secrets !== undefined) yaml.warnUnknown(secrets, ["redact"])
  const retention =
    context === undefined ? undefined : yaml.oneOf(context, "retention", ["job", "session", "permanent"])
  const description = yaml.text(root, "description")
  const model = yaml.text(root, "model")
  const definition = new AgentDefinition({
    name: checkedName(yaml, agentName(title)),
    description: description ?? goal ?? "",
    ...(goal === undefined ? {} : { goal }),
    instructions: [
      goal ?? "",
      ...(Object.keys(extra).length === 0 ? [] : [`More about this role:\n${JSON.stringify(extra, null, 1)}`])
    ]
      .filter((part) => part !== "")
      .join("\n\n"),
    ...(model === undefined ? {} : { model }),
    tools: (tools === undefined ? undefined : yaml.texts(tools, "mcp")) ?? readingTools,
    permissions: {
      read: granted(read, ["**"]),
      write: granted(write, []),
      net: [...listOr(yaml, tools, "net", "allow"), ...listOr(yaml, policies, "net", "allow")],
      exec: [...listOr(yaml, tools, "shell", "exec"), ...listOr(yaml, policies, "shell", "exec")]
    },
    limits: new Limits({ tokens: tokens ?? defaultAgentTokens }),
    isolation: "none",
    retention: retention ?? "session",
    redactSecrets: (secrets === undefined ? undefined : yaml.bool(secrets, "redact")) ?? true,
    successCriteria: criteria,
    checks: [],
    artifacts: yaml.texts(root, "artifacts") ?? [],
    extra
  })
  return { definition, warnings: yaml.warnings }
}

// internal

const known = ["name", "description", "goal", "model", "tools", "policies", "success_criteria", "artifacts"]

/** `true` is the whole workspace, `false` nothing, absent the default. */
const granted = (
  value: boolean | ReadonlyArray<string> | undefined,
  otherwise: ReadonlyArray<string>
): ReadonlyArray<string> => (value === undefined ? otherwise : value === true ? ["**"] : value === false ? [] : value)

/** `net: [a]` or `net: {allow: [a]}`; `none` in a list grants nothing. */
const listOr = (yaml: YamlFile, fields: Fields | undefined, key: string, inner: string): ReadonlyArray<string> => {
  if (fields === undefined) return []
  const mapping = yaml.isMapping(fields, key) ? yaml.mapping(fields, key) : undefined
  if (mapping !== undefined) yaml.warnUnknown(mapping, [inner])
  const list = mapping === undefined ? yaml.texts(fields, key) : yaml.texts(mapping, inner)
  return (list ?? []).filter((entry) => entry !== "none")
}
