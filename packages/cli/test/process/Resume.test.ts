/** A run that was killed, stopped or paused goes on: by `resume`, by the same command again, and when it is spoken to. */
import { execFileSync } from "node:child_process"
import { readFile, rm } from "node:fs/promises"
import { join } from "node:path"
import { type Answer, type Received, startProviderServer } from "@deputize/core/testing/ProviderServer"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { ended, makePlace, type Place, said } from "./Cli.ts"

let place: Place
beforeEach(async () => {
  place = await makePlace({ "src/a.ts": "// TODO: x\n" })
})
afterEach(() => place.remove())

/** A search waits for a writer of this pipe, which never comes. */
const neverEnding = () => {
  const pipe = join(place.workspace, ".ignore")
  execFileSync("mkfifo", [pipe])
  return () => rm(pipe)
}

const delegate = ["delegate", "code-reviewer", "Find TODO comments"]

const stateOf = async (index = 0): Promise<unknown> => {
  const { stdout } = await place.run(["ps", "--json"])
  return JSON.parse(stdout).runs[index]?.state
}

const runOf = async (): Promise<string> => JSON.parse((await place.run(["ps", "--json"])).stdout).runs[0]?.run

describe.skipIf(process.platform === "win32")("a run that was killed", () => {
  it("goes on where it stood, and answers as if nothing had been", async () => {
    const whole = await place.run(delegate)
    const open = neverEnding()
    const child = place.start(delegate)
    const result = ended(child)
    await said(child, ": grep ")
    child.kill("SIGKILL")
    await result
    expect(await stateOf()).toBe("lost")
    await open()
    const resumed = await place.run(["resume"])
    expect({ code: resumed.code, stdout: resumed.stdout }, resumed.stderr).toStrictEqual({
      code: 0,
      stdout: whole.stdout
    })
    expect(await stateOf()).toBe("completed")
  })

  it("is refused while another process has it, and when there is nothing left to do", async () => {
    const open = neverEnding()
    const child = place.start(delegate)
    const result = ended(child)
    await said(child, ": grep ")
    const run = await runOf()
    const beside = await place.run(["resume", run])
    expect({ code: beside.code, stdout: beside.stdout }).toStrictEqual({ code: 2, stdout: "" })
    expect(beside.stderr).toContain(`run ${run} is running in process ${child.pid}`)
    child.kill("SIGINT")
    await result
    await open()
    expect((await place.run(["resume", run])).code).toBe(0)
    const again = await place.run(["resume", run])
    expect({ code: again.code, stderr: again.stderr.split("\n")[0] }).toStrictEqual({
      code: 2,
      stderr: `run ${run} is complete: nothing of it is left to do`
    })
    expect((await place.run(["resume"])).code).toBe(2)
  })

  it("goes on with the same command and --resume, which begins a new one where none is left", async () => {
    const open = neverEnding()
    const child = place.start(delegate)
    const result = ended(child)
    await said(child, ": grep ")
    child.kill("SIGKILL")
    await result
    await open()
    const run = await runOf()
    const resumed = await place.run([...delegate, "--resume", "--json"])
    expect({ code: resumed.code, run: JSON.parse(resumed.stdout).run }, resumed.stderr).toStrictEqual({ code: 0, run })
    const other = await place.run([...delegate, `--resume=${run}`, "--sandbox", "read-only"])
    expect({ code: other.code, stdout: other.stdout }).toStrictEqual({ code: 2, stdout: "" })
    expect(other.stderr).toContain(`run ${run} was begun with other agents, goals, flags or definitions`)
    const fresh = await place.run([...delegate, "--resume", "--json"])
    expect({ code: fresh.code, isNew: JSON.parse(fresh.stdout).run !== run }, fresh.stderr).toStrictEqual({
      code: 0,
      isNew: true
    })
  })
})

