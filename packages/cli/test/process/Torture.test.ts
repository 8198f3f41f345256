/** The torture of runs in short: a dozen seeded kills, a few rows of its table, and broken models that it has to find. */
import { spawn } from "node:child_process"
import { join } from "node:path"
import { describe, expect, it, onTestFinished } from "vitest"
import { ended, packageRoot } from "./Cli.ts"

const repository = join(packageRoot, "..", "..")

const torture = (...args: ReadonlyArray<string>) => {
  const child = spawn(
    process.execPath,
    ["--conditions=@deputize/source", join(repository, "torture", "run.ts"), ...args],
    { cwd: repository, stdio: "pipe" }
  )
  // Also where the time of the test is over: it ends with all that it has started then.
  onTestFinished(() => void child.kill("SIGTERM"))
  return ended(child)
}

/** It judges processes by what Linux tells of them. */
describe.runIf(process.platform === "linux")("runs that are killed, doubted and short of budget", () => {
  it("lose nothing, pay nothing twice and repeat no effect over a dozen kills", { timeout: 180_000 }, async () => {
    const { code, stderr, stdout } = await torture("run-kills", "--seed", "11", "--seeds", "1")
    expect({ code, last: lastLine(stdout) }, stdout + stderr).toStrictEqual({ code: 0, last: "1 of 1 hold" })
    expect(Number(/seed 11: (\d+) kills/.exec(stdout)?.[1])).toBeGreaterThan(5)
  })

  it("have one owner, keep to the budget, and go on from no record that was changed", {
    timeout: 180_000
  }, async () => {
    const { code, stderr, stdout } = await torture("runs", "--only", "two want the run|a budget that|changed a word")
    expect({ code, last: lastLine(stdout) }, stdout + stderr).toStrictEqual({ code: 0, last: "3 of 3 hold" })
  })

  it.each([
    ["ledger", "a budget that", "the provider has billed"],
    ["lease", "another wants the run", "the second does not name process"],
    ["done", "two want the run", "never happened"]
  ])("are found out with a broken %s", { timeout: 120_000 }, async (model, row, words) => {
    const { code, stderr, stdout } = await torture("runs", "--only", row, "--break", model)
    const found = { code, isSaid: stdout.includes(words), last: lastLine(stdout).slice(0, 4) }
    expect(found, stdout + stderr).toStrictEqual({ code: 1, isSaid: true, last: "0 of" })
  })
})

/** Of the table, without the time it took. */
const lastLine = (text: string): string => text.trimEnd().split("\n").at(-1)?.split(",")[0] ?? ""
