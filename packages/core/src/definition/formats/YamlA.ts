/**
 * Variant A: a YAML mapping with `name, goal, tools{mcp, fs, net, shell}, policies{context, secrets, shell, net},
 * success_criteria, artifacts`, and free keys that are passed to the model.
 *
 * A file of another shape is refused, not read in part: a right or a limit that it has elsewhere would be lost.
 */
import { defaultAgentTokens, Limits } from "../../domain/Limits.ts"
import { AgentDefinition, readingTools, writingTools } from "../AgentDefinition.ts"
import type { Parsed } from "../DefinitionError.ts"
import { namesOf, pathProblem, shapesRead, toolProblem, urlProblem } from "./Shared.ts"
import { type Entry, type Fields, YamlFile } from "./YamlFile.ts"

/** Reads a definition; throws DefinitionError. */
export const parse = (file: string, text: string): Parsed<AgentDefinition> => {
  const yaml = new YamlFile(file, text)
  const { root } = yaml
  refuseOtherShapes(yaml)
  const names = namesOf(yaml)
  if (known.every((key) => key === "name" || !yaml.has(root, key))) {
    throw yaml.error(0, "", `this is no agent definition; ${shapesRead}`, "Give it at least a name and a goal.")
  }
  const [goal, model] = [yaml.text(root, "goal"), yaml.text(root, "model")]
  const tools = section(yaml, root, "tools", ["mcp", "fs", "net", "shell"])
  const fs = section(yaml, tools, "fs", ["read", "write"])
  const policies = section(yaml, root, "policies", ["context", "secrets", "shell", "net"])
  const context = section(yaml, policies, "context", ["max_tokens", "retention"])
  const secrets = section(yaml, policies, "secrets", ["redact"])
  const extra = yaml.others(root, known)
  const toolNames = tools && yaml.entries(tools, "mcp")
  // Whoever may read gets the tools to read with, whatever else is listed; the same for writing.
  const read = fileRules(yaml, fs, "read") ?? ["**"]
  const write = fileRules(yaml, fs, "write") ?? []
  const artifacts = yaml.checked(yaml.entries(root, "artifacts") ?? [], pathProblem)
  const definition = new AgentDefinition({
    ...names,
    description: yaml.text(root, "description") ?? goal ?? "",
    ...(goal === undefined ? {} : { goal }),
    instructions: instructionsOf(goal, extra),
    ...(model === undefined ? {} : { model }),
    tools: [
      ...new Set([
        ...yaml.checked(toolNames ?? [], toolProblem),
        ...(read.length > 0 ? readingTools : []),
        ...(write.length > 0 ? writingTools : artifacts.length > 0 ? ["write_file", "edit"] : [])
      ])
    ],
    permissions: {
      read,
      write,
      net: yaml.checked(rules(yaml, [tools, policies], "net", "allow"), urlProblem),
      exec: rules(yaml, [tools, policies], "shell", "exec").map((entry) => entry.text)
    },
    limits: new Limits({ tokens: (context && yaml.count(context, "max_tokens")) ?? defaultAgentTokens }),
    isolation: "none",
    retention: (context && yaml.oneOf(context, "retention", ["job", "session", "permanent"])) ?? "session",
    redactSecrets: (secrets && yaml.bool(secrets, "redact")) ?? true,
    successCriteria: yaml.texts(root, "success_criteria") ?? [],
    checks: [],
    artifacts,
    extra
  })
  return { definition, warnings: yaml.warnings.toSorted((a, b) => a.line - b.line || a.column - b.column) }
}

// internal

const known = ["name", "description", "goal", "model", "tools", "policies", "success_criteria", "artifacts"]

/** Keys that carry rights, limits or instructions in other shapes. */
const foreign = ["permissions", "max_tokens", "timeout_seconds", "developer_instructions"]

const refuseOtherShapes = (yaml: YamlFile): void => {
  const { root } = yaml
  const refuse = (fields: Fields, key: string, what: string) => {
    throw yaml.errorAt(
      fields,
      key,
      `${what} of a shape that is not read yet; ${shapesRead}`,
      "Use one of these shapes."
    )
  }
  if (yaml.isList(root, "tools")) refuse(root, "tools", "a list is")
  for (const key of foreign) if (yaml.has(root, key)) refuse(root, key, "is")
  const policies = yaml.mapping(root, "policies")
  if (policies !== undefined && yaml.has(policies, "permissions")) refuse(policies, "permissions", "is")
}

/** The mapping at `key`, with a warning for each key of it that is not known. */
const section = (
  yaml: YamlFile,
  fields: Fields | undefined,
  key: string,
  keys: ReadonlyArray<string>
): Fields | undefined => {
  const found = fields && yaml.mapping(fields, key)
  if (found !== undefined) yaml.warnUnknown(found, keys)
  return found
}

/** `true` is the whole workspace, `false` nothing, absent the default. */
const fileRules = (yaml: YamlFile, fs: Fields | undefined, key: string): ReadonlyArray<string> | undefined => {
  const value = fs && yaml.boolOrEntries(fs, key)
  if (value === undefined) return undefined
  return typeof value === "boolean" ? (value ? ["**"] : []) : yaml.checked(value, pathProblem)
}

/**
 * What `tools` and `policies` grant together, each as `net: [a]` or `net: {allow: [a]}`. Where one of the two says
 * nothing is granted (`[]`, `[none]`), nothing is.
 */
const rules = (
  yaml: YamlFile,
  places: ReadonlyArray<Fields | undefined>,
  key: string,
  inner: string
): ReadonlyArray<Entry> => {
  const lists = places.flatMap((fields) => {
    if (fields === undefined) return []
    const mapping = yaml.isMapping(fields, key) ? section(yaml, fields, key, [inner]) : undefined
    const list = mapping === undefined ? yaml.entries(fields, key) : yaml.entries(mapping, inner)
    return list === undefined ? [] : [list.filter((entry) => entry.text !== "none")]
  })
  if (lists.some((list) => list.length === 0)) return []
  return [...new Map(lists.flat().map((entry) => [entry.text, entry])).values()]
}

const instructionsOf = (goal: string | undefined, extra: Record<string, unknown>): string => {
  const more = Object.keys(extra).length === 0 ? [] : [`More about this role:\n${JSON.stringify(extra, null, 1)}`]
  return [...(goal === undefined ? [] : [goal]), ...more].join("\n\n")
}
