/** The commands about agents as their users start them. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { makePlace, type Place } from "./Cli.ts"

const files = {
  ".codex/agents/reviewer.toml":
    'name = "reviewer"\ndescription = "Reviews"\ndeveloper_instructions = "Review."\nsandbox_mode = "workspace-write"\n',
  ".claude/agents/writer.md": "---\nname: writer\ndescription: Writes\ntools: Read, Write\n---\nWrite.\n"
}
const broken = "name: bad\ngoal: [g]\nartifacts: 5\n"

let place: Place
beforeAll(async () => {
  place = await makePlace(files)
})
afterAll(() => place.remove())

const json = async (args: ReadonlyArray<string>): Promise<unknown> => {
  const { code, stderr, stdout } = await place.run([...args, "--json"])
  expect([code, stderr]).toStrictEqual([0, ""])
  return JSON.parse(stdout)
}

describe("deputize agents", () => {
  it("lists every format, and the same from its cache", async () => {
    const first = await json(["agents", "list"])
    const names = (
      JSON.parse(JSON.stringify(first)).agents as ReadonlyArray<{ name: string; source: string; format: string }>
    )
      .filter(({ format }) => format !== "built-in")
      .map(({ format, name, source }) => [name, source, format])
    expect(names).toStrictEqual([
      ["reviewer", ".codex/agents/reviewer.toml", "toml"],
      ["writer", ".claude/agents/writer.md", "markdown"]
    ])
    expect(readdirSync(join(place.home, ".cache", "deputize", "definitions")).length).toBe(2)
    expect(await json(["agents", "list"])).toStrictEqual(first)
  })

  it("shows rights in words, and what a definition of the repository goes without", async () => {
    const { stdout } = await place.run(["agents", "show", "reviewer"])
    expect(stdout).toContain("writes     all of the workspace")
    expect(stdout).toContain("comes with the repository, so it goes without writing more than its artifacts")
  })

  it("validates: exit code 2 with every problem, and 0 when all is well", async () => {
    expect(await place.run(["agents", "validate"])).toStrictEqual({
      code: 0,
      stdout: "✓ 2 definitions: no problems\n",
      stderr: ""
    })
    writeFileSync(join(place.workspace, "bad.yaml"), broken)
    const { code, stdout } = await place.run(["agents", "validate", "bad.yaml", "writer"])
    expect([code, stdout]).toStrictEqual([
      2,
      [
        "bad.yaml:2:7: goal: expected a text, found a list",
        "  Write a text.",
        "bad.yaml:3:12: artifacts: expected a list of texts, found 5",
        "  Write a list of texts.",
        "",
        "✗ 2 definitions: 2 problems",
        ""
      ].join("\n")
    ])
    writeFileSync(join(place.workspace, "odd.md"), "---\nname: odd\ncolour: red\n---\nDo it.\n")
    expect((await place.run(["agents", "validate", "odd.md"])).code).toBe(0)
    expect((await place.run(["agents", "validate", "odd.md", "--strict"])).code).toBe(2)
  })

  it("exports what it imports again as the same agent", async () => {
    const shown = await place.run(["agents", "export", "writer", "--to", "toml", "-o", "writer.toml"])
    expect([shown.code, shown.stdout]).toStrictEqual([0, ""])
    const { code, stdout } = await place.run(["agents", "import", "writer.toml", "--as", "second"])
    expect([code, stdout]).toStrictEqual([0, "✓ second is in .deputize/agents/second.md (it was deputize)\n"])
    const again = await place.run(["agents", "import", "writer.toml", "--as", "second"])
    expect([again.code, again.stderr.split("\n")[0]]).toStrictEqual([2, ".deputize/agents/second.md is there already"])
    const both = await Promise.all(["writer", "second"].map((name) => place.run(["agents", "export", name])))
    expect(both[1]?.stdout).toBe(both[0]?.stdout.replace("name: writer", "name: second"))
  })
})

describe("deputize init", () => {
  it("prepares a workspace, and changes nothing the second time", async () => {
    const first = await place.run(["init"])
    expect(first.code).toBe(0)
    expect(first.stdout).toBe("wrote  .deputize/config.yaml\nwrote  .deputize/agents/newcomer-guide.md\n")
    expect(first.stderr).toContain("deputize delegate newcomer-guide")
    writeFileSync(join(place.workspace, ".deputize/config.yaml"), "# mine\n")
    const second = await place.run(["init"])
    expect(second.stdout).toBe("kept   .deputize/config.yaml\nkept   .deputize/agents/newcomer-guide.md\n")
    expect(readFileSync(join(place.workspace, ".deputize/config.yaml"), "utf8")).toBe("# mine\n")
  })

  it("goes by no configuration, however broken", async () => {
    mkdirSync(join(place.home, ".config", "deputize"), { recursive: true })
    writeFileSync(join(place.home, ".config", "deputize", "config.yaml"), "model: [\n")
    expect((await place.run(["init"])).code).toBe(0)
  })
})
