/** What a run changed, shown and put back by other processes. */
import { execFileSync, spawn } from "node:child_process"
import { once } from "node:events"
import * as fs from "node:fs"
import { join } from "node:path"
import { type Answer, type ProviderServer, startProviderServer } from "@deputize/core/testing/ProviderServer"
import * as Schema from "effect/Schema"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { DiffJson } from "../../src/render/DiffJson.ts"
import { UndoJson } from "../../src/render/UndoText.ts"
import { bin, makePlace, type Place } from "./Cli.ts"
import { hasPty, onTerminal } from "./Pty.ts"

const writer = `---
name: writer
description: Writes files
tools: [read_file, write_file, edit, apply_patch, delete_file]
permissions:
  write: ["**"]
---

Do as you are told.
`

type Calls = ReadonlyArray<{ readonly name: string; readonly args: unknown }>

const patch = `*** Begin Patch
*** Update File: src/moved.ts
*** Move to: lib/moved.ts
@@
-export const m = 1
+export const m = 2
*** Delete File: src/gone.ts
*** End Patch
`

const work: Calls = [
  { name: "edit", args: { path: "src/a.ts", old: "one", new: "two" } },
  { name: "write_file", args: { path: "docs/neu/ä 漢字.md", content: "# Neu" } },
  { name: "apply_patch", args: { patch } }
]

let place: Place
let server: ProviderServer
let calls: Calls
beforeEach(async () => {
  calls = work
  place = await makePlace({
    ".deputize/agents/writer.md": writer,
    "src/a.ts": "// one\r\nexport {}\r\n",
    "src/moved.ts": "export const m = 1\n",
    "src/gone.ts": "export const g = 1"
  })
  server = await startProviderServer(({ toolOutputs }): Answer => {
    const next = calls[toolOutputs.length - reads.length]
    if (toolOutputs.length === 0) return { calls: reads }
    return next === undefined ? { text: "Done." } : { calls: [next] }
  })
})
afterEach(async () => {
  await server.close()
  await place.remove()
})

/** What an agent has read it may replace. */
const reads: Calls = ["src/moved.ts", "src/gone.ts"].map((path) => ({ name: "read_file", args: { path } }))

/** A run that makes these calls; its id. */
const delegate = async (made: Calls = work): Promise<string> => {
  calls = made
  const env = { OPENAI_API_KEY: "sk-secret-0123456789abcdef", OPENAI_BASE_URL: server.url }
  const { code, stderr, stdout } = await place.run(["delegate", "writer", "Write", "--trust", "--json"], { env })
  expect(code, stderr).toBe(0)
  return JSON.parse(stdout).run
}

/** Every file of the workspace with its bytes, but for what deputize and git keep there. */
const files = (): Readonly<Record<string, string>> =>
  Object.fromEntries(
    fs
      .readdirSync(place.workspace, { recursive: true, withFileTypes: true })
      .map((entry) => [entry, join(entry.parentPath, entry.name).slice(place.workspace.length + 1)] as const)
      .filter(([, name]) => !/^\.(deputize|git)(\/|$)/.test(name))
      .map(([entry, name]) => [
        entry.isDirectory() ? `${name}/` : name,
        entry.isFile() ? fs.readFileSync(join(place.workspace, name), "latin1") : ""
      ])
      .sort()
  )

const gitApply = (patch: string, ...options: ReadonlyArray<string>) => {
  const env = { PATH: process.env.PATH, HOME: place.home, GIT_CONFIG_NOSYSTEM: "1" }
  execFileSync("git", ["apply", "--whitespace=nowarn", ...options], { cwd: place.workspace, input: patch, env })
}

