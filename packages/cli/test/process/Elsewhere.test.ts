/** A run of another process: begun in the background, shown, spoken to and stopped from here. */
import { execFileSync } from "node:child_process"
import { writeFile } from "node:fs/promises"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { ended, makePlace, type Place, said } from "./Cli.ts"
import { validatorOf } from "./Published.ts"
import { delegate, endSearch, neverEnding, runOf, stateOf, withServer } from "./Runs.ts"

let place: Place
beforeEach(async () => {
  place = await makePlace({ "src/a.ts": "// TODO: x\n" })
})
afterEach(() => place.remove())

/** A gate that requests wait at. */
const gate = () => {
  let open = () => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { open, opened }
}

/** To the process that detaches another, the record cannot be read while `isBlind`, which knows the other as `child`. */
const cannotRead = async (isBlind: string) => {
  const module = join(place.home, "blind.mjs")
  await writeFile(
    module,
    `import { syncBuiltinESMExports } from "node:module"
    const [processes, sqlite] = ["node:child_process", "node:sqlite"].map((name) => process.getBuiltinModule(name))
    const { spawn } = processes
    let child
    let looks = 0
    processes.spawn = (...args) => (child = spawn(...args))
    sqlite.DatabaseSync = class extends sqlite.DatabaseSync {
      constructor(file, options = {}) {
        if (process.env.DEPUTIZE_DETACHED_BY === undefined && options.readOnly === true && (${isBlind}))
          throw Object.assign(new Error("disk I/O error"), { code: "ERR_SQLITE_ERROR", errcode: 10 })
        super(file, options)
      }
    }
    syncBuiltinESMExports()`
  )
  return { NODE_OPTIONS: `--import ${pathToFileURL(module)}` }
}

describe("a run in another terminal", () => {
  it("is detached, shown and waited for by attach", async () => {
    const { open, opened } = gate()
    await withServer(
      async () => {
        await opened
        return { text: "All is well." }
      },
      async (env) => {
        const begun = await place.run([...delegate, "--detach", "--json"], { env })
        expect(begun.code, begun.stderr).toBe(0)
        const { pid, run } = JSON.parse(begun.stdout)
        expect((await validatorOf("detached"))(JSON.parse(begun.stdout))).toBe(true)
        expect({ state: await stateOf(place), isThere: process.kill(pid, 0) }).toStrictEqual({
          state: "running",
          isThere: true
        })
        const attached = place.start(["attach", run], { env })
        const shown = ended(attached)
        await said(attached, "code-reviewer: started")
        open()
        const { code, stderr, stdout } = await shown
        expect({ code, stdout }, stderr).toStrictEqual({ code: 0, stdout: "All is well.\n" })
      }
    )
  })

  it("goes on also where its record could not be read at once", async () => {
    await withServer(
      () => ({ text: "Late.", delayMs: 600_000 }),
      async (env) => {
        const begun = await place.run([...delegate, "--detach"], {
          env: { ...env, ...(await cannotRead("looks++ === 0")) }
        })
        expect({ code: begun.code, stdout: begun.stdout, state: await stateOf(place) }, begun.stderr).toStrictEqual({
          code: 0,
          stdout: `${await runOf(place)}\n`,
          state: "running"
        })
        expect((await place.run(["stop"])).code).toBe(0)
      }
    )
  })

  it("is named also when it ends before it was seen", async () => {
    const env = await cannotRead("child?.exitCode === null")
    const begun = await place.run([...delegate, "--detach"], { env })
    expect({ code: begun.code, stdout: begun.stdout, state: await stateOf(place) }, begun.stderr).toStrictEqual({
      code: 0,
      stdout: `${await runOf(place)}\n`,
      state: "completed"
    })
    expect(begun.stderr).toContain("src/a.ts:1")
    const again = await place.run(["resume", await runOf(place), "--detach"], { env })
    expect({ code: again.code, stdout: again.stdout }).toStrictEqual({ code: 2, stdout: "" })
    expect(again.stderr).toContain("nothing of it is left to do")
  })

  it("says here what refuses it", async () => {
    const refused = await place.run([...delegate, "--detach", "--budget", "nothing"])
    expect({ code: refused.code, stdout: refused.stdout }).toStrictEqual({ code: 2, stdout: "" })
    expect(refused.stderr).toContain('"nothing" is not an amount')
  })

  it("is stopped, and can be resumed", async () => {
    let isHeld = true
    await withServer(
      () => (isHeld ? { text: "Late.", delayMs: 600_000 } : { text: "All is well." }),
      async (env) => {
        const { stdout: run } = await place.run([...delegate, "--detach"], { env })
        const stopped = await place.run(["stop"], { env })
        expect(
          { code: stopped.code, stdout: stopped.stdout, state: await stateOf(place) },
          stopped.stderr
        ).toStrictEqual({
          code: 0,
          stdout: run,
          state: "cancelled"
        })
        isHeld = false
        const resumed = await place.run(["resume"], { env })
        expect({ code: resumed.code, stdout: resumed.stdout }, resumed.stderr).toStrictEqual({
          code: 0,
          stdout: "All is well.\n"
        })
      }
    )
  })

  it("is spoken to while it runs and when it has ended", async () => {
    const { open, opened } = gate()
    await withServer(
      async ({ index, texts }) => {
        if (index === 0) await opened
        if (index === 0) return { calls: [{ name: "list_dir", args: { path: "." } }] }
        return { text: texts.some((text) => text.includes("Be brief")) ? "Brief." : "Long." }
      },
      async (env, requests) => {
        const begun = await place.run([...delegate, "--detach"], { env })
        const run = begun.stdout.trim()
        const sent = await place.run(["send", run, "Be brief"], { env })
        expect({ code: sent.code, stdout: sent.stdout }, sent.stderr).toStrictEqual({ code: 0, stdout: "" })
        const attached = place.start(["attach", run], { env })
        const shown = ended(attached)
        await said(attached, "the user tells code-reviewer")
        open()
        expect((await shown).stdout).toBe("Brief.\n")
        const again = await place.run(["send", `${run}/code-reviewer`, "And once more"], { env })
        expect({ code: again.code, stdout: again.stdout }, again.stderr).toStrictEqual({ code: 0, stdout: "Brief.\n" })
        expect(requests.at(-1)?.lastText).toContain("And once more")
      }
    )
  })
})

