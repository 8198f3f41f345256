/**
 * Markdown with front matter: `name, description, tools, model, permissionMode, isolation, maxTurns, mcpServers,
 * skills`; the body is the instruction.
 *
 * Front matter that is no YAML (`description: … user: "x"` is common) is read again as `key: rest of line`.
 */
import { defaultAgentTokens, Limits } from "../../domain/Limits.ts"
import { canonicalName } from "../../tool/Toolbox.ts"
import { AgentDefinition, agentName } from "../AgentDefinition.ts"
import { DefinitionError, type Parsed } from "../DefinitionError.ts"
import { checkedName, readingTools } from "./Shared.ts"
import { YamlFile } from "./YamlFile.ts"

/** Reads a definition; throws DefinitionError. */
export const parse = (file: string, text: string): Parsed<AgentDefinition> => {
  const { body, front } = split(file, text)
  const yaml = readFront(file, front)
  const { root } = yaml
  yaml.warnUnknown(root, known)
  for (const key of unused) if (root.node.has(key)) yaml.warnAt(root, key, "not used yet")
  const title = yaml.text(root, "name")
  if (title === undefined) throw yaml.wrong(root, "name", "a name")
  if (body.trim() === "")
    throw yaml.error(
      front.length,
      "",
      "there is no instruction below the front matter",
      "Write what the agent is to do."
    )
  const tools = toolWords(yaml)
  const grants = tools === undefined ? undefined : rights(tools)
  const turns = yaml.count(root, "maxTurns")
  const model = yaml.text(root, "model")
  const isolation = yaml.oneOf(root, "isolation", ["none", "worktree"])
  const definition = new AgentDefinition({
    name: checkedName(yaml, agentName(title)),
    description: yaml.text(root, "description") ?? "",
    instructions: body.trim(),
    ...(model === undefined ? {} : { model }),
    tools: grants?.tools ?? readingTools,
    permissions: { read: ["**"], write: grants?.write ?? [], net: grants?.net ?? [], exec: grants?.exec ?? [] },
    limits: new Limits({ tokens: defaultAgentTokens, ...(turns === undefined ? {} : { turns }) }),
    isolation: isolation ?? "none",
    retention: "session",
    redactSecrets: true,
    successCriteria: [],
    checks: [],
    artifacts: [],
    extra: {}
  })
  return { definition, warnings: yaml.warnings }
}

// internal

const known = [
  "name",
  "description",
  "tools",
  "model",
  "permissionMode",
  "isolation",
  "maxTurns",
  "mcpServers",
  "skills",
  "color"
]
const unused = ["permissionMode", "mcpServers", "skills"]

const split = (file: string, text: string): { readonly front: string; readonly body: string } => {
  const match = /^---[ \t]*\r?\n([\s\S]*?)(?:^|\r?\n)---[ \t]*(?:\r?\n|$)([\s\S]*)$/.exec(text)
  if (match === null) {
    throw new DefinitionError({
      file,
      line: 1,
      column: 1,
      field: "",
      problem: text.startsWith("---") ? "the front matter has no end" : "the file does not begin with front matter",
      fix: "Begin with a line `---`, then `name: …` and `description: …`, then a line `---`."
    })
  }
  return { front: match[1] ?? "", body: match[2] ?? "" }
}

const readFront = (file: string, front: string): YamlFile => {
  try {
    return new YamlFile(file, front, 2)
  } catch (error) {
    const lines = front.split(/\r?\n/)
    const simple = lines.every((line) => /^\s*(#.*)?$|^[A-Za-z_][\w-]*:( |$)/.test(line))
    if (!(error instanceof DefinitionError) || !simple || front.trim() === "") throw error
    const keys = lines.flatMap((line) => /^([^:\s]+):/.exec(line)?.[1] ?? [])
    if (new Set(keys).size < keys.length) throw error
    const quoted = lines.map((line) =>
      line.replace(/^([^:#\s]+): +(.*\S)\s*$/, (_, key, rest) => `${key}: ${JSON.stringify(rest)}`)
    )
    const yaml = new YamlFile(file, quoted.join("\n"), 2)
    yaml.warnings.push({
      line: error.line,
      column: error.column,
      field: error.field,
      problem: `not valid YAML (${error.problem}); read as one value a line`
    })
    return yaml
  }
}

/** A list, or one text with commas outside parentheses. */
const toolWords = (yaml: YamlFile): ReadonlyArray<string> | undefined =>
  yaml
    .texts(yaml.root, "tools")
    ?.flatMap((entry) => entry.match(/[^,(]+(?:\([^)]*\))?/g) ?? [])
    .map((word) => word.trim())
    .filter((word) => word !== "")

const rights = (words: ReadonlyArray<string>) => {
  const granted = { tools: [] as string[], write: [] as string[], net: [] as string[], exec: [] as string[] }
  for (const word of words) {
    const [, name = word, inside] = /^([^(]+)\(([^)]*)\)$/.exec(word) ?? []
    const tool = canonicalName(name)
    if (!granted.tools.includes(tool)) granted.tools.push(tool)
    if (["write_file", "edit", "apply_patch", "delete_file"].includes(tool)) granted.write = ["**"]
    if (tool === "shell") granted.exec.push(inside?.replace(/:\*$/, "") ?? "*")
    if (tool === "fetch")
      granted.net.push(inside === undefined ? "https://*" : `https://${inside.replace(/^domain:/, "")}/*`)
  }
  return granted
}
