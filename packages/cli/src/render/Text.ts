/**
 * A run's result for people. Pure: results to text; golden files hold every line of it.
 */
import type { AgentResult } from "@deputize/core/agent/AgentResult"
import type { RunResult } from "@deputize/core/runtime/RunResult"
import { askedAgents } from "./Asked.ts"
import { factLines } from "./Facts.ts"
import { count, duration, percent, plural, tokens } from "./Figures.ts"
import { mergeLines, unmergedLines } from "./MergeLines.ts"
import { countText, startedBy, startedLines } from "./StartedAgents.ts"
import type { Style } from "./Style.ts"
import { table } from "./Table.ts"
import { cutTo, foldTo, oneLine, visible } from "./Width.ts"

/** What is known before the first agent starts. */
export interface RunHeader {
  readonly run: string
  readonly workspace: string
  /** The provider with what it is and why it was chosen, a line each. */
  readonly provider: ReadonlyArray<string>
  readonly budget: string
  /** Who may start other agents, and how many; null where none may. */
  readonly team: string | null
  /** The file that the record of the run is kept in. */
  readonly record: string
}

export const headerText = (header: RunHeader, style: Style): string =>
  lines([
    ...fact(style, "run", [header.run]),
    ...fact(style, "workspace", [header.workspace]),
    ...fact(style, "provider", header.provider),
    ...fact(style, "budget", [header.budget]),
    ...fact(style, "team", header.team === null ? [] : [header.team]),
    ...fact(style, "record", [header.record])
  ])

/** The answer of a single agent, as it goes to standard output. */
export const answerText = (result: RunResult): string => askedAgents(result).map(answerOf).join("")

/** What became of a single agent: its result line, what went wrong, where the result and the record are. */
export const summaryText = (result: RunResult, out: string | undefined, style: Style): string =>
  lines([
    ...askedAgents(result).flatMap((agent) => [
      ...resultLines(agent, style),
      ...startedLines(startedBy(agent.path, result.agents), style)
    ]),
    ...fact(
      style,
      "tokens",
      askedAgents(result).length === result.agents.length
        ? []
        : [`${wholeTokens(result)}, with those that were started`]
    ),
    ...fact(style, "merged", mergeLines(result)),
    ...modeFact(result, style),
    ...(out === undefined ? [] : fact(style, "written", [out])),
    ...fact(style, "record", [`run ${result.run}, head ${result.head}`]),
    ...goesOn(result, style)
  ])

/** What went wrong, for who asked to be told nothing else. */
export const errorsText = (result: RunResult): string =>
  lines([
    ...askedAgents(result).flatMap(({ error, path }) =>
      error === null ? [] : [`${oneLine(path.slice("/root/".length))}: ${errorLines(error).join("\n")}`]
    ),
    ...unmergedLines(result)
  ])

/** A run of several agents: a block for each in the order asked, then the whole. */
export const reportText = (result: RunResult, out: string | undefined, style: Style): string => {
  const agents = askedAgents(result)
  const blocks = agents.map((agent, index) =>
    blockText(agent, startedBy(agent.path, result.agents), `${index + 1}/${agents.length}`, style)
  )
  return [...blocks, wholeText(result, agents, out, style)].join("\n")
}

// internal

const lines = (parts: ReadonlyArray<string>): string => (parts.length === 0 ? "" : `${parts.join("\n")}\n`)

const fact = (style: Style, name: string, values: ReadonlyArray<string>): ReadonlyArray<string> =>
  factLines([[name, values]], factColumns, style)

const factColumns = 11

/** Said in every output, so that evidence is never taken for a judgement. */
const modeFact = ({ mode }: RunResult, style: Style): ReadonlyArray<string> =>
  mode === "model" ? [] : fact(style, "mode", [`${mode}: no language model took part`])

/** How to go on with what was not completed; what it lacks is added. */
const goesOn = (result: RunResult, style: Style): ReadonlyArray<string> => {
  if (result.status === "completed") return []
  const more = result.agents.flatMap(({ error }) => moreFor(error)).at(0) ?? ""
  return fact(style, "go on", [`deputize resume ${result.run}${more}`])
}

const moreFor = (error: AgentResult["error"]): ReadonlyArray<string> => {
  if (error?.tag === "TurnLimitReached") return [" --max-turns 120"]
  if (error?.tag !== "BudgetExceeded") return []
  const { unit } = error
  return [unit === "calls" ? " --budget +30calls" : unit === "nanoUsd" ? " --budget +1usd" : " --budget +20k"]
}

const wholeTokens = ({ budget: { tokens } }: RunResult): string =>
  tokens.limit === null
    ? count(tokens.used)
    : `${count(tokens.used)} / ${count(tokens.limit)} (${percent(tokens.used, tokens.limit)})`

