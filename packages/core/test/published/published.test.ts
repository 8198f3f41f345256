import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "@effect/vitest"
import { makeProject, type Project, repository } from "./project.ts"

const examples = readdirSync(join(repository, "examples")).flatMap((name) =>
  name.endsWith(".ts") ? [join("examples", name)] : []
)

/** The programs of the guide, a file each. */
const guide = [
  ...readFileSync(join(repository, "docs/guide/library.md"), "utf8").matchAll(/^```ts\n(.*?)^```$/gms)
].map(([, program = ""], index) => ({ file: `guide-${index + 1}.ts`, program }))

let project: Project

beforeAll(async () => {
  project = await makeProject(["core", "build-tools"])
  cpSync(join(repository, "examples"), join(project.folder, "examples"), { recursive: true })
  mkdirSync(join(project.folder, "work"))
  project.write(
    "work/store.ts",
    `import { readFile } from "node:fs/promises"\nexport const load = () => readFile("a")\n`
  )
  project.write(
    "all.ts",
    [
      ...project.modules.map((name, index) => `import * as m${index} from "${name}"`),
      `console.log([${project.modules.map((_, index) => `m${index}`).join(", ")}].map((m) => typeof m).join())`
    ].join("\n")
  )
  project.write(
    "consumer.ts",
    `import { Deputize, type RunError, type RunResult } from "@deputize/core"
await using deputize = await Deputize.open({ workspace: "work" })
const run = deputize.delegate("explorer", "Where are files read?", { onEvent: ({ fact }) => void (last = fact._tag) })
let last = ""
const result: RunResult = await run.result()
console.log(result.status, result.agents[0]?.answer.includes("store.ts:2"), last)
const error: RunError = await deputize.delegate("nobody", "x").result().then(() => { throw new Error() }, (error) => error)
console.log(error._tag, error instanceof Error)
`
  )
  for (const { file, program } of guide) project.write(file, program)
  project.write("inside.ts", `import { FileLock } from "@deputize/core/journal/FileLock"\nconsole.log(FileLock)\n`)
}, 120_000)

afterAll(() => rmSync(project.folder, { recursive: true, force: true }))

describe("a project that installs what is published", () => {
  it.each(["node16", "bundler"] as const)(
    "type-checks in mode %s, with every public module, example and program of the guide",
    async (mode) => {
      expect(guide.length).toBeGreaterThan(5)
      expect(await project.check(mode, ["all.ts", "consumer.ts", ...examples, ...guide.map(({ file }) => file)])).toBe(
        ""
      )
    }
  )

  it("loads every public module", async () => {
    const { code, stderr, stdout } = await project.node("all.ts")
    expect({ code, stderr, stdout }).toStrictEqual({
      code: 0,
      stderr: "",
      stdout: `${project.modules.map(() => "object").join()}\n`
    })
  })

  it("delegates, gets a result, and is told of errors by their tags", async () => {
    expect(await project.node("consumer.ts")).toStrictEqual({
      code: 0,
      stdout: "completed true run.Ended\nAgentNotFound true\n",
      stderr: ""
    })
  })

  it("cannot take what is not public", async () => {
    expect((await project.node("inside.ts")).stderr).toContain("ERR_PACKAGE_PATH_NOT_EXPORTED")
    expect(await project.check("node16", ["inside.ts"])).toContain("@deputize/core/journal/FileLock")
  })
})

describe("the examples, run by such a project", () => {
  it.each([
    ["01-one-agent.ts", ["`store.ts:2` `export const load", "explorer completed, ", " of 20000 tokens, "]],
    [
      "02-in-parallel.ts",
      [
        "/root/code-reviewer began: Review how errors are handled",
        "/root/test-gen calls ",
        "/root/test-gen completed",
        "# code-reviewer",
        "completed: "
      ]
    ],
    [
      "03-own-tool.ts",
      [
        "/root/surveyor: store.ts has 2 lines. ",
        "/root/surveyor/explorer: store.ts is the first file of this folder.",
        "completed"
      ]
    ]
  ])("%s runs without a key and prints what it found", async (name, parts) => {
    const { code, stderr, stdout } = await project.node(join("examples", name), "work")
    expect({ code, stderr }).toStrictEqual({ code: 0, stderr: "" })
    for (const part of parts) expect(stdout).toContain(part)
  })
})
