/**
 * How long the command line takes to answer, as a ratio to a bare `node -e 0` measured in the same run.
 *
 * Every round runs each command once, in turn, so that a busy moment of the machine hits all of them; what is compared
 * are medians. One round before the first fills the compile cache, as a second use by a user would find it. It does not
 * measure the first run after an installation, nor disks that have to be read for the first time.
 */
import { spawnSync } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { type BenchReport, ratioRow } from "./report.ts"
import { median } from "./statistics.ts"

const cli = join(import.meta.dirname, "..", "packages", "cli", "bin", "deputize.js")
const rounds = 25

/** The most that each may take, as a multiple of bare Node. */
const cases: ReadonlyArray<{ readonly name: string; readonly args: ReadonlyArray<string>; readonly bar: number }> = [
  { name: "--version", args: ["--version"], bar: 1.2 },
  { name: "--help", args: ["--help"], bar: 1.3 },
  { name: "delegate --help", args: ["delegate", "--help"], bar: 1.3 },
  { name: "completion bash", args: ["completion", "bash"], bar: 1.3 },
  { name: "agents list", args: ["agents", "list"], bar: 3 },
  { name: "completion names agents", args: ["completion", "names", "agents"], bar: 3 },
  { name: "completion names runs", args: ["completion", "names", "runs"], bar: 3 }
]

export const startup = (): BenchReport => {
  const home = mkdtempSync(join(tmpdir(), "deputize-bench-"))
  try {
    // One run on record, for what looks at runs.
    timed([cli, "delegate", "explorer", "Look around", "-q"], home)
    const bare: Array<number> = []
    const times = cases.map((): Array<number> => [])
    for (let round = -1; round < rounds; round += 1) {
      const base = timed(["-e", "0"], home)
      if (round >= 0) bare.push(base)
      for (const [index, { args }] of cases.entries()) {
        const ms = timed([cli, ...args], home)
        if (round >= 0) times[index]?.push(ms)
      }
    }
    const base = median(bare)
    return {
      baseline: { name: "node -e 0", value: base, unit: "ms" },
      rounds,
      rows: cases.map(({ bar, name }, index) => ratioRow(name, median(times[index] ?? []), base, bar)),
      notMeasured: "the first run after an installation; a cold disk"
    }
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
}

// internal

const timed = (args: ReadonlyArray<string>, home: string): number => {
  const start = performance.now()
  const { status, stderr } = spawnSync(process.execPath, args, {
    cwd: home,
    env: { HOME: home, PATH: process.env.PATH },
    stdio: ["ignore", "pipe", "pipe"]
  })
  const ms = performance.now() - start
  if (status !== 0) throw new Error(`node ${args.join(" ")} ended with ${status}: ${stderr.toString()}`)
  return ms
}
