/**
 * A generated definition as the text of a file: the keys of generated definitions, so that every reader of that format
 * has it. What the format has no key for stands where the same reader looks for it (`tools.fs.write`).
 */
import type { AgentDefinition } from "../definition/AgentDefinition.ts"
import { yamlText } from "../document/YamlText.ts"
import { needOf } from "../tool/ToolNames.ts"

/** `note` becomes a comment at the top, a line of it each. */
export const definitionYaml = (definition: AgentDefinition, note: string): string => {
  const { artifacts, goal, instructions, limits, name, permissions, successCriteria, tools } = definition
  const text = yamlText({
    name,
    goal: goal ?? instructions,
    ...(goal === undefined || instructions === goal ? {} : { instructions }),
    tools: {
      // Tools for commands and addresses come with the right to use them.
      mcp: tools.filter((tool) => !["exec", "net"].includes(needOf(tool) ?? "")),
      ...(permissions.write.length === 0 ? {} : { fs: { write: permissions.write } }),
      // Commands of this format take any further arguments by themselves.
      shell: permissions.exec.map((rule) => rule.replace(/\s+\*$/, ""))
    },
    policies: {
      ...(limits.tokens === undefined ? {} : { context: { max_tokens: limits.tokens } }),
      permissions: { filesystem: permissions.read, network: permissions.net }
    },
    success_criteria: successCriteria,
    artifacts
  })
  return `${commented(note)}${text}`
}

// internal

/** What has no glyph could end a comment early. */
const commented = (note: string): string =>
  note
    .split("\n")
    .map((line) => `# ${line.toWellFormed().replace(/[\p{C}\u2028\u2029]/gu, " ")}`.trimEnd())
    .map((line) => `${line}\n`)
    .join("")
