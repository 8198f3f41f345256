/**
 * `npm run bench:build`: `deputize build` beside ninja, turbo and nx on workspaces of 10, 50 and 200 packages; with
 * numbers, only these sizes; with `cargo`, the settings that `build --init` writes for Cargo beside Cargo's own.
 *
 * Prints a table per size and writes bench/results/build.json. The bars are for 200 packages; at the smaller sizes the
 * same figures stand without a verdict. Ends with 1 when a bar does not hold, or when there was nothing to hold it against.
 */
import { mkdirSync, writeFileSync } from "node:fs"
import { cpus } from "node:os"
import { join } from "node:path"
import { cargo } from "./buildCargo.ts"
import { measureSize, type Situation, type SizeResult, situations } from "./buildRounds.ts"
import { deputizeMissing, type ToolName } from "./buildTools.ts"
import { aligned, type BenchRow, cellsOf, ratioRow, shown, valueRow } from "./report.ts"

const roundsOf: Readonly<Record<number, number>> = { 10: 5, 50: 3, 200: 3 }

const sizeWithBars = 200

const notMeasured =
  "the first use of a disk; several builds at once; a first build with nx's daemon, and what that daemon does between " +
  "runs; turbo runs its tasks by npm, because it has no other way"

const main = (words: ReadonlyArray<string>): number => {
  if (words.length === 1 && words[0] === "cargo") {
    const found = cargo()
    process.stdout.write(found?.text ?? "there is no cargo on PATH or in ~/.cargo/bin; nothing was measured\n")
    if (found !== undefined) writeResult("build-cargo", found.report)
    return found === undefined ? 1 : 0
  }
  const unknown = words.find((word) => !Object.hasOwn(roundsOf, word))
  if (unknown !== undefined) {
    process.stderr.write(`"${unknown}" is no size; there are: ${Object.keys(roundsOf).join(", ")}; or: cargo\n`)
    return 2
  }
  const missing = deputizeMissing()
  if (missing !== undefined) process.stdout.write(`deputize is left out: ${missing}\n`)
  const names: ReadonlyArray<ToolName> = [...peers, ...(missing === undefined ? (["deputize"] as const) : [])]
  const sizes = Object.entries(roundsOf).filter(([size]) => words.length === 0 || words.includes(size))
  const results = sizes.map(([size, rounds]) => {
    const result = measureSize(Number(size), rounds, names)
    process.stdout.write(textOf(result))
    return result
  })
  process.stdout.write(`not measured: ${notMeasured}\n`)
  const rows = results.filter(({ packages }) => packages === sizeWithBars).flatMap(rowsOf)
  writeResult("build", { sizes: results.map(jsonOf), rows, notMeasured })
  if (words.length === 0 && rows.length === 0) process.stdout.write("no bar was judged\n")
  return rows.every(({ holds }) => holds) && (words.length > 0 || rows.length > 0) ? 0 : 1
}

// internal

const peers: ReadonlyArray<ToolName> = ["ninja", "turbo", "nx", "nx, daemon"]

const textOf = (result: SizeResult): string => {
  const tools = [...result.tools.keys()]
  const table = aligned([
    ["", ...situations, "CPU a task, cold", "above ninja"],
    ...tools.map((tool) => [
      tool,
      ...situations.map((situation) => secondsOf(result, tool, situation)),
      perTask(result, tool, 0),
      perTask(result, tool, result.tools.get("ninja")?.cold?.cpuMs)
    ])
  ])
  const bars = rowsOf(result)
  const verdicts = result.packages === sizeWithBars ? bars : []
  const figures = bars.map((row) => cellsOf(row).slice(0, verdicts.length > 0 ? 5 : 3))
  return [
    `${result.packages} packages\n`,
    table,
    figures.length === 0 ? "" : aligned(figures),
    `medians of ${result.rounds} interleaved rounds of ${result.roundSeconds.toFixed(1)} s; `,
    "every output checked after every run\n\n"
  ].join("")
}

const msOf = (result: SizeResult, tool: ToolName, situation: Situation): number | undefined =>
  result.tools.get(tool)?.[situation]?.ms

const secondsOf = (result: SizeResult, tool: ToolName, situation: Situation): string => {
  const ms = msOf(result, tool, situation)
  return ms === undefined ? "" : `${(ms / 1_000).toFixed(3)} s`
}

/** Processor time of a cold build beyond `base`, in equal parts. */
const cpuPerTask = (result: SizeResult, tool: ToolName, base: number | undefined): number | undefined => {
  const cpuMs = result.tools.get(tool)?.cold?.cpuMs
  return cpuMs === undefined || base === undefined ? undefined : (cpuMs - base) / result.packages
}

const perTask = (result: SizeResult, tool: ToolName, base: number | undefined): string => {
  const ms = cpuPerTask(result, tool, base)
  return ms === undefined ? "" : shown(ms, "ms")
}

/** What is asked of ours; empty where it was left out. */
const rowsOf = (result: SizeResult): ReadonlyArray<BenchRow> => {
  const ratio = (name: string, situation: Situation, to: ToolName, most: number) => {
    const ours = msOf(result, "deputize", situation)
    const theirs = msOf(result, to, situation)
    return ours === undefined || theirs === undefined ? [] : [ratioRow(name, ours / 1_000, theirs / 1_000, most, "s")]
  }
  const noop = msOf(result, "deputize", "no-op")
  const task = cpuPerTask(result, "deputize", result.tools.get("ninja")?.cold?.cpuMs)
  return [
    ...ratio("no-op, to turbo", "no-op", "turbo", 0.6),
    ...(noop === undefined ? [] : [valueRow("no-op", noop / 1_000, "s", { most: 0.2 })]),
    ...ratio("one leaf changed, to nx without daemon", "one leaf changed", "nx", 1.1),
    ...ratio("outputs deleted, to nx without daemon", "outputs deleted", "nx", 1.1),
    ...(task === undefined ? [] : [valueRow("CPU a task above ninja, cold", task, "ms", { most: 20 })])
  ]
}

const jsonOf = ({ tools, ...result }: SizeResult) => ({ ...result, tools: Object.fromEntries(tools) })

const writeResult = (name: string, report: object): void => {
  const results = join(import.meta.dirname, "results")
  mkdirSync(results, { recursive: true })
  const machine = { node: process.versions.node, platform: process.platform, cpus: cpus().length }
  writeFileSync(join(results, `${name}.json`), `${JSON.stringify({ ...report, machine }, null, 2)}\n`)
}

process.exitCode = main(process.argv.slice(2))
