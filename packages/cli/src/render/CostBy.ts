/**
 * What runs have used, added up by what did it: `cost --by`. Pure.
 */
import type { ReadRun } from "@deputize/core/history/Runs"
import { groupBy, type Tally } from "@deputize/core/history/Tally"
import { sumOfTools, type ToolTally } from "@deputize/core/history/ToolTally"
import * as Schema from "effect/Schema"
import { byModel, remarks, totalOf } from "./Cost.ts"
import { count, duration, plural } from "./Figures.ts"
import type { Style } from "./Style.ts"
import { table } from "./Table.ts"
import { UsageJson, usageCells, usageColumns, usageJson } from "./UsageColumns.ts"
import { oneLine } from "./Width.ts"

export const costKinds = ["agent", "model", "day", "tool"] as const
export type CostKind = (typeof costKinds)[number]

/** `dayOf` gives the reader's date of a time in milliseconds since 1970. */
export const costByText = (
  kind: CostKind,
  runs: ReadonlyArray<ReadRun>,
  dayOf: (time: number) => string,
  style: Style
): string => {
  if (kind === "tool") return toolsText(toolsOf(runs), style)
  const members = kind === "day" ? "run" : "agent"
  const rows = groupsOf(kind, runs, dayOf).map(({ members, name, tally }) => [
    oneLine(name),
    count(members),
    ...usageCells(tally)
  ])
  const all = kind === "day" ? runs.length : runs.reduce((sum, { agents }) => sum + agents.length, 0)
  const lines = table(
    [
      { title: kind.toUpperCase(), keeps: 10 },
      { title: `${members.toUpperCase()}S`, right: true, dispensable: 3 },
      ...usageColumns
    ],
    [...rows, ["total", count(all), ...usageCells(totalOf(runs))]],
    style
  )
  return `${[...lines, ...remarks(runs, style)].join("\n")}\n`
}

/** The stable shape of `cost --by KIND --json`. */
export const CostByJson = Schema.Union([
  Schema.Struct({
    schema_version: Schema.Literal(1),
    by: Schema.Literals(["agent", "model", "day"]),
    groups: Schema.Array(
      Schema.Struct({
        name: Schema.String,
        members: Schema.Int.annotate({ description: "agents; of a day, runs" }),
        usage: UsageJson
      })
    ),
    usage: UsageJson
  }),
  Schema.Struct({
    schema_version: Schema.Literal(1),
    by: Schema.Literal("tool"),
    groups: Schema.Array(
      Schema.Struct({ name: Schema.String, calls: Schema.Int, failed: Schema.Int, duration_ms: Schema.Finite })
    )
  })
])

export const costByJson = (
  kind: CostKind,
  runs: ReadonlyArray<ReadRun>,
  dayOf: (time: number) => string
): typeof CostByJson.Type =>
  kind === "tool"
    ? {
        schema_version: 1,
        by: kind,
        groups: toolsOf(runs).map(({ calls, failed, ms, tool }) => ({ name: tool, calls, failed, duration_ms: ms }))
      }
    : {
        schema_version: 1,
        by: kind,
        groups: groupsOf(kind, runs, dayOf).map(({ members, name, tally }) => ({
          name,
          members,
          usage: usageJson(tally)
        })),
        usage: usageJson(totalOf(runs))
      }

// internal

const groupsOf = (kind: Exclude<CostKind, "tool">, runs: ReadonlyArray<ReadRun>, dayOf: (time: number) => string) => {
  switch (kind) {
    case "agent":
      // By the name of its definition: copies of an agent are one group.
      return groupBy(
        runs.flatMap(({ agents }): ReadonlyArray<{ readonly agent: string; readonly tally: Tally }> => agents),
        ({ agent }) => agent
      )
    case "model":
      return byModel(runs)
    case "day":
      return groupBy(runs, ({ startedAt }) => dayOf(startedAt))
  }
}

const toolsOf = (runs: ReadonlyArray<ReadRun>): ReadonlyArray<ToolTally> =>
  sumOfTools(runs.flatMap(({ tools }) => tools))

const toolsText = (tools: ReadonlyArray<ToolTally>, style: Style): string => {
  const sum = (part: "calls" | "failed" | "ms") => tools.reduce((all, tool) => all + tool[part], 0)
  const row = (name: string, { calls, failed, ms }: Omit<ToolTally, "tool">) => [
    oneLine(name),
    count(calls),
    count(failed),
    duration(ms)
  ]
  const lines = table(
    [
      { title: "TOOL", keeps: 10 },
      { title: "CALLS", right: true },
      { title: "FAILED", right: true },
      { title: "TIME", right: true, dispensable: 1 }
    ],
    [
      ...tools.map((tool) => row(tool.tool, tool)),
      row(`total of ${plural(tools.length, "tool")}`, { calls: sum("calls"), failed: sum("failed"), ms: sum("ms") })
    ],
    style
  )
  return `${lines.join("\n")}\n`
}
