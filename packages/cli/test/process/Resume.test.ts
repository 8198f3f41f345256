/** A run that was killed, stopped or paused goes on: by `resume`, and by the same command again. */
import { mkdir, readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { ended, makePlace, type Place, said } from "./Cli.ts"
import { delegate, neverEnding, runOf, stateOf, withServer } from "./Runs.ts"

let place: Place
beforeEach(async () => {
  place = await makePlace({ "src/a.ts": "// TODO: x\n" })
})
afterEach(() => place.remove())

/** A run that a signal ends in the middle of its search; another search comes to its end. */
const endedBy = async (signal: NodeJS.Signals) => {
  const open = neverEnding(place)
  const child = place.start(delegate)
  const result = ended(child)
  await said(child, ": grep ")
  child.kill(signal)
  await result
  await open()
}

describe.skipIf(process.platform === "win32")("a run that was killed", () => {
  it("goes on where it stood, and answers as if nothing had been", async () => {
    const whole = await place.run(delegate)
    await endedBy("SIGKILL")
    expect(await stateOf(place)).toBe("lost")
    const resumed = await place.run(["resume"])
    expect({ code: resumed.code, stdout: resumed.stdout }, resumed.stderr).toStrictEqual({
      code: 0,
      stdout: whole.stdout
    })
    expect(await stateOf(place)).toBe("completed")
  })

  it("is refused while another process has it, and when there is nothing left to do", async () => {
    const open = neverEnding(place)
    const child = place.start(delegate)
    const result = ended(child)
    await said(child, ": grep ")
    const run = await runOf(place)
    const beside = await place.run(["resume", run])
    expect({ code: beside.code, stdout: beside.stdout }).toStrictEqual({ code: 2, stdout: "" })
    expect(beside.stderr).toContain(`run ${run} is running in process ${child.pid}`)
    const same = await place.run([...delegate, "--resume"])
    expect(same).toStrictEqual(beside)
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
    await endedBy("SIGKILL")
    const run = await runOf(place)
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

describe.skipIf(process.platform === "win32")("a run that was cancelled", () => {
  it("is not what --resume goes on with once the same command has completed", async () => {
    await endedBy("SIGINT")
    await place.run(delegate)
    const before = [await stateOf(place, 1), await stateOf(place, 0)]
    const { code, stderr } = await place.run([...delegate, "--resume"])
    const after = [await stateOf(place, 2), await stateOf(place, 1), await stateOf(place, 0)]
    expect({ code, before, after, warnings: /warning/.test(stderr) }).toStrictEqual({
      code: 0,
      before: ["cancelled", "completed"],
      after: ["cancelled", "completed", "completed"],
      warnings: false
    })
  })
})

describe.skipIf(process.platform === "win32")("a dry run of what --resume would go on with", () => {
  it("says so and forecasts, and leaves the run as it was", async () => {
    await endedBy("SIGKILL")
    const before = await place.run(["ps", "--json"])
    const run = await runOf(place)
    const forecast = await place.run([...delegate, "--dry-run", "--json"])
    for (const flags of [["--resume"], [`--resume=${run}`, "--detach"]]) {
      const dry = await place.run([...delegate, ...flags, "--dry-run", "--json"])
      expect({ code: dry.code, stdout: dry.stdout }, dry.stderr).toStrictEqual({ code: 0, stdout: forecast.stdout })
      expect(dry.stderr).toContain(`warning: without --dry-run, run ${run} goes on where it stood`)
    }
    expect(JSON.parse((await place.run(["ps", "--json"])).stdout)).toStrictEqual(JSON.parse(before.stdout))
  })
})

describe.skipIf(process.platform === "win32")("a run that was begun with other flags", () => {
  it("is not gone on with by a command line that narrows it, which begins a new one and says so", async () => {
    await endedBy("SIGKILL")
    const run = await runOf(place)
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
    const resumed = await place.run(["rm", await runOf(place), "--yes"])
    expect(resumed.code, resumed.stderr).toBe(0)
  })
})

describe.skipIf(process.platform === "win32")("the deadline of a run that goes on", () => {
  /** Of each beginning, in milliseconds from then. */
  const deadlines = async (): Promise<ReadonlyArray<number>> => {
    const lines = (await place.run(["logs", "--json"])).stdout.trimEnd().split("\n")
    return lines.map((line) => JSON.parse(line).budget?.deadline_ms).filter((ms) => typeof ms === "number")
  }

  it("is what is left of its own with what is added to it, whatever is configured, or what is typed", async () => {
    const open = neverEnding(place)
    const killed = async (args: ReadonlyArray<string>, configured = "2h") => {
      const child = place.start(args, { env: { DEPUTIZE_DEADLINE: configured } })
      const result = ended(child)
      await said(child, ": grep ")
      child.kill("SIGKILL")
      await result
    }
    await killed([...delegate, "--deadline", "10min"])
    await killed(["resume"])
    await killed(["resume", "--budget", "+20min"], "1min")
    await killed(["resume", "--deadline", "20min"])
    await open()
    const resumed = await place.run(["resume"], { env: { DEPUTIZE_DEADLINE: "1s" } })
    expect(resumed.code, resumed.stderr).toBe(0)
    const minutes = (await deadlines()).map((ms) => Math.ceil(ms / 60_000))
    expect(minutes).toStrictEqual([10, 10, 30, 20, 20])
    expect((await deadlines()).map((ms) => ms % 60_000 === 0)).toStrictEqual([true, false, false, true, false])
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

describe("a run that goes on with --resume", () => {
  it("knows the agent of --agent-file as it did before", async () => {
    const write = (path: string, text: string) => writeFile(join(place.workspace, path), text)
    await mkdir(join(place.workspace, ".deputize", "agents"))
    await write(".deputize/agents/lead.md", "---\nname: lead\ntools: [spawn_agent]\n---\n\nHave it checked.\n")
    await write("checker.md", "---\nname: checker\n---\n\nCheck it.\n")
    let isHeld = true
    await withServer(
      ({ goal, toolOutputs }) => {
        if (isHeld) return { text: "Late.", delayMs: 600_000 }
        if (goal.includes("A part")) return { text: "The part is fine." }
        if (toolOutputs.length > 1) return { text: JSON.stringify(toolOutputs) }
        return toolOutputs.length === 0
          ? { calls: [{ name: "spawn_agent", args: { agent: "checker", goal: "A part" } }] }
          : { calls: [{ name: "wait", args: {} }] }
      },
      async (env) => {
        const lead = ["delegate", "lead", "Have it checked", "--agent-file", "checker.md"]
        const child = place.start(lead, { env })
        const result = ended(child)
        await said(child, "lead: started")
        child.kill("SIGKILL")
        await result
        isHeld = false
        const resumed = await place.run([...lead, "--resume"], { env })
        expect(resumed.code, resumed.stderr).toBe(0)
        expect(resumed.stdout).toContain("The part is fine.")
      }
    )
  })
})

describe("a record", () => {
  it("loses runs that are removed, but none that is running", async () => {
    await place.run(delegate)
    await place.run(delegate)
    const run = await runOf(place)
    const removed = await place.run(["rm", run, "--yes"])
    expect({ code: removed.code, stdout: removed.stdout }, removed.stderr).toStrictEqual({
      code: 0,
      stdout: `${run}\n`
    })
    const left: { runs: ReadonlyArray<{ run: string }> } = JSON.parse((await place.run(["ps", "--json"])).stdout)
    expect(left.runs.map((each) => each.run === run)).toStrictEqual([false])
    const open = neverEnding(place)
    const child = place.start(delegate)
    const result = ended(child)
    await said(child, ": grep ")
    const running = await place.run(["rm", await runOf(place), "--yes"])
    expect({ code: running.code, stdout: running.stdout }).toStrictEqual({ code: 2, stdout: "" })
    expect(running.stderr).toContain("deputize stop")
    child.kill("SIGINT")
    await result
    await open()
  })
})
