/**
 * One agent for people and for programs. Pure.
 */

import { AgentDefinition } from "@deputize/core/definition/AgentDefinition"
import type { Found } from "@deputize/core/definition/AgentLoader"
import { heldBy } from "@deputize/core/definition/Trust"
import * as Schema from "effect/Schema"
import { type Fact, factLines } from "./Facts.ts"
import { count, dollars, duration, plural } from "./Figures.ts"
import { rightsFacts } from "./RightsText.ts"
import type { Style } from "./Style.ts"
import { supervisionFacts } from "./SupervisionText.ts"
import { oneLine, visible } from "./Width.ts"

export const agentJson = ({ definition, format, source, warnings }: Found) => ({
  ...Schema.encodeSync(AgentDefinition)(definition),
  source,
  format,
  warnings
})

export const agentText = (found: Found, style: Style): string => {
  const { definition, format, source, warnings } = found
  const { effort, goal, model, skills } = definition
  const facts: ReadonlyArray<Fact> = [
    ["source", [`${source} (${format})`]],
    ["about", definition.description === "" ? [] : [oneLine(definition.description)]],
    ["goal", goal === undefined || goal === definition.description ? [] : [oneLine(goal)]],
    ["model", model === undefined ? [] : [`${model}${effort === undefined ? "" : `, effort ${effort}`}`]],
    ["tools", [list(definition.tools)]],
    ...rightsFacts(definition).map(([name, values]): Fact => [name, values.map(oneLine)]),
    ["skills", skills === undefined ? [] : [list(skills)]],
    ["limits", [limitsText(definition.limits)]],
    ...supervisionFacts(definition.supervision),
    ["isolation", isolationLines(definition)],
    ["success", definition.successCriteria.map(oneLine)],
    ["checks", definition.checks.map(oneLine)],
    ["trust", heldBy(found, definition, false).warnings.map(oneLine)],
    ["warnings", warnings]
  ]
  return [
    style.paint("bold", oneLine(definition.name)),
    ...factLines(facts, nameColumns, style),
    "",
    `${visible(definition.instructions).trim()}\n`
  ].join("\n")
}

// internal

/** The word, and what its tree is given. */
const isolationLines = ({ isolation, worktree }: AgentDefinition): ReadonlyArray<string> => {
  if (isolation === "none") return []
  const { copy = [], setup = [] } = worktree ?? {}
  return [
    isolation,
    ...(copy.length === 0 ? [] : [`copies ${list(copy)}`]),
    ...setup.map((command) => `set up by ${oneLine(command)}`)
  ]
}

const nameColumns = 11

const list = (values: ReadonlyArray<string>): string => (values.length === 0 ? "none" : values.map(oneLine).join(", "))

const limitsText = (limits: AgentDefinition["limits"]): string => {
  const { children, depth, nanoUsd, tokens, toolCalls, turns, wallMs } = limits
  return list([
    ...(tokens === undefined ? [] : [`${count(tokens)} tokens`]),
    ...(nanoUsd === undefined ? [] : [dollars(nanoUsd)]),
    ...(wallMs === undefined ? [] : [duration(wallMs)]),
    ...(turns === undefined ? [] : [plural(turns, "turn")]),
    ...(toolCalls === undefined ? [] : [plural(toolCalls, "tool call")]),
    ...(children === undefined ? [] : [`${plural(children, "agent")} that it starts`]),
    ...(depth === undefined ? [] : [`${plural(depth, "level")} below it`])
  ])
}
