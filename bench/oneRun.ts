/**
 * One whole run from the command line: three tool turns and an answer against a provider that answers at once, with the
 * journal on. What a user waits for besides the model.
 *
 * Wall time is compared with a bare `node -e 0` of the same round; processor time (of ripgrep too, which searches for
 * the agent) and memory have bars of their own.
 */
import { spawn } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { startProvider } from "./providerProcess.ts"
import { type BenchReport, ratioRow, valueRow } from "./report.ts"
import { median } from "./statistics.ts"

const root = join(import.meta.dirname, "..")
const cli = join(root, "packages", "cli", "bin", "deputize.js")
const rounds = 15

export const oneRun = async (): Promise<BenchReport> => {
  const home = mkdtempSync(join(tmpdir(), "deputize-bench-"))
  const provider = await startProvider({ delayMs: 0, turns: 3 })
  try {
    const bare: Array<number> = []
    const runs: Array<Measured> = []
    for (let round = -1; round < rounds; round += 1) {
      const base = await measured(["-e", "0"], home, provider.url)
      const run = await measured(
        [cli, "-q", "delegate", "explorer", "Where is the journal written?"],
        home,
        provider.url
      )
      if (round < 0) continue
      bare.push(base.ms)
      runs.push(run)
    }
    const base = median(bare)
    return {
      baseline: { name: "node -e 0", value: base, unit: "ms" },
      rounds,
      rows: [
        ratioRow("a run of 3 tool turns", median(runs.map(({ ms }) => ms)), base, 8),
        valueRow("its processor time", median(runs.map(({ cpuSeconds }) => cpuSeconds)), "s", { most: 0.25 }),
        valueRow("its memory", median(runs.map(({ mebibytes }) => mebibytes)), "MiB", { most: 100 })
      ],
      notMeasured: "a provider's own time; TLS; a cold disk; the first run after an installation"
    }
  } finally {
    await provider.stop()
    rmSync(home, { recursive: true, force: true })
  }
}

// internal

interface Measured {
  readonly ms: number
  readonly cpuSeconds: number
  readonly mebibytes: number
}

/** Runs Node under the shell's `time`, which counts the children's processor time too. */
const measured = async (args: ReadonlyArray<string>, home: string, url: string): Promise<Measured> => {
  const memory = join(home, "memory")
  const hook = join(home, "hook.cjs")
  writeFileSync(
    hook,
    `process.on("exit", () => require("node:fs").writeFileSync(${JSON.stringify(memory)}, String(process.resourceUsage().maxRSS)))`
  )
  const start = performance.now()
  const child = spawn("bash", ["-c", 'TIMEFORMAT="%U %S"; time "$@"', "bash", process.execPath, "-r", hook, ...args], {
    cwd: root,
    env: { HOME: home, PATH: process.env.PATH, LC_ALL: "C", OPENAI_API_KEY: "sk-bench", OPENAI_BASE_URL: url },
    stdio: ["ignore", "pipe", "pipe"]
  })
  let [out, errors] = ["", ""]
  child.stdout.on("data", (chunk) => {
    out += chunk
  })
  child.stderr.on("data", (chunk) => {
    errors += chunk
  })
  const code = await new Promise((resolve) => child.once("close", resolve))
  const ms = performance.now() - start
  if (code !== 0) throw new Error(`node ${args.join(" ")} ended with ${code}: ${errors}`)
  if (args[0] === cli && !out.includes("journal")) throw new Error(`the run gave another answer: ${out}`)
  const [user = 0, system = 0] = (errors.trim().split("\n").at(-1) ?? "").split(" ").map(Number)
  return { ms, cpuSeconds: user + system, mebibytes: Number(readFileSync(memory, "utf8")) / 1024 }
}
