import { writeFile } from "node:fs/promises"
import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { makePlace, type Place } from "./Cli.ts"
import { hasPty, onTerminal } from "./Pty.ts"

const pipeline = `
name: shop
steps:
  - id: compile
    title: 文書を作る
    run: |
      echo "warning: a wide 警告"
      until test -e go; do sleep 0.05; done
  - id: publish
    needs: compile
    run: echo published
`

let place: Place
beforeEach(async () => {
  place = await makePlace({ "deputize.build.yaml": pipeline })
})
afterEach(() => place.remove())

describe.skipIf(!hasPty)("a build on a terminal", () => {
  it("has a line for each step at work, and leaves what is worth keeping and the cursor", async () => {
    const { ended, output, terminal, until } = onTerminal(place, ["build", "compile"], { columns: 80, rows: 24 })
    await until(({ lines }) =>
      lines.some((line) => /^\S \[1\/1\] 文書を作る {2}\d s {2}warning: a wide 警告$/.test(line))
    )
    expect([terminal.isCursorShown, terminal.lines.at(-1)?.replace(/\d+ s$/, "")]).toStrictEqual([
      false,
      "░░░░░░░░░░░░░░░░░░░░  0/1 step · "
    ])
    await writeFile(join(place.workspace, "go"), "")
    expect([await ended, terminal.isCursorShown]).toStrictEqual([0, true])
    expect(terminal.lines.filter((line) => line.includes("[1/1]"))).toStrictEqual([
      "  [1/1] 文書を作る: warning: a wide 警告",
      expect.stringMatching(/^✓ \[1\/1\] 文書を作る: \d+\.\d s$/)
    ])
    expect(terminal.all.some((line) => line.startsWith("░"))).toBe(false)
    expect(output()).toContain("\u001b[33mwarning")
  })

  it("is asked before it publishes, and starts nothing without a yes", async () => {
    const { ended, terminal, type, until } = onTerminal(place, ["build"])
    await until(({ lines }) => lines.at(-1)?.startsWith("publish? [y/N]") === true)
    type("n\n")
    expect(await ended).toBe(2)
    expect(terminal.lines.slice(-2)).toStrictEqual([
      "nothing was started",
      "  Name the steps that are to run, or answer y."
    ])
  })
})
