/**
 * Agents for people and for programs. Pure.
 */

import { AgentDefinition } from "@deputize/core/definition/AgentDefinition"
import type { Found, Listed } from "@deputize/core/definition/AgentLoader"
import * as Schema from "effect/Schema"
import { count, duration } from "./Figures.ts"
import type { Style } from "./Style.ts"
import { table } from "./Table.ts"
import { cutTo, oneLine, visible } from "./Width.ts"

/** The stable shape of `agents list --json`. */
export const agentListJson = (listed: ReadonlyArray<Listed>) => ({
  agents: listed.map(({ description, error, format, name, shadowed, source, warnings }) => ({
    name,
    source,
    format,
    description,
    shadowed,
    warnings,
    error
  }))
})

export const agentListText = (listed: ReadonlyArray<Listed>, style: Style): string => {
  const rows = table(
    [{ title: "NAME" }, { title: "SOURCE" }, { title: "FORMAT" }, { title: "DESCRIPTION" }],
    listed.map((agent) => [
      oneLine(agent.name),
      `${oneLine(agent.source)}${agent.shadowed ? " (shadowed)" : ""}`,
      agent.format,
      agent.error === null
        ? cutTo(oneLine(agent.description), 72, style.marks.more)
        : `${style.marks.failed} cannot be read`
    ])
  )
  const remarks = listed.flatMap((agent) => [...(agent.error === null ? [] : [agent.error]), ...agent.warnings])
  return `${[...rows, ...(remarks.length === 0 ? [] : ["", ...remarks.map(visible)])].join("\n")}\n`
}

export const agentJson = ({ definition, format, source, warnings }: Found) => ({
  ...Schema.encodeSync(AgentDefinition)(definition),
  source,
  format,
  warnings
})

export const agentText = ({ definition, format, source, warnings }: Found, style: Style): string => {
  const { limits, permissions } = definition
  const rows: ReadonlyArray<readonly [string, ReadonlyArray<string>]> = [
    ["source", [`${source} (${format})`]],
    ["about", [definition.description]],
    ["goal", definition.goal === undefined ? [] : [definition.goal]],
    ["model", definition.model === undefined ? [] : [definition.model]],
    ["tools", [list(definition.tools)]],
    ["read", [list(permissions.read)]],
    ["write", [list(permissions.write)]],
    ["net", [list(permissions.net)]],
    ["exec", [list(permissions.exec)]],
    ["limits", [limitsText(limits)]],
    ["artifacts", definition.artifacts.length === 0 ? [] : [list(definition.artifacts)]],
    ["success", definition.successCriteria],
    ["checks", definition.checks],
    ["warnings", warnings]
  ]
  const facts = rows.flatMap(([name, values]) =>
    values.map((value, index) => `${style.paint("dim", (index === 0 ? name : "").padEnd(11))}${oneLine(value)}`)
  )
  return `${style.paint("bold", oneLine(definition.name))}\n${facts.join("\n")}\n\n${visible(definition.instructions).trim()}\n`
}

// internal

const list = (values: ReadonlyArray<string>): string => (values.length === 0 ? "none" : values.join(", "))

const limitsText = ({ tokens, toolCalls, turns, wallMs }: AgentDefinition["limits"]): string =>
  list([
    ...(tokens === undefined ? [] : [`${count(tokens)} tokens`]),
    ...(wallMs === undefined ? [] : [duration(wallMs)]),
    ...(turns === undefined ? [] : [`${turns} turns`]),
    ...(toolCalls === undefined ? [] : [`${toolCalls} tool calls`])
  ])