const answerOf = ({ answer }: AgentResult): string => (answer === "" ? "" : `${visible(answer).trimEnd()}\n`)

const blockText = (agent: AgentResult, started: ReadonlyArray<AgentResult>, place: string, style: Style): string =>
  [
    `${style.paint("bold", `[${place}] ${agent.path.slice("/root/".length)}`)}\n`,
    lines([
      ...fact(style, "goal", [oneLine(agent.goal)]),
      ...fact(style, "scope", [agent.scope.length === 0 ? "the whole workspace" : agent.scope.join(", ")]),
      ...fact(style, "budget", [agent.tokens === null ? "no limit of its own" : `${count(agent.tokens)} tokens`])
    ]),
    agent.answer === "" ? "" : `\n${answerOf(agent)}`,
    `\n${lines(resultLines(agent, style))}`,
    started.length === 0 ? "" : `\n${lines(startedLines(started, style))}`
  ].join("")

/** Status, seconds, tokens, turns, tool calls and artifacts on one line; the error below it. */
const resultLines = (agent: AgentResult, style: Style): ReadonlyArray<string> => {
  const facts = [
    statusText(agent, style),
    `${duration(agent.durationMs)}${agent.waitedMs === 0 ? "" : `, ${duration(agent.waitedMs)} of it waiting`}`,
    tokens(agent.tokensCharged, agent.tokens),
    plural(agent.turns, "turn"),
    plural(agent.toolCalls, "tool call"),
    agent.artifacts.length === 0 ? "no artifacts" : agent.artifacts.map(oneLine).join(", ")
  ]
  const { error } = agent
  return [
    ...foldTo(facts.join(` ${style.marks.separator} `), style.columns),
    ...(error === null ? [] : errorLines(error).map((line, index) => (index === 0 ? `  ${line}` : line)))
  ]
}

/** What happened, and below it, indented, what to do next. */
const errorLines = ({ hint, message }: NonNullable<AgentResult["error"]>): ReadonlyArray<string> => [
  oneLine(message),
  ...(hint === "" ? [] : [`  ${oneLine(hint)}`])
]

const statusText = ({ status, verified }: AgentResult, style: Style): string => {
  const name = status === "timed_out" ? "timed out" : status
  switch (status) {
    case "completed":
      return style.paint("green", `${style.marks.done} ${name}${verified ? ", verified" : ""}`)
    case "failed":
      return style.paint("red", `${style.marks.failed} ${name}`)
    case "paused":
    case "timed_out":
    case "cancelled":
      return style.paint("yellow", `${style.marks.stopped} ${name}`)
  }
}

const wholeText = (
  result: RunResult,
  agents: ReadonlyArray<AgentResult>,
  out: string | undefined,
  style: Style
): string => {
  const succeeded = agents.filter((agent) => agent.status === "completed").length
  const files = [...new Set(result.agents.flatMap((agent) => agent.artifacts.map(oneLine)))]
  const started = result.agents.filter((agent) => !agents.includes(agent))
  const factor = `${result.speedup.toFixed(2)}${style.marks.times}`
  return lines([
    style.paint("bold", "The whole run"),
    "",
    ...overview(agents, style),
    "",
    ...fact(style, "time", [
      `${duration(result.wallMs)} by the clock, ${duration(result.sequentialMs)} as the sum of the parts: ${factor}`
    ]),
    ...fact(style, "tokens", [wholeTokens(result)]),
    ...fact(style, "succeeded", [`${succeeded}/${agents.length} (${percent(succeeded, agents.length)})`]),
    ...fact(style, "started", started.length === 0 ? [] : [countText(started)]),
    ...fact(style, "files", files.length === 0 ? ["none"] : files),
    ...fact(style, "merged", mergeLines(result)),
    ...modeFact(result, style),
    ...(out === undefined ? [] : fact(style, "written", [out])),
    ...fact(style, "record", [`run ${result.run}, head ${result.head}`]),
    ...goesOn(result, style)
  ])
}

const overview = (agents: ReadonlyArray<AgentResult>, style: Style): ReadonlyArray<string> =>
  table(
    [
      { title: "AGENT", keeps: 12 },
      // Whole above, in the agent's block.
      { title: "GOAL", keeps: 12, dispensable: 3 },
      { title: "STATUS" },
      { title: "TIME", right: true, dispensable: 2 },
      { title: "TOKENS", right: true, dispensable: 1 }
    ],
    agents.map((agent) => [
      agent.path.slice("/root/".length),
      cutTo(oneLine(agent.goal), 36, style.marks.more),
      agent.status === "timed_out" ? "timed out" : agent.status,
      duration(agent.durationMs),
      count(agent.tokensCharged)
    ]),
    style
  )
