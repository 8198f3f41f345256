/**
 * `npm run torture -- [runs|run-kills|soak|build|build-kills] [--only NAME] [--seeds N] [--seed FIRST]`: does to runs and
 * builds what machines and users do, prints a table, and ends with 1 when a row does not hold.
 *
 * `--break MODEL` puts a broken one in the place of the ledger or the journal of runs: it has to be found. `--minutes N`
 * is how long `soak` goes on, `--events N` how long the longest run is that is taken up again.
 */
import process from "node:process"
import { parseArgs } from "node:util"
import { tortureBuilds } from "./build.ts"
import { killBuilds } from "./buildKills.ts"
import { brokenModels } from "./runBroken.ts"
import { soakRuns } from "./runSoak.ts"
import { killRuns, type RunsAsked, tortureRuns, usualEvents } from "./runs.ts"
import { type Finding, heading, rowOf, sumOf } from "./table.ts"

const suites: Readonly<Record<string, (asked: RunsAsked) => AsyncGenerator<Finding>>> = {
  runs: tortureRuns,
  "run-kills": killRuns,
  soak: soakRuns,
  build: tortureBuilds,
  "build-kills": killBuilds
}

const options = {
  only: { type: "string" },
  seeds: { type: "string" },
  seed: { type: "string" },
  break: { type: "string" },
  minutes: { type: "string" },
  events: { type: "string" }
} as const

const parsed = () => {
  try {
    return parseArgs({ allowPositionals: true, options })
  } catch (cause) {
    return cause instanceof Error ? cause.message : String(cause)
  }
}

const main = async (): Promise<number> => {
  const asking = parsed()
  if (typeof asking === "string") return refuse(asking)
  const { positionals, values } = asking
  const [name = "runs"] = positionals
  const suite = suites[name]
  if (suite === undefined) return refuse(`there is no torture "${name}"; there are: ${Object.keys(suites).join(", ")}`)
  const broken = brokenModels.find((each) => each === values.break) ?? null
  if (values.break !== undefined && broken === null) {
    return refuse(`there is no broken model "${values.break}"; there are: ${brokenModels.join(", ")}`)
  }
  for (const flag of ["seeds", "seed", "events"] as const) {
    const value = values[flag]
    if (value !== undefined && !/^0*[1-9]\d{0,8}$/.test(value)) return refuse(`--${flag} takes a whole number above 0`)
  }
  const minutes = Number(values.minutes ?? 1)
  if (!(minutes > 0 && minutes < Number.POSITIVE_INFINITY)) return refuse("--minutes takes a number above 0")
  const findings: Array<Finding> = []
  process.stdout.write(heading(name))
  const asked: RunsAsked = {
    only: values.only ?? null,
    seeds: Number(values.seeds ?? 1),
    seed: Number(values.seed ?? 1),
    broken,
    minutes,
    events: Number(values.events ?? usualEvents)
  }
  for await (const finding of suite(asked)) {
    process.stdout.write(rowOf(finding))
    findings.push(finding)
  }
  process.stdout.write(sumOf(findings))
  return findings.length > 0 && findings.every(({ problems }) => problems.length === 0) ? 0 : 1
}

const refuse = (message: string): number => {
  process.stderr.write(`${message}\n`)
  return 2
}

// Ends by way of `exit`, at which what was started is ended and places are removed.
for (const [signal, code] of [
  ["SIGHUP", 129],
  ["SIGINT", 130],
  ["SIGTERM", 143]
] as const)
  process.once(signal, () => process.exit(code))
process.exitCode = await main()
