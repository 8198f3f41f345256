import { readdir, readFile } from "node:fs/promises"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { ended, makePlace, type Place } from "./Cli.ts"
import { validatorOf } from "./Published.ts"

let place: Place
beforeAll(async () => {
  place = await makePlace({
    "src/parse.ts": "// TODO: handle empty input\nexport const parse = (text: string) => JSON.parse(text)\n",
    "src/ユーティリティ.ts": "// TODO: 日本語の入力\nexport const 幅 = 1\n"
  })
})
afterAll(() => place.remove())

interface Result {
  readonly schema_version: number
  readonly status: string
  readonly mode: string
  readonly agents: ReadonlyArray<{
    readonly agent: string
    readonly goal: string
    readonly status: string
    readonly answer: string
  }>
}
const resultOf = (json: string): Result => JSON.parse(json)

describe("delegate", () => {
  it("prints the answer as data, and header, progress and summary beside it", async () => {
    const { code, stderr, stdout } = await place.run([
      "delegate",
      "code-reviewer",
      "Find TODO comments",
      "--scope",
      "src"
    ])
    expect(code, stderr).toBe(0)
    expect(stdout).toContain("src/parse.ts:1")
    expect(stdout).not.toContain("workspace  ")
    expect(stderr).toContain(`workspace  ${place.workspace}`)
    expect(stderr).toContain("evidence-only")
    expect(stderr).toContain("code-reviewer: started")
    expect(stderr).toMatch(/record {5}run r[0-9a-z]{13}, head [0-9a-f]+/)
  })

  it("says nothing beside the answer with -q", async () => {
    const { code, stderr } = await place.run(["delegate", "code-reviewer", "Find TODO comments", "-q"])
    expect({ code, stderr }).toStrictEqual({ code: 0, stderr: "" })
  })

  it("keeps the repository clean and its record in the state folder", async () => {
    const before = await readdir(place.workspace, { recursive: true })
    const state = join(place.home, "elsewhere")
    await place.run(["delegate", "code-reviewer", "Find TODO comments"], { env: { XDG_STATE_HOME: state } })
    expect(await readdir(place.workspace, { recursive: true })).toStrictEqual(before)
    expect(await readdir(join(state, "deputize"))).toHaveLength(1)
  })

  it("takes a goal of a megabyte from a file", async () => {
    const large = await makePlace({
      "goal.md": `Find TODO comments. ${"and more words of it ".repeat(50_000)}`,
      "a.ts": "// TODO: x\n"
    })
    const { code, stderr, stdout } = await large.run([
      "delegate",
      "code-reviewer",
      "@goal.md",
      "--budget",
      "4M",
      "--json"
    ])
    await large.remove()
    expect(code, stderr).toBe(0)
    expect(resultOf(stdout).agents[0]?.goal.length).toBeGreaterThan(1_000_000)
  })

  it("takes a goal from standard input and one that begins with a dash", async () => {
    const piped = await place.run(["delegate", "code-reviewer", "-", "--json"], { stdin: "TODO を探して\n" })
    const dashed = await place.run(["delegate", "code-reviewer", "-g", "--find TODO", "--json"])
    const listed = await place.run(["delegate", "code-reviewer", "- find TODO\n- then FIXME", "--json"])
    expect([piped, dashed, listed].map(({ stdout }) => resultOf(stdout).agents[0]?.goal)).toStrictEqual([
      "TODO を探して",
      "--find TODO",
      "- find TODO\n- then FIXME"
    ])
  })

  it("ends with 3 when the budget is too small for a single call", async () => {
    const { code, stderr, stdout } = await place.run([
      "delegate",
      "code-reviewer",
      "Find TODO comments",
      "--budget",
      "10"
    ])
    expect({ code, trace: /^\s+at /m.test(stderr), stdout }, stderr).toStrictEqual({
      code: 3,
      trace: false,
      stdout: ""
    })
  })
})

describe("delegate-parallel", () => {
  it("lists results in the order asked, two copies of one agent apart", async () => {
    const args = [
      "delegate-parallel",
      "test-gen,code-reviewer,test-gen",
      "--goals",
      '"a, with a comma",TODO を探して,c'
    ]
    const { code, stderr, stdout } = await place.run(args)
    expect(code, stderr).toBe(0)
    expect(stdout.match(/^\[\d\/3\] .*$/gm)).toStrictEqual([
      "[1/3] test-gen",
      "[2/3] code-reviewer",
      "[3/3] test-gen#2"
    ])
    expect(stdout).toContain("goal       a, with a comma")
    expect(stdout).toContain("succeeded  3/3 (100 %)")
  })

  it("prints JSON that the published schema describes, and writes the same with -o", async () => {
    const out = join(place.home, "out.json")
    const { stdout } = await place.run([
      "delegate-parallel",
      "code-reviewer,test-gen",
      "--goals",
      "a,b",
      "--json",
      "-o",
      out
    ])
    const validate = await validatorOf("result")
    expect({ valid: validate(JSON.parse(stdout)), errors: validate.errors }).toStrictEqual({
      valid: true,
      errors: null
    })
    expect(await readFile(out, "utf8")).toBe(stdout)
    expect(resultOf(stdout).schema_version).toBe(1)
    expect(await readdir(place.home)).not.toContainEqual(expect.stringContaining(".tmp"))
  })
})

describe("agents", () => {
  it("lists the built-in roles as data", async () => {
    const { code, stdout } = await place.run(["agents", "list", "--json"])
    const { agents }: { agents: ReadonlyArray<Record<string, unknown>> } = JSON.parse(stdout)
    expect(code).toBe(0)
    expect(agents.map((agent) => agent.name)).toContain("code-reviewer")
    expect(Object.keys(agents[0] ?? {})).toStrictEqual([
      "name",
      "source",
      "format",
      "description",
      "shadowed",
      "warnings",
      "error"
    ])
  })

  it("shows what an agent may do", async () => {
    const { code, stdout } = await place.run(["agents", "show", "code-reviewer"])
    expect({ code, first: stdout.split("\n")[0] }).toStrictEqual({ code: 0, first: "code-reviewer" })
    expect(stdout).toContain("read")
  })

  it("ends quietly when nobody reads the list", async () => {
    const child = place.start(["agents", "list"])
    child.stdout?.destroy()
    const { code, stderr } = await ended(child)
    expect({ code, stderr }).toStrictEqual({ code: 0, stderr: "" })
  })
})

describe("a signal", () => {
  it.each<[NodeJS.Signals, number]>([
    ["SIGINT", 130],
    ["SIGTERM", 143]
  ])("ends a waiting command cleanly: %s", async (signal, code) => {
    // It waits for a goal on standard input, which stays open.
    const child = place.start(["delegate", "code-reviewer", "-", "-v"])
    const result = ended(child)
    // More than a pipe holds: once it is written, the command is reading and its signal handlers stand.
    await new Promise((resolve) => child.stdin?.write("x".repeat(2_000_000), resolve))
    child.kill(signal)
    const { stderr, stdout, ...rest } = await result
    expect({ ...rest, stdout, trace: /^\s+at /m.test(stderr) }, stderr).toStrictEqual({
      code,
      stdout: "",
      trace: false
    })
  })
})
