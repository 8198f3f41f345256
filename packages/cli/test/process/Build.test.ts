import { existsSync } from "node:fs"
import { readFile, rm, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { isAlive } from "@deputize/core/history/Owner"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { ended, makePlace, type Place, said } from "./Cli.ts"

const pipeline = `
name: shop
steps:
  - id: compile
    run: mkdir -p dist && cp src/shop.js dist/shop.js
    inputs: src/**
    outputs: dist
  - id: test
    needs: compile
    retries: 0
    run: "! test -e broken"
install:
  files: [{ from: dist/shop.js, to: bin/shop, mode: "755" }]
  bin: { shop: bin/shop }
  verify: shop
`

/** Goes on until it is ended from outside, and says which process it is. */
const endless = `
steps:
  - id: wait
    run: "echo $$ > pid; exec tail -f /dev/null"
`

let place: Place
const write = (path: string, text: string) => writeFile(join(place.workspace, path), text)
const build = (...words: ReadonlyArray<string>) => place.run(["build", ...words])

beforeEach(async () => {
  place = await makePlace({
    "deputize.build.yaml": pipeline,
    "src/shop.js": '#!/usr/bin/env node\nconsole.log("shop 1")\n'
  })
})
afterEach(() => place.remove())

/** Sessions and times are different each time. */
const steady = (text: string) =>
  text
    .replaceAll(place.workspace, "WORKSPACE")
    .replaceAll(place.home, "HOME")
    .replace(/\d{8}_\d{6}(-\d+)?/g, "SESSION")
    .replace(/\d+\.\d+ s/g, "TIME")
    .replace(/\d+ jobs?, for any .*$/gm, "JOBS, MACHINE")
    .replace(/workspace-[0-9a-f]{16}/g, "STATE")

describe.skipIf(process.platform === "win32")("deputize build", () => {
  it("tells each event on standard error, the summary on standard output, and then that there is nothing to do", async () => {
    const first = await build()
    expect([first.code, steady(first.stderr)]).toStrictEqual([
      0,
      [
        "session SESSION of shop: 3 steps, JOBS, MACHINE",
        "logs in HOME/.local/state/deputize/STATE/build/logs/SESSION",
        "● [1/3] compile: starts because it has not finished before",
        "✓ [1/3] compile: TIME",
        "● [2/3] test: starts because it has not finished before",
        "✓ [2/3] test: TIME",
        "● [3/3] install: starts because it has not finished before",
        "  [3/3] install: HOME/.deputize/bin is not on PATH; add it there to call shop by name",
        "  [3/3] install: version SESSION in HOME/.deputize",
        "✓ [3/3] install: TIME",
        ""
      ].join("\n")
    ])
    expect(steady(first.stdout)).toContain("✓ shop completed after TIME (session SESSION)\n")
    const second = await build()
    expect([second.code, steady(second.stdout), second.stderr]).toStrictEqual([
      0,
      "nothing to do: shop is up to date, 3 steps (TIME)\n",
      ""
    ])
  })

  it("says with 1 that a step failed, on record and in its log, and goes on with --resume", async () => {
    await write("broken", "")
    const failed = await build("-q")
    expect([failed.code, failed.stderr.split("\n")[0]?.replace(/after .* s:/, "after TIME:")]).toStrictEqual([
      1,
      "✗ [2/3] test: failed after TIME: it ended with exit code 1"
    ])
    const status: { status: string; steps: ReadonlyArray<{ id: string; state: string }> } = JSON.parse(
      (await build("status", "--json")).stdout
    )
    expect([status.status, status.steps.map(({ id, state }) => `${id} ${state}`)]).toStrictEqual([
      "failed",
      ["compile passed", "test failed", "install not run"]
    ])
    await rm(join(place.workspace, "broken"))
    expect((await build("--resume")).code).toBe(0)
    expect((await build("list")).stdout.split("\n").filter((line) => line.includes("completed"))).toHaveLength(1)
  })

  it("prints nothing but the result with --json", async () => {
    const { code, stderr, stdout } = await build("--json")
    const result: Record<string, unknown> = JSON.parse(stdout)
    expect([code, stderr, result.schema_version, result.status, result.counts]).toStrictEqual([
      0,
      "",
      1,
      "completed",
      { cached: 0, ran: 3, retried: 0, failed: 0 }
    ])
  })

  it("runs nothing of a pipeline that is wrong, and says where", async () => {
    await write("deputize.build.yaml", "steps:\n  - id: a\n    run: touch ran\n    timeout: soon\n")
    const { code, stderr, stdout } = await build()
    expect([code, stdout, stderr.split(" ")[0]]).toStrictEqual([2, "", "deputize.build.yaml:4:14:"])
    expect(existsSync(join(place.workspace, "ran"))).toBe(false)
  })

  it("shows what would run, and why, and runs nothing", async () => {
    const { code, stdout } = await build("--dry-run")
    expect([code, stdout.trimEnd().split("\n").at(-1)]).toStrictEqual([0, "3 of 3 steps would run"])
    const explained: Record<string, unknown> = JSON.parse((await build("--explain", "compile", "--json")).stdout)
    expect([explained.will_run, explained.inputs, explained.last]).toStrictEqual([
      true,
      { globs: ["src/**"], files: 1, first: ["src/shop.js"] },
      null
    ])
    expect(existsSync(join(place.workspace, "dist"))).toBe(false)
    expect(await build("list")).toStrictEqual({
      code: 0,
      stdout: "",
      stderr: `nothing was built in ${place.workspace} yet\n`
    })
  })

  it("ends what steps have started when it is stopped, and says how to go on", async () => {
    await write("deputize.build.yaml", endless)
    const child = place.start(["build"])
    await said(child, "[1/1] wait: starts")
    await expect.poll(() => existsSync(join(place.workspace, "pid"))).toBe(true)
    const all = ended(child)
    child.kill("SIGINT")
    const { code, stderr } = await all
    expect([code, stderr.includes("is stopped; deputize build --resume goes on with it")]).toStrictEqual([130, true])
    const pid = Number(await readFile(join(place.workspace, "pid"), "utf8"))
    expect(isAlive({ pid, start: null, startedBy: null })).toBe(false)
  })

  it("waits for another build in the workspace, or names it with --no-wait", async () => {
    await write("deputize.build.yaml", endless)
    const child = place.start(["build"])
    const all = ended(child)
    await said(child, "[1/1] wait: starts")
    const refused = await build("--no-wait")
    expect([refused.code, refused.stderr.split("\n")[0]]).toStrictEqual([
      1,
      `another build runs in this workspace: process ${child.pid}`
    ])
    expect((await build("clean")).code).toBe(2)
    expect((await build("status")).stdout).toContain(`running in process ${child.pid}`)
    const waiting = place.start(["build"])
    await said(waiting, `waiting: process ${child.pid} has been building in this workspace for`)
    const other = ended(waiting)
    waiting.kill("SIGTERM")
    child.kill("SIGTERM")
    expect([(await other).code, (await all).code]).toStrictEqual([143, 143])
  })

  it("shows logs, of the session and of a step, and follows what grows", async () => {
    await write(
      "deputize.build.yaml",
      "steps:\n  - id: talk\n    run: |\n      echo one\n      until test -e go; do sleep 0.05; done\n      echo two\n"
    )
    const child = place.start(["build"])
    const all = ended(child)
    await said(child, "[1/1] talk: starts")
    const following = place.start(["build", "logs", "talk", "-f"])
    const log = ended(following)
    await new Promise((resolve) => following.stdout?.once("data", resolve))
    await write("go", "")
    expect(await log).toStrictEqual({ code: 0, stdout: "one\ntwo\n", stderr: "" })
    expect((await all).code).toBe(0)
    expect((await build("logs", "talk")).stdout).toBe("one\ntwo\n")
    expect((await build("logs")).stdout).toContain("talk: starts: it always runs")
    expect((await build("logs", "tlak")).code).toBe(2)
    await write("deputize.build.yaml", "steps:\n  - { id: talk, run: 'true' }\n")
    await build()
    const { stderr } = await build("logs", "talk")
    expect(steady(stderr)).toBe("talk printed nothing in session SESSION\n")
  })

  it("does not publish unless somebody says so", async () => {
    await write("deputize.build.yaml", "steps:\n  - id: publish\n    run: touch published\n")
    const { code, stderr } = await build()
    expect([code, stderr]).toStrictEqual([
      2,
      "this build would publish, and nobody can be asked:\n  publish: touch published\n  Say so with --yes.\n"
    ])
    expect(existsSync(join(place.workspace, "published"))).toBe(false)
    expect((await build("--yes")).code).toBe(0)
    expect(existsSync(join(place.workspace, "published"))).toBe(true)
  })

  it("goes back to the version that was installed before", async () => {
    await build()
    await write("src/shop.js", '#!/usr/bin/env node\nconsole.log("shop 2")\n')
    await build()
    const versions = join(place.home, ".deputize", "versions", "shop", "current", "bin", "shop")
    expect(await readFile(versions, "utf8")).toContain("shop 2")
    const back = await build("rollback")
    expect([back.code, steady(back.stdout)]).toStrictEqual([
      0,
      "shop in HOME/.deputize is version SESSION again; it was SESSION\n"
    ])
    expect(await readFile(versions, "utf8")).toContain("shop 1")
    expect((await build("rollback")).code).toBe(2)
  })

  it("removes what it kept and nothing else, so that the next build runs everything", async () => {
    await build()
    const { code, stdout } = await build("clean")
    expect([code, stdout.split("\n").length]).toStrictEqual([0, 4])
    expect(JSON.parse((await build("--json")).stdout)).toMatchObject({ counts: { ran: 3 } })
  })

  it("writes a first pipeline that can be run, and never over one that is there", async () => {
    const file = join(place.workspace, "deputize.build.yaml")
    const refused = await build("--init")
    expect([refused.code, steady(refused.stderr), await readFile(file, "utf8")]).toStrictEqual([
      2,
      "deputize.build.yaml: is there already\n  Edit it, or remove it first.\n",
      pipeline
    ])
    await rm(file)
    await write("package.json", '{ "name": "shop", "scripts": { "build": "node --check src/shop.js" } }')
    const { code, stdout } = await build("--init")
    expect([code, steady(stdout)]).toStrictEqual([
      0,
      "wrote WORKSPACE/deputize.build.yaml for npm; look it through, then see what it would do: deputize build --dry-run\n"
    ])
    expect((await build()).code).toBe(0)
    expect((await build()).stdout).toMatch(/^nothing to do: /)
  })
})
