import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { buildText } from "../../src/render/BuildSummary.ts"
import { snakeJsonText } from "../../src/render/Json.ts"
import { makeStyle } from "../../src/render/Style.ts"
import { completed, failing, idle, stepResult } from "./BuildResults.ts"

const golden = (name: string) => join(import.meta.dirname, "golden", `${name}.txt`)
const style = makeStyle(false, true)

describe("the summary of a build", () => {
  it("has the steps, what was installed and made, the counts, and where the logs are", async () => {
    await expect(buildText(completed, style)).toMatchFileSnapshot(golden("build-summary"))
  })

  it("names what failed and how to go on", async () => {
    await expect(buildText(failing, makeStyle(false, false))).toMatchFileSnapshot(golden("build-summary-failed"))
  })

  it("is one line with the time where there was nothing to do", () => {
    expect([idle, { ...idle, steps: [stepResult("compile")] }].map((result) => buildText(result, style))).toStrictEqual(
      [
        "nothing to do: release is up to date, 3 steps, 1 of them left out (0.04 s)\n",
        "nothing to do: release is up to date, 1 step (0.04 s)\n"
      ]
    )
  })

  it("counts a single binary and no agents, and says nothing of a PATH that finds them", () => {
    const [installed] = completed.installed
    const [binary] = installed?.binaries ?? []
    if (installed === undefined || binary === undefined) throw new Error("nothing was installed")
    const only = { ...installed, previous: null, binaries: [binary], agents: [], onPath: true }
    const lines = buildText({ ...completed, installed: [only] }, style).split("\n")
    const at = lines.findIndex((line) => line.startsWith("installed"))
    expect(lines.slice(at, at + 4)).toStrictEqual([
      "installed     /home/ada/.deputize: version 20261121_103000",
      "              1 binary + 0 agents",
      "              /home/ada/.deputize/bin/shop  812 B",
      "outputs       dist/chunk-0.js  1.3 MiB"
    ])
  })

  it("shows what names contain, and does not obey it", () => {
    const text = buildText({ ...completed, pipeline: "re\u001b[2Jlease", warnings: ["\u001b]0;x\u0007"] }, style)
    expect(text).not.toMatch(/[\u001b\u0007]/)
  })
})

describe("a build as JSON", () => {
  it("has the result under the names that all of our JSON has, and values as they are", () => {
    expect(JSON.parse(snakeJsonText(failing))).toMatchObject({
      schema_version: 1,
      status: "failed",
      saved_ms: 0,
      critical_path: [{ name: "test", ms: 3_200 }],
      steps: [
        { id: "compile", outcome: { tag: "UpToDate" } },
        { id: "test", outcome: { tag: "Failed", problem: "it ended with exit code 1" } },
        { id: "install", outcome: { tag: "Blocked", by: "test" } }
      ]
    })
  })
})
