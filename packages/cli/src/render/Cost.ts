/**
 * What runs have used and what that cost, by agent, by model and in all, for people and as data. Pure.
 */
import { count, dollars, plural } from "./Figures.ts"
import type { Style } from "./Style.ts"
import { type Column, table } from "./Table.ts"
import { oneLine } from "./Width.ts"

export interface Amounts {
  readonly requests: number
  readonly input: number
  readonly cached: number
  readonly output: number
  readonly reasoning: number
  /** Tokens charged, `unknown` among them. */
  readonly charged: number
  readonly unknown: number
  /** Null where a price is not known. */
  readonly nanoUsd: number | null
}

export interface AgentCost {
  readonly path: string
  readonly agent: string
  readonly model: string
  readonly tally: Amounts
  /** Tokens held for a request whose end is not on record. */
  readonly inFlight: number
}

export interface RunCost {
  readonly run: string
  readonly state: string
  readonly startedAt: number
  readonly agents: ReadonlyArray<AgentCost>
  readonly tally: Amounts
}

export interface ModelCost {
  readonly model: string
  readonly tally: Amounts
}

/** One run: a line for each agent, one for each model where there are several, and the whole. */
export const runCostText = (run: RunCost, models: ReadonlyArray<ModelCost>, style: Style): string => {
  const agents = run.agents.map(({ model, path, tally }) => [
    oneLine(path.slice("/root/".length)),
    oneLine(model),
    ...figures(tally)
  ])
  const byModel = models.map(({ model, tally }) => ["", oneLine(model), ...figures(tally)])
  const total = ["total", "", ...figures(run.tally)]
  const lines = table(
    [{ title: "AGENT" }, { title: "MODEL" }, ...columns],
    models.length > 1 ? [...agents, ...byModel.map(named("by model")), total] : [...agents, total]
  )
  const head = `${style.paint("bold", run.run)} ${run.state.replace("_", " ")}, ${plural(run.agents.length, "agent")}`
  return text([head, "", ...lines, ...remarks([run])])
}

/** Many runs: a line for each, one for each model, and the whole. */
export const allCostText = (runs: ReadonlyArray<RunCost>, models: ReadonlyArray<ModelCost>, total: Amounts): string => {
  const rows = runs.map(({ run, state, tally }) => [run, state.replace("_", " "), ...figures(tally)])
  const byModel = models.map(({ model, tally }) => ["", oneLine(model), ...figures(tally)])
  return text([
    ...table(
      [{ title: "RUN" }, { title: "STATE, MODEL" }, ...columns],
      [...rows, ...byModel.map(named("by model")), ["total", plural(runs.length, "run"), ...figures(total)]]
    ),
    ...remarks(runs)
  ])
}

/** The stable shape of `cost --json`, for one run as for many. */
export const costJson = (runs: ReadonlyArray<RunCost>, models: ReadonlyArray<ModelCost>, total: Amounts) => ({
  schema_version: 1,
  runs: runs.map(({ agents, run, startedAt, state, tally }) => ({
    run,
    state,
    started_at: new Date(startedAt).toISOString(),
    agents: agents.map(({ agent, inFlight, model, path, tally }) => ({
      path,
      agent,
      model,
      usage: usageJson(tally),
      in_flight_tokens: inFlight
    })),
    usage: usageJson(tally)
  })),
  models: models.map(({ model, tally }) => ({ model, usage: usageJson(tally) })),
  usage: usageJson(total)
})

// internal

const columns: ReadonlyArray<Column> = [
  "REQUESTS",
  "INPUT",
  "CACHED",
  "OUTPUT",
  "REASONING",
  "UNKNOWN",
  "CHARGED",
  "USD"
].map((title) => ({ title, right: true }))

const figures = ({ cached, charged, input, nanoUsd, output, reasoning, requests, unknown }: Amounts) => [
  ...[requests, input, cached, output, reasoning, unknown, charged].map(count),
  nanoUsd === null ? "price unknown" : dollars(nanoUsd)
]

/** The first of several rows says what they are. */
const named =
  (title: string) =>
  (cells: ReadonlyArray<string>, index: number): ReadonlyArray<string> =>
    index === 0 ? [title, ...cells.slice(1)] : cells

const remarks = (runs: ReadonlyArray<RunCost>): ReadonlyArray<string> => {
  const unknown = runs.reduce((sum, { tally }) => sum + tally.unknown, 0)
  const held = runs.flatMap(({ agents, state }) =>
    state === "running" ? [] : agents.flatMap(({ inFlight }) => (inFlight > 0 ? [inFlight] : []))
  )
  const unpriced = [
    ...new Set(
      runs.flatMap(({ agents }) => agents.flatMap(({ model, tally }) => (tally.nanoUsd === null ? [model] : [])))
    )
  ]
  const lines = [
    ...(unknown === 0
      ? []
      : ["UNKNOWN is what was charged as reserved for requests whose usage the provider did not tell."]),
    ...(held.length === 0
      ? []
      : [
          `${plural(held.length, "request")} had no answer yet when the process was gone, and may cost up to ${count(held.reduce((sum, tokens) => sum + tokens, 0))} tokens more.`
        ]),
    ...(unpriced.length === 0
      ? []
      : [`No price is known for ${unpriced.map(oneLine).join(", ")}: set one as \`prices\` in config.yaml.`])
  ]
  return lines.length === 0 ? [] : ["", ...lines]
}

const usageJson = ({ cached, charged, input, nanoUsd, output, reasoning, requests, unknown }: Amounts) => ({
  requests,
  input_tokens: input,
  cached_tokens: cached,
  output_tokens: output,
  reasoning_tokens: reasoning,
  /** The part of `charged_tokens` that nobody told the usage of. */
  unknown_tokens: unknown,
  charged_tokens: charged,
  usd: nanoUsd === null ? null : nanoUsd / 1e9
})

const text = (lines: ReadonlyArray<string>): string => `${lines.join("\n")}\n`