describe("a run that has changed files", () => {
  it("is shown as a patch that git takes back and applies", async () => {
    const before = files()
    const run = await delegate()
    const after = files()
    const { code, stderr, stdout } = await place.run(["diff"])
    expect({ code, stderr }).toStrictEqual({ code: 0, stderr: `run ${run}: 5 files\n` })
    gitApply(stdout, "-R")
    fs.rmSync(join(place.workspace, "docs"), { recursive: true, force: true })
    fs.rmSync(join(place.workspace, "lib"), { recursive: true, force: true })
    expect(files()).toStrictEqual(before)
    gitApply(stdout)
    expect(files()).toStrictEqual(after)
  })

  it("is told in numbers, and as data that fits its schema", async () => {
    const run = await delegate()
    const stat = await place.run(["diff", "--stat"])
    expect(stat.stdout).toBe(
      [
        " docs/neu/ä 漢字.md | 1 +",
        " lib/moved.ts       | 1 +",
        " src/a.ts           | 2 +-",
        " src/gone.ts        | 1 -",
        " src/moved.ts       | 1 -",
        " 5 files changed, 3 lines added, 3 removed",
        ""
      ].join("\n")
    )
    const json = JSON.parse((await place.run(["diff", run.slice(0, 12), "--agent", "writer", "--json"])).stdout)
    expect(Schema.is(DiffJson)(json)).toBe(true)
    expect({ ...json, files: json.files.length }).toStrictEqual({
      schema_version: 1,
      run,
      agent: "/root/writer",
      files: 5,
      added: 3,
      removed: 3
    })
  })

  it("is put back when that is said, once, and taken back again", async () => {
    const before = files()
    const run = await delegate()
    const after = files()
    const dry = await place.run(["undo", "--dry-run"])
    expect({ ...dry, now: files() }).toStrictEqual({
      code: 0,
      stdout: [
        "remove   docs/neu/ä 漢字.md",
        "remove   lib/moved.ts",
        "restore  src/a.ts",
        "recreate src/gone.ts",
        "recreate src/moved.ts",
        "remove   docs/neu/",
        "remove   docs/",
        "remove   lib/",
        ""
      ].join("\n"),
      stderr: `run ${run}: this would be done; nothing was changed\n`,
      now: after
    })
    const undone = await place.run(["undo", "--yes", "-q"])
    expect({ ...undone, now: files() }).toStrictEqual({ code: 0, stdout: dry.stdout, stderr: "", now: before })
    const again = await place.run(["undo", "--yes"])
    expect({ ...again, now: files() }).toStrictEqual({
      code: 0,
      stdout: "",
      stderr: `run ${run}: there is nothing to put back, its files are as they were before\n`,
      now: before
    })
    const redo = await place.run(["undo", run, "--redo", "--yes", "--json"])
    const json = JSON.parse(redo.stdout)
    expect(Schema.is(UndoJson)(json)).toBe(true)
    expect({ code: redo.code, undo: json.undo, now: files() }).toStrictEqual({ code: 0, undo: 2, now: after })
    const listed = JSON.parse((await place.run(["ps", "--json"])).stdout).runs
    expect(listed.map(({ run, state }: { run: string; state: string }) => [run, state])).toStrictEqual([
      [run, "completed"]
    ])
  })

  it("keeps what was changed since, by the user and by a later run, and says so", async () => {
    const first = await delegate()
    const second = await delegate([
      { name: "read_file", args: { path: "src/a.ts" } },
      { name: "edit", args: { path: "src/a.ts", old: "two", new: "three" } }
    ])
    fs.writeFileSync(join(place.workspace, "lib/moved.ts"), "mine")
    const { code, stderr, stdout } = await place.run(["undo", first, "--yes"])
    expect({ code, left: stdout.split("\n").filter((line) => line.startsWith("leave")), stderr }).toStrictEqual({
      code: 5,
      left: ["leave    lib/moved.ts: changed since", `leave    src/a.ts: changed since by run ${second}`],
      stderr: `run ${first}: 3 files put back, 2 left as they are; deputize undo ${first} --redo takes that back\n`
    })
    expect(fs.readFileSync(join(place.workspace, "lib/moved.ts"), "utf8")).toBe("mine")
  })

  it("is not touched when nobody can be asked, nor by what cannot be meant", async () => {
    const run = await delegate()
    const after = files()
    const other = await makePlace()
    const ran = await Promise.all([
      place.run(["undo"]),
      place.run(["undo", "--agent", "nobody", "--yes"]),
      place.run(["undo", "--agent", "writer", "--redo", "--yes"]),
      place.run(["undo", run, "-C", other.workspace, "--yes"]),
      place.run(["diff", run, "-C", other.workspace])
    ])
    await other.remove()
    const empty = [`there is no run "${run}": this workspace has no runs yet`, "  Choose another with -C.", ""].join(
      "\n"
    )
    expect({ ran, now: files() }).toStrictEqual({
      ran: [
        [
          "undo changes files, and nobody can be asked here",
          "  Add --yes, or --dry-run to see what it would do.",
          ""
        ].join("\n"),
        [`run ${run} has no agent /root/nobody`, "  It has /root/writer.", ""].join("\n"),
        ["--redo and --agent are both given", "  An undo is taken back as a whole: leave --agent out.", ""].join("\n"),
        empty,
        empty
      ].map((stderr) => ({ code: 2, stdout: "", stderr })),
      now: after
    })
  })

  it.runIf(hasPty)("is put back on a terminal after a yes, and not after anything else", async () => {
    const before = files()
    await delegate()
    const after = files()
    for (const [answer, now] of [
      ["no\r", after],
      ["\r", after],
      ["y\r", before]
    ] as const) {
      const pty = onTerminal(place, ["undo"])
      await pty.until(({ all }) => all.join("\n").includes("do it? [y/N]"))
      pty.type(answer)
      expect([await pty.ended, files()]).toStrictEqual([0, now])
    }
  })

  it.runIf(hasPty)("is shown in colours on a terminal, which obeys nothing that stands in a file", async () => {
    await delegate([{ name: "write_file", args: { path: "a", content: "\u001b]0;title\u0007x\n" } }])
    const pty = onTerminal(place, ["diff", "-q"])
    expect(await pty.ended).toBe(0)
    expect(pty.output()).toContain("\u001b[32m+\\u{1b}]0;title\\u{7}x\u001b[0m")
  })
})

