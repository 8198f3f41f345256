/** Whoever reads the output: a terminal of any kind, a pipe that closes, a disk that is full. */
import { spawn, spawnSync } from "node:child_process"
import { closeSync, existsSync, openSync } from "node:fs"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { widthOf } from "../../src/render/Width.ts"
import { bin, makePlace, type Place } from "./Cli.ts"

let place: Place
beforeAll(async () => {
  place = await makePlace({ "src/a.ts": "// TODO: x\n", "src/幅.ts": "// TODO: 日本語\n" })
})
afterAll(() => place.remove())

const task = ["delegate", "code-reviewer", "Find TODO comments"]
const parallel = [
  "delegate-parallel",
  "code-reviewer,test-gen",
  "-g",
  "TODO を探して、全部",
  "-g",
  "Find TODO comments"
]
/** What a terminal would obey. */
const control = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/
const surroundings = () => ({ HOME: place.home, PATH: process.env.PATH ?? "", LANG: "C.UTF-8" })

describe("text that came from elsewhere", () => {
  const evil = "\u001b[31mTODO\u0007\u009b2J \u202e\u001b]0;title\u0007"
  it.each([
    ["a goal", ["delegate", "code-reviewer", evil], 0],
    ["the goals of many", ["delegate-parallel", "code-reviewer,test-gen", "-g", evil, "-g", evil], 0],
    ["an agent's name", ["delegate", evil, "x"], 2],
    ["a command", [evil], 2],
    ["a flag", [`--${evil}`], 2],
    ["an amount", [...task, "--budget", evil], 2],
    ["a scope outside", [...task, "--scope", `../${evil}`], 2],
    ["a scope that is not there", [...task, "--scope", evil], 0],
    ["a file", [...task, "-o", `no/${evil}`], 2],
    ["a folder", ["-C", evil, ...task], 2]
  ])("is shown and not obeyed: %s", async (_, args, code) => {
    const ran = await place.run(args)
    expect(ran.code, ran.stderr).toBe(code)
    expect(control.exec(ran.stdout + ran.stderr)).toBeNull()
    expect(ran.stdout + ran.stderr).toContain("[31m")
  })
})

describe("output", () => {
  it("is ASCII but for what is quoted where the locale is C", async () => {
    const { stderr, stdout } = await place.run(["delegate-parallel", "code-reviewer,test-gen", "--goals", "a,b"], {
      env: { LANG: "C", COLUMNS: "40" }
    })
    expect(stderr).toMatch(/^[\n -~]*$/)
    expect(stdout).toMatch(/^\+ completed \| /m)
    expect(stdout).not.toMatch(/[✓✗‖×]/)
  })

  it("has colour only when asked for, and never with NO_COLOR", async () => {
    const coloured = async (env: Record<string, string>, ...flags: ReadonlyArray<string>) =>
      (await place.run([...task, ...flags], { env })).stderr.includes("\u001b[")
    expect([
      await coloured({}),
      await coloured({ FORCE_COLOR: "1" }),
      await coloured({ NO_COLOR: "1" }),
      await coloured({ NO_COLOR: "1" }, "--color", "always"),
      await coloured({ FORCE_COLOR: "1" }, "--color", "never")
    ]).toStrictEqual([false, true, false, true, false])
  })

  it("has its columns aligned where characters are wide", async () => {
    const { stdout } = await place.run(parallel)
    const rows = stdout.split("\n")
    const first = rows.findIndex((line) => line.startsWith("AGENT"))
    const columnOf = (line: string, word: string) => widthOf(line.slice(0, line.indexOf(word)))
    const [title = "", wide = "", narrow = ""] = rows.slice(first, first + 3)
    expect([columnOf(wide, "completed"), columnOf(narrow, "completed")]).toStrictEqual([
      columnOf(title, "STATUS"),
      columnOf(title, "STATUS")
    ])
  })

  it.skipIf(process.platform === "win32")("may be closed early: `| head -1` gets its line and no error", () => {
    const line = `"${process.execPath}" "${bin}" delegate code-reviewer "Find TODO comments" -q; echo "code $?" >&2`
    const { stderr, stdout } = spawnSync("sh", ["-c", `{ ${line}; } | head -1`], {
      cwd: place.workspace,
      env: surroundings(),
      encoding: "utf8"
    })
    expect({ lines: stdout.trimEnd().split("\n").length, stderr }).toStrictEqual({ lines: 1, stderr: "code 0\n" })
  })

  it("still comes when standard error is closed or full", async () => {
    const child = place.start(task)
    child.stderr?.destroy()
    const chunks: Array<Buffer> = []
    child.stdout?.on("data", (chunk: Buffer) => chunks.push(chunk))
    const code = await new Promise((resolve) => child.on("close", resolve))
    expect({ code, answered: Buffer.concat(chunks).includes("src/a.ts") }).toStrictEqual({ code: 0, answered: true })
  })

  it.runIf(existsSync("/dev/full"))(
    "on a full disk is an error, and the run's record is kept all the same",
    async () => {
      const full = openSync("/dev/full", "w")
      const onFull = (args: ReadonlyArray<string>) =>
        spawnSync(process.execPath, [bin, ...args], {
          cwd: place.workspace,
          env: surroundings(),
          stdio: ["ignore", full, "pipe"],
          encoding: "utf8"
        })
      const first = ({ status, stderr }: { status: number | null; stderr: string }) => [
        status,
        stderr.split("\n")[0]?.split(":")[0]
      ]
      const expected = [1, "standard output cannot be written"]
      for (const args of [["--version"], ["--help"], ["agents", "list"], [...task, "-q"]]) {
        expect(first(onFull(args))).toStrictEqual(expected)
      }
      const mute = spawn(process.execPath, [bin, ...task], {
        cwd: place.workspace,
        env: surroundings(),
        stdio: ["ignore", "ignore", full]
      })
      expect(await new Promise((resolve) => mute.on("close", resolve))).toBe(0)
      closeSync(full)
    }
  )

  it.runIf(existsSync("/dev/full"))("goes to the terminal although the file of -o is on a full disk", async () => {
    const { code, stderr, stdout } = await place.run([...task, "-q", "-o", "/dev/full"])
    expect({ code, answered: stdout.includes("src/a.ts") }).toStrictEqual({ code: 1, answered: true })
    expect(stderr).toContain("-o /dev/full could not be written: the disk is full\n  Only the file is missing")
  })
})

describe("many agents", () => {
  it("are fifty at once in one process", async () => {
    const agents = Array.from({ length: 50 }, () => "code-reviewer").join(",")
    const goals = Array.from({ length: 50 }, (_, index) => `Find TODO ${index}`).join(",")
    const args = ["delegate-parallel", agents, "--goals", goals, "--max-parallel", "50", "-q"]
    const { code, stdout } = await place.run(args)
    expect(code).toBe(0)
    expect(stdout).toContain("[50/50] code-reviewer#50")
    expect(stdout).toContain("succeeded  50/50 (100 %)")
  })
})
