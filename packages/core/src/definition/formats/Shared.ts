/**
 * What the formats have in common: the check of names, and what is remarked of lists of rules.
 */
import * as Schema from "effect/Schema"
import * as PathRule from "../../policy/PathRule.ts"
import * as UrlRule from "../../policy/UrlRule.ts"
import { toolbox } from "../../tool/Toolbox.ts"
import { AgentName, agentName } from "../AgentDefinition.ts"
import type { YamlFile } from "./YamlFile.ts"

/** As the end of an error about anything else. */
export const shapesRead =
  "read are YAML with name, goal, tools {mcp, fs, net, shell} and policies {context, secrets, net, shell}, and Markdown with front matter"

/**
 * The name by which the agent is addressed, and the name in the file where that is another. Throws DefinitionError at
 * the `name` key.
 */
export const namesOf = (yaml: YamlFile): { readonly name: string; readonly title?: string } => {
  const title = yaml.text(yaml.root, "name")
  if (title === undefined) throw yaml.wrong(yaml.root, "name", "a name")
  // A separator or `..` is never meant as a hyphen.
  const name = /\.\./.test(title) ? "" : agentName(title)
  if (!isName(name)) {
    throw yaml.wrong(yaml.root, "name", "a name of letters, digits and hyphens, such as code-reviewer")
  }
  return name === title ? { name } : { name, title }
}

/** Nothing of this version provides the tool: a remark, since the agent may do without. */
export const toolProblem = (name: string): string | undefined =>
  toolbox([name]).missing.length === 0 ? undefined : "is a tool that nothing here provides; the agent goes without it"

/** Why a rule will never cover anything. */
export const pathProblem = (rule: string): string | undefined => idle(PathRule.problem(rule))
export const urlProblem = (rule: string): string | undefined => idle(UrlRule.problem(rule))

// internal

const isName = Schema.is(AgentName)

const idle = (problem: string | undefined): string | undefined =>
  problem === undefined ? undefined : `${problem}, and grants nothing`
