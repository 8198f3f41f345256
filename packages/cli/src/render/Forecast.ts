/**
 * What a run would do, for people and as data. Pure.
 */
import type { Forecast, Priced } from "@deputize/core/runtime/Forecast"
import { foldBeside } from "./Facts.ts"
import { count, dollars } from "./Figures.ts"
import type { Style } from "./Style.ts"
import { table } from "./Table.ts"
import { foldTo, oneLine } from "./Width.ts"

/** `team`: who may start others, and how many; null where none may. */
export const forecastText = ({ agents, ceiling }: Forecast, team: string | null, style: Style): string => {
  const rows = agents.map((agent) => [
    agent.path.slice("/root/".length),
    oneLine(agent.goal),
    agent.model,
    count(agent.promptTokens),
    priced(agent.floor),
    priced(agent.ceiling)
  ])
  const notes = agents.flatMap((agent) => [
    ...foldTo(`${agent.path.slice("/root/".length)}: tools ${agent.tools.join(", ") || "none"}`, style.columns),
    ...(agent.contextFiles.length === 0
      ? []
      : below(`reads ${agent.contextFiles.map(oneLine).join(", ")} first`, style)),
    ...(agent.unavailable.length === 0
      ? []
      : below(`not available in this version: ${agent.unavailable.map(oneLine).join(", ")}`, style))
  ])
  return [
    ...table(
      [
        { title: "AGENT", keeps: 12 },
        { title: "GOAL", keeps: 12, dispensable: 2 },
        { title: "MODEL", keeps: 8, dispensable: 3 },
        { title: "PROMPT", right: true, dispensable: 4 },
        { title: "AT LEAST", right: true, dispensable: 1 },
        { title: "AT MOST", right: true }
      ],
      rows,
      style
    ),
    "",
    ...notes,
    ...(team === null ? [] : foldTo(`${team}; what they use is a part of the above`, style.columns)),
    "",
    ...foldTo(`The whole run: at most ${priced(ceiling)}. Nothing was sent and nothing recorded.`, style.columns),
    ""
  ].join("\n")
}

export const forecastJson = ({ agents, ceiling }: Forecast) => ({
  schema_version: 1,
  agents: agents.map((agent) => ({
    path: agent.path,
    agent: agent.agent,
    goal: agent.goal,
    scope: agent.scope,
    model: agent.model,
    tools: agent.tools,
    unavailable: agent.unavailable,
    context_files: agent.contextFiles,
    prompt_tokens: agent.promptTokens,
    floor: pricedJson(agent.floor),
    ceiling: pricedJson(agent.ceiling)
  })),
  ceiling: pricedJson(ceiling)
})

// internal

/** Below a line, indented. */
const below = (text: string, style: Style): ReadonlyArray<string> =>
  foldBeside(text, 2, style.columns).map((line) => `  ${line}`)

const priced = ({ nanoUsd, tokens }: Priced): string =>
  [
    tokens === null ? "no limit in tokens" : `${count(tokens)} tokens`,
    ...(nanoUsd === null ? ["price unknown"] : nanoUsd === 0 ? [] : [dollars(nanoUsd)])
  ].join(", ")

const pricedJson = ({ nanoUsd, tokens }: Priced) => ({ tokens, usd: nanoUsd === null ? null : nanoUsd / 1e9 })
