/**
 * Markdown with front matter: `name, description, tools, model, permissionMode, isolation, maxTurns, mcpServers,
 * skills`; the body is the instruction.
 */
import { defaultAgentTokens, Limits } from "../../domain/Limits.ts"
import { AgentDefinition, readingTools } from "../AgentDefinition.ts"
import type { Parsed } from "../DefinitionError.ts"
import { DefinitionError } from "../DefinitionError.ts"
import { readFrontMatter } from "./FrontMatter.ts"
import { namesOf, pathProblem, toolProblem, urlProblem } from "./Shared.ts"
import { type ToolRights, toolName, toolRights, toolWords } from "./ToolRights.ts"
import type { YamlFile } from "./YamlFile.ts"

/** Reads a definition; throws DefinitionError. */
export const parse = (file: string, text: string): Parsed<AgentDefinition> => {
  const { body, bodyLine, yaml } = readFrontMatter(file, text, known)
  const { root } = yaml
  yaml.warnUnknown(root, known)
  for (const key of unused) if (yaml.has(root, key)) yaml.warnAt(root, key, "not used yet")
  const names = namesOf(yaml)
  const instructions = body.trim()
  if (instructions === "") {
    throw new DefinitionError({
      file,
      line: bodyLine,
      column: 1,
      field: "",
      problem: "there is no instruction below the front matter",
      fix: "Write what the agent is to do."
    })
  }
  const { tools, ...permissions } = rightsOf(yaml) ?? { tools: readingTools, ...readingRights }
  const [turns, model] = [yaml.count(root, "maxTurns"), yaml.text(root, "model")]
  const definition = new AgentDefinition({
    ...names,
    description: yaml.text(root, "description") ?? "",
    instructions,
    ...(model === undefined ? {} : { model }),
    tools,
    permissions,
    limits: new Limits({ tokens: defaultAgentTokens, ...(turns === undefined ? {} : { turns }) }),
    isolation: yaml.oneOf(root, "isolation", ["none", "worktree"]) ?? "none",
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

const readingRights = { read: ["**"], write: [], net: [], exec: [] }

/** What the tools grant, with a warning at each that is of no use; undefined without a list of tools. */
const rightsOf = (yaml: YamlFile): ToolRights | undefined => {
  const entries = yaml.entries(yaml.root, "tools")
  if (entries === undefined) return undefined
  const words = entries.flatMap(({ field, offset, text }) => {
    const found = toolWords(text)
    if (found === undefined) {
      throw yaml.error(offset, field, "a parenthesis has no partner", "Close it, as in `Bash(npm test)`.")
    }
    return found.map((word) => ({ text: word, field, offset }))
  })
  for (const { field, offset, text } of words) {
    const { net, read, write } = toolRights([text])
    const name = toolName(text)
    yaml.checked([{ text: name, field, offset }], toolProblem)
    for (const rule of [...read, ...write]) yaml.checked([{ text: rule, field, offset }], pathProblem)
    for (const rule of net) yaml.checked([{ text: rule, field, offset }], urlProblem)
  }
  return toolRights(words.map((word) => word.text))
}