/** The process stops before it opens a record to write to it, until somebody writes to the pipe. */
const stopsBeforeItWrites = async () => {
  const [pipe, module] = [join(place.home, "go"), join(place.home, "stop.mjs")]
  execFileSync("mkfifo", [pipe])
  await writeFile(
    module,
    `import { readFileSync } from "node:fs"
    import { syncBuiltinESMExports } from "node:module"
    const sqlite = process.getBuiltinModule("node:sqlite")
    let stops = true
    sqlite.DatabaseSync = class extends sqlite.DatabaseSync {
      constructor(file, options = {}) {
        if (stops && options.readOnly !== true) {
          stops = false
          process.stderr.write("stopped\\n")
          readFileSync(${JSON.stringify(pipe)})
        }
        super(file, options)
      }
    }
    syncBuiltinESMExports()`
  )
  return { env: { NODE_OPTIONS: `--import ${pathToFileURL(module)}` }, go: () => writeFile(pipe, "") }
}

describe.skipIf(process.platform === "win32")("what is said to a run that ends before it can be told", () => {
  it.each(["cancelled", "completed"])("is read by the run, which goes on with it, when it is %s", async (state) => {
    const open = neverEnding(place)
    const child = place.start(delegate)
    const result = ended(child)
    await said(child, ": grep ")
    const run = await runOf(place)
    const { env, go } = await stopsBeforeItWrites()
    const sending = place.start(["send", run, "Say it in French", "--json"], { env })
    const sent = ended(sending)
    await said(sending, "stopped")
    if (state === "completed") await endSearch(place)
    else child.kill("SIGINT")
    await result
    expect(await stateOf(place)).toBe(state)
    if (state === "cancelled") await open()
    await go()
    const { code, stderr, stdout } = await sent
    expect({ code, run: JSON.parse(stdout || "{}").run }, stderr).toStrictEqual({ code: 0, run })
    const lines = (await place.run(["logs", run, "--json"])).stdout.trimEnd().split("\n")
    const told = lines.map((line) => JSON.parse(line)).filter(({ type }) => type === "user_message")
    expect(told.map(({ text }) => text)).toStrictEqual(["Say it in French"])
  })
})
