/**
 * `npm run torture -- build|build-kills [--only NAME] [--seeds N] [--seed FIRST]`: does to builds what machines and users
 * do, prints a table, and ends with 1 when a row does not hold.
 */
import process from "node:process"
import { parseArgs } from "node:util"
import { type Asked, tortureBuilds } from "./build.ts"
import { killBuilds } from "./buildKills.ts"
import { type Finding, heading, rowOf, sumOf } from "./table.ts"

const suites: Readonly<Record<string, (asked: Asked) => AsyncGenerator<Finding>>> = {
  build: tortureBuilds,
  "build-kills": killBuilds
}

const main = async (): Promise<number> => {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { only: { type: "string" }, seeds: { type: "string" }, seed: { type: "string" } }
  })
  const [name = ""] = positionals
  const suite = suites[name]
  if (suite === undefined) {
    process.stderr.write(`there is no torture "${name}"; there are: ${Object.keys(suites).join(", ")}\n`)
    return 2
  }
  const asked = { only: values.only ?? null, seeds: Number(values.seeds ?? 1), seed: Number(values.seed ?? 1) }
  const findings: Array<Finding> = []
  process.stdout.write(heading(name))
  for await (const finding of suite(asked)) {
    process.stdout.write(rowOf(finding))
    findings.push(finding)
  }
  process.stdout.write(sumOf(findings))
  return findings.length > 0 && findings.every(({ problems }) => problems.length === 0) ? 0 : 1
}

// Ends by way of `exit`, at which places are removed.
for (const [signal, code] of [
  ["SIGINT", 130],
  ["SIGTERM", 143]
] as const)
  process.once(signal, () => process.exit(code))
process.exitCode = await main()
