/**
 * `npm run bench -- NAME…`: runs benchmarks, prints each as a table with its bars, and writes bench/results/NAME.json.
 * Ends with 1 when a bar does not hold.
 */
import { mkdirSync, writeFileSync } from "node:fs"
import { cpus } from "node:os"
import { join } from "node:path"
import type { BenchReport } from "./report.ts"
import { startup } from "./startup.ts"

const benches: Readonly<Record<string, () => BenchReport>> = { startup }

const tableOf = ({ baseline, notMeasured, rounds, rows }: BenchReport): string => {
  const cells = [
    ["", "median", "ratio", "bar", ""],
    [baseline.name, `${baseline.ms.toFixed(1)} ms`, "1.00x", "", ""],
    ...rows.map((row) => [
      row.name,
      `${row.ms.toFixed(1)} ms`,
      `${row.ratio.toFixed(2)}x`,
      `<= ${row.bar}x`,
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

const main = (names: ReadonlyArray<string>): number => {
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
    const report = bench()
    process.stdout.write(`${name}\n${tableOf(report)}`)
    const machine = { node: process.versions.node, platform: process.platform, cpus: cpus().length }
    writeFileSync(join(results, `${name}.json`), `${JSON.stringify({ ...report, machine }, null, 2)}\n`)
    held &&= report.rows.every((row) => row.holds)
  }
  return held ? 0 : 1
}

process.exitCode = main(process.argv.slice(2))
