/**
 * What a run would do, for people and as data. Pure.
 */
import type { Forecast, Priced } from "@deputize/core/runtime/Forecast"
import { count, dollars } from "./Figures.ts"
import type { Style } from "./Style.ts"
import { table } from "./Table.ts"
import { cutTo, oneLine } from "./Width.ts"

export const forecastText = ({ agents, ceiling }: Forecast, style: Style): string => {
  const rows = agents.map((agent) => [
    agent.path.slice("/root/".length),
    cutTo(oneLine(agent.goal), 36, style.marks.more),
    agent.model,
    count(agent.promptTokens),
    priced(agent.floor),
    priced(agent.ceiling)
  ])
  const notes = agents.flatMap((agent) => [
    `${agent.path.slice("/root/".length)}: tools ${agent.tools.join(", ") || "none"}`,
    ...(agent.contextFiles.length === 0 ? [] : [`  reads ${agent.contextFiles.map(oneLine).join(", ")} first`]),
    ...(agent.unavailable.length === 0
      ? []
      : [`  not available in this version: ${agent.unavailable.map(oneLine).join(", ")}`])
  ])
  return [
    ...table(
      [
        { title: "AGENT" },
        { title: "GOAL" },
        { title: "MODEL" },
        { title: "PROMPT", right: true },
        { title: "AT LEAST", right: true },
        { title: "AT MOST", right: true }
      ],
      rows
    ),
    "",
    ...notes,
    "",
    `The whole run: at most ${priced(ceiling)}. Nothing was sent and nothing recorded.`,
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

const priced = ({ nanoUsd, tokens }: Priced): string =>
  [
    tokens === null ? "no limit in tokens" : `${count(tokens)} tokens`,
    ...(nanoUsd === null ? ["price unknown"] : nanoUsd === 0 ? [] : [dollars(nanoUsd)])
  ].join(", ")

const pricedJson = ({ nanoUsd, tokens }: Priced) => ({ tokens, usd: nanoUsd === null ? null : nanoUsd / 1e9 })
