/**
 * What runs have used and what that cost, by agent, by model and in all, for people and as data. Pure.
 */

import { shortName } from "@deputize/core/domain/Ids"
import type { ReadRun } from "@deputize/core/history/Runs"
import { type Group, groupBy, sumOf, type Tally } from "@deputize/core/history/Tally"
import * as Schema from "effect/Schema"
import { count, plural } from "./Figures.ts"
import { RunStateJson } from "./RunList.ts"
import type { Style } from "./Style.ts"
import { table } from "./Table.ts"
import { UsageJson, usageCells, usageColumns, usageJson } from "./UsageColumns.ts"
import { foldTo, oneLine } from "./Width.ts"

/** What is told of a run here. */
export type RunCost = Pick<ReadRun, "run" | "state" | "startedAt" | "agents" | "tally">

/** One run: a line for each agent, below the one that started it, one for each model where there are several, the whole. */
export const runCostText = (run: RunCost, style: Style): string => {
  const agents = run.agents.map(({ depth, model, path, tally }) => [
    "  ".repeat(depth - 1) + oneLine(shortName(path)),
    oneLine(model),
    ...usageCells(tally)
  ])
  const lines = table(
    [{ title: "AGENT", keeps: 12 }, { title: "MODEL", keeps: 10 }, ...usageColumns],
    [...agents, ...modelRows([run]), ["total", "", ...usageCells(run.tally)]],
    style
  )
  const head = `${style.paint("bold", run.run)} ${run.state.replace("_", " ")}, ${plural(run.agents.length, "agent")}`
  return text([head, "", ...lines, ...remarks([run], style)])
}

/** Many runs: a line for each, one for each model where there are several, and the whole. */
export const allCostText = (runs: ReadonlyArray<RunCost>, style: Style): string => {
  const rows = runs.map(({ run, state, tally }) => [run, state.replace("_", " "), ...usageCells(tally)])
  const total = ["total", plural(runs.length, "run"), ...usageCells(totalOf(runs))]
  return text([
    ...table(
      [{ title: "RUN" }, { title: "STATE, MODEL", keeps: 10 }, ...usageColumns],
      [...rows, ...modelRows(runs), total],
      style
    ),
    ...remarks(runs, style)
  ])
}

/** The stable shape of `cost --json`, for one run as for many. */
export const CostJson = Schema.Struct({
  schema_version: Schema.Literal(1),
  runs: Schema.Array(
    Schema.Struct({
      run: Schema.String,
      state: RunStateJson,
      started_at: Schema.String.annotate({ description: "ISO 8601" }),
      agents: Schema.Array(
        Schema.Struct({
          path: Schema.String,
          agent: Schema.String,
          model: Schema.String,
          usage: UsageJson,
          in_flight_tokens: Schema.Finite.annotate({ description: "reserved for a request without an answer" })
        })
      ),
      usage: UsageJson
    })
  ),
  models: Schema.Array(Schema.Struct({ model: Schema.String, usage: UsageJson })),
  usage: UsageJson
})

export const costJson = (runs: ReadonlyArray<RunCost>): typeof CostJson.Type => ({
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
  models: byModel(runs).map(({ name, tally }) => ({ model: name, usage: usageJson(tally) })),
  usage: usageJson(totalOf(runs))
})

export const totalOf = (runs: ReadonlyArray<RunCost>): Tally => sumOf(runs.map(({ tally }) => tally))

export const byModel = (runs: ReadonlyArray<RunCost>): ReadonlyArray<Group> =>
  groupBy(
    runs.flatMap(({ agents }) => agents.flatMap(({ byModel }) => byModel)),
    ({ model }) => model
  )

/** What is not known about the figures, and why. */
export const remarks = (runs: ReadonlyArray<RunCost>, style: Style): ReadonlyArray<string> => {
  const { unknown } = totalOf(runs)
  const held = runs.flatMap(({ agents, state }) =>
    state === "running" ? [] : agents.flatMap(({ inFlight }) => (inFlight > 0 ? [inFlight] : []))
  )
  const unpriced = byModel(runs).flatMap(({ name, tally }) => (tally.nanoUsd === null ? [oneLine(name)] : []))
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
      : [`No price is known for ${unpriced.join(", ")}: set one as \`prices\` in config.yaml.`])
  ]
  return lines.length === 0 ? [] : ["", ...lines.flatMap((line) => foldTo(line, style.columns))]
}

// internal

/** None where one model did it all; the first says what they are. */
const modelRows = (runs: ReadonlyArray<RunCost>): ReadonlyArray<ReadonlyArray<string>> => {
  const models = byModel(runs)
  if (models.length < 2) return []
  return models.map(({ name, tally }, index) => [index === 0 ? "by model" : "", oneLine(name), ...usageCells(tally)])
}

const text = (lines: ReadonlyArray<string>): string => `${lines.join("\n")}\n`
