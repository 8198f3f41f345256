/**
 * What the formats have in common: names, sections, what is remarked of lists of rules, and the keys that no format may
 * pass over.
 */
import type { Fields, Item } from "../../document/Fields.ts"
import { nearestNames } from "../../domain/NearestNames.ts"
import * as CommandRule from "../../policy/CommandRule.ts"
import * as PathRule from "../../policy/PathRule.ts"
import * as UrlRule from "../../policy/UrlRule.ts"
import { isProvided } from "../../tool/ToolNames.ts"
import type { Permissions } from "../AgentDefinition.ts"
import { agentName, isAgentName } from "../AgentName.ts"
import { readingTools, writingTools } from "../UsualTools.ts"
import { type ToolWord, toolWord } from "./ToolRights.ts"

/** The name by which the agent is addressed, and the name in the file where that is another. */
export const namesOf = (fields: Fields): { readonly name: string; readonly title?: string } => {
  const title = fields.text("name")
  // A separator or `..` is never meant as a hyphen.
  const name = title === undefined || /\.\./.test(title) ? "" : agentName(title)
  if (!isAgentName(name)) {
    fields.wrong(
      "name",
      title === undefined ? "a name" : "a name of letters, digits and hyphens, such as code-reviewer"
    )
    return { name: "unnamed" }
  }
  return name === title || title === undefined ? { name } : { name, title }
}

/** The mapping at `key`, with a remark on each key of it that is not known. */
export const section = (fields: Fields | undefined, key: string, known: ReadonlyArray<string>): Fields | undefined => {
  const found = fields?.mapping(key)
  found?.warnUnknown(known)
  return found
}

/**
 * A key that carries rights, limits or instructions in another format would be lost with all that it says, so it is
 * refused: what is wrong with the file must not go unsaid.
 */
export const refuseForeign = (fields: Fields, format: string, known: ReadonlyArray<string>): void => {
  for (const key of carrying) {
    if (!known.includes(key) && fields.has(key)) {
      const fix = `Write all of the file in one format; this one takes ${known.join(", ")}.`
      fields.wrongAt(key, `belongs to another format than the rest, which is ${format}`, fix)
    }
  }
}

/** Free keys are passed to the model; one that is nearly a known key was hardly meant as one. */
export const freeKeys = (fields: Fields, known: ReadonlyArray<string>): Record<string, unknown> => {
  const extra = fields.others([...known, ...carrying])
  const meant = [...new Set([...known, ...carrying])]
  for (const key of Object.keys(extra)) {
    const near =
      key.length > 3 ? nearestNames(key, meant).find((each) => Math.abs(each.length - key.length) < 2) : undefined
    if (near !== undefined) fields.warnAt(key, `is passed to the model as it stands; did you mean ${near}?`)
  }
  return extra
}

/** The tools that a list names, with a remark on each that nothing here provides. */
export const wordsIn = (fields: Fields, items: ReadonlyArray<Item>): ReadonlyArray<ToolWord> =>
  items.map((item) => {
    const word = toolWord(item.text)
    if (word.tool !== undefined) fields.checked([{ ...item, text: word.tool }], toolProblem)
    return word
  })

/** The tools of an agent whose rights are written apart from them: for what it may do, it gets the tools. */
export const toolsFor = (
  listed: ReadonlyArray<string>,
  { exec, net, read, write }: Permissions,
  artifacts: ReadonlyArray<string>
): ReadonlyArray<string> => [
  ...new Set([
    ...listed,
    ...(read.length > 0 ? readingTools : []),
    ...(write.length > 0 ? writingTools : artifacts.length > 0 ? ["write_file", "edit"] : []),
    ...(exec.length > 0 ? ["shell"] : []),
    ...(net.length > 0 ? ["fetch"] : [])
  ])
]

/** `true` is the whole workspace, `false` nothing. */
export const pathRules = (fields: Fields, rules: boolean | ReadonlyArray<Item>): ReadonlyArray<string> =>
  typeof rules === "boolean" ? (rules ? ["**"] : []) : fields.checked(rules, pathProblem)

/** Nothing of this version provides the tool: a remark, since the agent may do without. Servers are known to runs only. */
export const toolProblem = (name: string): string | undefined =>
  name.includes("__") || isProvided(name)
    ? undefined
    : "is a tool that nothing here provides; the agent goes without it"

/** Why a rule will never cover anything. */
export const pathProblem = (rule: string): string | undefined => idle(PathRule.problem(rule))
export const urlProblem = (rule: string): string | undefined => idle(UrlRule.problem(rule))
/** Why it will hardly cover what it seems to. */
export const commandProblem = (rule: string): string | undefined => CommandRule.commandProblem(rule)

// internal

/** Keys of any format that carry rights or limits, or all of the instruction. */
const carrying = [
  "tools",
  "disallowedTools",
  "permissions",
  "permissionMode",
  "policies",
  "max_tokens",
  "timeout_seconds",
  "limits",
  "maxTurns",
  "developer_instructions",
  "sandbox_mode",
  "sandbox_workspace_write"
]

const idle = (problem: string | undefined): string | undefined =>
  problem === undefined ? undefined : `${problem}, and grants nothing`
