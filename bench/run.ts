/**
 * `npm run bench -- NAME…`: runs benchmarks, prints each as a table with its bars, and writes bench/results/NAME.json.
 * Ends with 1 when a bar does not hold.
 */
import { mkdirSync, writeFileSync } from "node:fs"
import { cpus } from "node:os"
import { join } from "node:path"
import { agents } from "./agents.ts"
import { budget } from "./budget.ts"
import { definitions } from "./definitions.ts"
import { journal } from "./journal.ts"
import { oneRun } from "./oneRun.ts"
import { aligned, type BenchReport, cellsOf, shown } from "./report.ts"
import { startup } from "./startup.ts"

const benches: Readonly<Record<string, () => BenchReport | Promise<BenchReport>>> = {
  startup,
  definitions,
  run: oneRun,
  agents,
  budget,
  journal
}

const tableOf = ({ baseline, notMeasured, rounds, rows }: BenchReport): string => {
  const table = aligned([
    ["", "median", "ratio", "bar", ""],
    [baseline.name, shown(baseline.value, baseline.unit), "1.00x", "", ""],
    ...rows.map(cellsOf)
  ])
  return `${table}medians of ${rounds} interleaved rounds; not measured: ${notMeasured}\n`
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