describe.skipIf(process.platform === "win32")("a run that was begun with other flags", () => {
  it("is not gone on with by a command line that narrows it, which begins a new one and says so", async () => {
    const open = neverEnding()
    const child = place.start(delegate)
    const result = ended(child)
    await said(child, ": grep ")
    child.kill("SIGKILL")
    await result
    await open()
    const run = await runOf()
    const narrowed = await place.run([...delegate, "--resume", "--sandbox", "read-only", "--json"])
    expect({ code: narrowed.code, isNew: JSON.parse(narrowed.stdout).run !== run }).toStrictEqual({
      code: 0,
      isNew: true
    })
    expect(narrowed.stderr).toContain(`run ${run} of the same agents and goals was begun with other flags`)
  })
})

describe.skipIf(process.platform !== "linux")("a check of a run that is killed", () => {
  it("is ended with it", async () => {
    const mark = join(place.home, "check")
    const child = place.start([...delegate, "--check", `echo $$ > ${mark}; exec sleep 600`])
    const result = ended(child)
    const started = async (): Promise<string> => {
      const text = await readFile(mark, "utf8").catch(() => "")
      return text.endsWith("\n") ? text.trim() : started()
    }
    const pid = await started()
    child.kill("SIGKILL")
    await result
    const gone = async (): Promise<void> => {
      const isThere = await readFile(`/proc/${pid}/stat`).then(
        () => true,
        () => false
      )
      return isThere ? gone() : undefined
    }
    await gone()
    const resumed = await place.run(["rm", await runOf(), "--yes"])
    expect(resumed.code, resumed.stderr).toBe(0)
  })
})

describe("a run at its limit", () => {
  it("goes on with more budget, and says so when there is none", async () => {
    const paused = await place.run([...delegate, "--budget", "500"])
    expect(paused.code, paused.stderr).toBe(3)
    expect(paused.stderr).toContain("deputize resume")
    const same = await place.run(["resume"])
    expect({ code: same.code, stdout: same.stdout }, same.stderr).toStrictEqual({ code: 3, stdout: "" })
    expect(same.stderr).toContain("--budget +")
    const anew = await place.run(["resume", "--budget", "40k"])
    expect({ code: anew.code, stderr: anew.stderr.split("\n")[1] }).toStrictEqual({
      code: 2,
      stderr: "  Write --budget +40k."
    })
    const more = await place.run(["resume", "--budget", "+40k"])
    expect(more.code, more.stderr).toBe(0)
    expect(more.stdout).toContain("src/a.ts:1")
  })
})

/** A gate that requests wait at. */
const gate = () => {
  let open = () => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { open, opened }
}

const withServer = async <A>(
  answer: (request: Received) => Answer | Promise<Answer>,
  body: (env: Readonly<Record<string, string>>, requests: ReadonlyArray<Received>) => Promise<A>
): Promise<A> => {
  const server = await startProviderServer(answer)
  try {
    return await body({ OPENAI_API_KEY: "sk-secret-0123456789", OPENAI_BASE_URL: server.url }, server.requests)
  } finally {
    await server.close()
  }
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
        expect({ state: await stateOf(), isThere: process.kill(pid, 0) }).toStrictEqual({
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
        expect({ code: stopped.code, stdout: stopped.stdout, state: await stateOf() }, stopped.stderr).toStrictEqual({
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

describe("a record", () => {
  it("loses runs that are removed, but none that is running", async () => {
    await place.run(delegate)
    await place.run(delegate)
    const run = await runOf()
    const removed = await place.run(["rm", run, "--yes"])
    expect({ code: removed.code, stdout: removed.stdout }, removed.stderr).toStrictEqual({
      code: 0,
      stdout: `${run}\n`
    })
    const left: { runs: ReadonlyArray<{ run: string }> } = JSON.parse((await place.run(["ps", "--json"])).stdout)
    expect(left.runs.map((each) => each.run === run)).toStrictEqual([false])
    const open = neverEnding()
    const child = place.start(delegate)
    const result = ended(child)
    await said(child, ": grep ")
    const running = await place.run(["rm", await runOf(), "--yes"])
    expect({ code: running.code, stdout: running.stdout }).toStrictEqual({ code: 2, stdout: "" })
    expect(running.stderr).toContain("deputize stop")
    child.kill("SIGINT")
    await result
    await open()
  })
})