it("says of a workspace without runs, or without changes, that there is nothing", async () => {
  const none = await Promise.all([place.run(["diff"]), place.run(["undo", "--yes"])])
  const stderr = `there are no runs in ${place.workspace} yet\n`
  expect(none).toStrictEqual([1, 2].map(() => ({ code: 0, stdout: "", stderr })))
  await delegate([])
  const ran = await Promise.all([place.run(["diff"]), place.run(["undo", "--yes"])])
  const noChange = `no run in ${place.workspace} has changed a file\n`
  expect(ran).toStrictEqual([1, 2].map(() => ({ code: 0, stdout: "", stderr: noChange })))
})

it("is finished by a second undo, each file whole, when the first is killed in its midst", async () => {
  const names = Array.from({ length: 60 }, (_, index) => `many/${index}`)
  fs.mkdirSync(join(place.workspace, "many"))
  for (const name of names) fs.writeFileSync(join(place.workspace, name), `old ${name}\n${"more\n".repeat(5_000)}`)
  const before = files()
  const parts = names.map((name) => `*** Update File: ${name}\n@@\n-old ${name}\n+new\n*** Add File: ${name}+\n+made\n`)
  await delegate([{ name: "apply_patch", args: { patch: `*** Begin Patch\n${parts.join("")}*** End Patch\n` } }])
  const after = files()
  for (let kill = 0; kill < 4; kill++) {
    const child = spawn(process.execPath, [bin, "undo", "--yes"], {
      cwd: place.workspace,
      env: { HOME: place.home, PATH: process.env.PATH },
      stdio: "ignore"
    })
    await changed(join(place.workspace, "many"), child)
    child.kill("SIGKILL")
    await once(child, "close")
    const torn = Object.entries(files()).filter(
      ([name, bytes]) => !name.endsWith(".tmp") && bytes !== before[name] && bytes !== after[name]
    )
    expect(torn).toStrictEqual([])
  }
  const { code, stderr } = await place.run(["undo", "--yes"])
  expect({ code, stderr: code === 0 ? "" : stderr, now: files() }).toStrictEqual({ code: 0, stderr: "", now: before })
  const redone = await place.run(["undo", "--redo", "--yes", "-q"])
  expect({ code: redone.code, now: files() }).toStrictEqual({ code: 0, now: after })
})

/** Once something in the folder is another name, or the process has ended. */
const changed = (folder: string, child: ReturnType<typeof spawn>): Promise<void> =>
  new Promise((resolve) => {
    const watcher = fs.watch(folder, () => done())
    const done = () => {
      watcher.close()
      resolve()
    }
    child.once("close", done)
  })
