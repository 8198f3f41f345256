/** Tables of whole processes: as wide as the terminal that shows them, whole where there is none. */
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { widthOf } from "../../src/render/Width.ts"
import { makePlace, type Place } from "./Cli.ts"
import { hasPty, onTerminal } from "./Pty.ts"

const about = "説明がとても長いエージェントで、一行には収まりません。".repeat(6)

let place: Place
beforeAll(async () => {
  const definition = `---\nname: 長い名前のエージェント\ndescription: ${about}\ntools: Read\n---\nRead.\n`
  place = await makePlace({ "src/a.ts": "// TODO: x\n", ".deputize/agents/long.md": definition })
  await place.run(["delegate", "explorer", about, "-q"])
})
afterAll(() => place.remove())

describe.each([
  ["agents", "list"],
  ["ps", "--all"],
  ["cost", "--all"],
  ["config", "path"]
])("%s %s", (...args) => {
  it.runIf(hasPty).each([40, 80, 200])("has no line that breaks on a terminal of %i columns", async (columns) => {
    const pty = onTerminal(place, args, { columns })
    expect(await pty.ended).toBe(0)
    const lines = pty.output().split("\r\n")
    expect(lines.length).toBeGreaterThan(2)
    expect(lines.filter((line) => widthOf(line) > columns)).toStrictEqual([])
  })

  it("cuts nothing in a pipe", async () => {
    const { stdout } = await place.run(args, { env: { COLUMNS: "40" } })
    expect(stdout).not.toMatch(/…|no room for/)
    if (args[0] === "agents" || args[0] === "ps") expect(stdout).toContain(about)
  })
})
