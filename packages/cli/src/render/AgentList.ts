/**
 * The list of agents for people and for programs. Pure, and apart from what shows one agent: a listing starts quickly.
 */

import type { Listed } from "@deputize/core/definition/AgentLoader"
import type { Style } from "./Style.ts"
import { table } from "./Table.ts"
import { foldTo, oneLine, visible } from "./Width.ts"

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
    [
      { title: "NAME", keeps: 16 },
      { title: "SOURCE", keeps: 12, dispensable: 2 },
      { title: "FORMAT", dispensable: 1 },
      { title: "DESCRIPTION", keeps: 12 }
    ],
    listed.map((agent) => [
      oneLine(agent.name),
      `${oneLine(agent.source)}${agent.shadowed ? " (shadowed)" : ""}`,
      agent.format,
      agent.error === null ? oneLine(agent.description) : `${style.marks.failed} cannot be read`
    ]),
    style
  )
  const remarks = listed.flatMap((agent) => [...(agent.error === null ? [] : [agent.error]), ...agent.warnings])
  return `${[...rows, ...(remarks.length === 0 ? [] : ["", ...remarks.flatMap((remark) => foldTo(visible(remark), style.columns))])].join("\n")}\n`
}
