/**
 * `npm run bench -- NAME…`: runs benchmarks, prints each as a table with its bars, and writes bench/results/NAME.json.
 * Ends with 1 when a bar does not hold.
 */
import { mkdirSync, writeFileSync } from "node:fs"
import { cpus } from "node:os"
import { join } from "node:path"
import { agents } from "./agents.ts"
import { budget } from "./budget.ts"
import { oneRun } from "./oneRun.ts"
import type { BenchReport, BenchRow } from "./report.ts"
import { startup } from "./startup.ts"

const benches: Readonly<Record<string, () => BenchReport | Promise<BenchReport>>> = {
  startup,
  run: oneRun,
  agents,
  budget
}

const shown = (value: number, unit: BenchRow["unit"]): string =>
  `${unit === "tokens" ? Math.round(value).toLocaleString("en-US") : value.toFixed(unit === "s" ? 2 : 1)} ${unit}`

const barOf = ({ bar, ratio, unit }: BenchRow): string => {
  const suffix = ratio === null ? ` ${unit}` : "x"
  return "most" in bar ? `<= ${bar.most}${suffix}` : `>= ${bar.least}${suffix}`
}

const tableOf = ({ baseline, notMeasured, rounds, rows }: BenchReport): string => {
  const cells = [
    ["", "median", "ratio", "bar", ""],
    [baseline.name, shown(baseline.value, baseline.unit), "1.00x", "", ""],
    ...rows.map((row) => [
      row.name,
      shown(row.value, row.unit),
      row.ratio === null ? "" : `${row.ratio.toFixed(2)}x`,
      barOf(row),
      row.holds ? "holds" : "DOES NOT HOLD"
    ])
  ]
  const width = (column: number) => Math.max(...cells.map((row) => (row[column] ?? "").length))
  const lines = cells.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(width(column)) : cell.padStart(width(column))))
      .join("  ")
      .trimEnd()
  )
  return `${lines.join("\n")}\nmedians of ${rounds} interleaved rounds; not measured: ${notMeasured}\n`
}

const main = async (names: ReadonlyArray<string>): Promise<number> => {
  const unknown = names.find((name) => !Object.hasOwn(benches, name))
  if (unknown !== undefined) {
    process.stderr.write(`there is no benchmark "${unknown}"; there are: ${Object.keys(benches).join(", ")}\n`)
    return 2
  }
  const results = join(import.meta.dirname, "results")
  mkdirSync(results, { recursive: true })
  const chosen = Object.entries(benches).filter(([name]) => names.length === 0 || names.includes(name))
  let held = true
  for (const [name, bench] of chosen) {
    const report = await bench()
    process.stdout.write(`${name}\n${tableOf(report)}`)
    const machine = { node: process.versions.node, platform: process.platform, cpus: cpus().length }
    writeFileSync(join(results, `${name}.json`), `${JSON.stringify({ ...report, machine }, null, 2)}\n`)
    held &&= report.rows.every((row) => row.holds)
  }
  return held ? 0 : 1
}

process.exitCode = await main(process.argv.slice(2))
