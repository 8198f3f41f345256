/** Runs that do not complete: stopped by a signal, a deadline or a budget. What there was is kept and told. */
import { execFileSync, spawnSync } from "node:child_process"
import { once } from "node:events"
import { existsSync } from "node:fs"
import { readdir, readFile } from "node:fs/promises"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { ended, makePlace, type Place, recordIn, said } from "./Cli.ts"
import { validatorOf } from "./Published.ts"

let place: Place
beforeEach(async () => {
  place = await makePlace({ "src/a.ts": "// TODO: x\n" })
})
afterEach(() => place.remove())

/** A search waits for a writer of this pipe, which never comes. */
const neverEnding = () => execFileSync("mkfifo", [join(place.workspace, ".ignore")])

const delegate = (...args: ReadonlyArray<string>) => ["delegate", "code-reviewer", "Find TODO comments", ...args]

/** The processes that were started by `pid`, and by those. */
const descendants = async (pid: number | undefined): Promise<ReadonlyArray<string>> => {
  const parents = await Promise.all(
    (await readdir("/proc"))
      .filter((name) => /^\d+$/.test(name))
      .map(async (name) => {
        const stat = await readFile(`/proc/${name}/stat`, "utf8").catch(() => "")
        return [name, stat.slice(stat.lastIndexOf(")")).split(" ")[2]] as const
      })
  )
  const below = (parent: string): ReadonlyArray<string> =>
    parents.filter(([, of]) => of === parent).flatMap(([child]) => [child, ...below(child)])
  return below(String(pid))
}

/** How many times longer than at rest a start of Node takes just now. */
const slowness = (): number => {
  const all = [1, 2, 3].map(() => {
    const from = performance.now()
    spawnSync(process.execPath, ["-e", "0"])
    return performance.now() - from
  })
  return Math.min(...all) / 50
}

/** The last event of the only run on record. */
const endOnRecord = async (): Promise<unknown> => {
  const database = new DatabaseSync(await recordIn(place.home), { readOnly: true })
  const row = database.prepare("SELECT type, body FROM events WHERE namespace = 'run' ORDER BY seq DESC LIMIT 1").get()
  database.close()
  const body: Record<string, unknown> = JSON.parse(String(row?.body))
  return { type: row?.type, status: body.status }
}

describe.skipIf(process.platform !== "linux")("a run that is stopped by a signal", () => {
  it.each<[NodeJS.Signals, number]>([
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 143]
  ])("ends its children, its record and its result: %s", async (signal, code) => {
    neverEnding()
    const out = join(place.home, "out.json")
    const child = place.start(delegate("--json", "-o", out))
    const result = ended(child)
    await said(child, ": grep ")
    const helpers = await descendants(child.pid)
    child.kill(signal)
    const { stderr, stdout, ...rest } = await result
    expect({ ...rest, trace: /^\s+at /m.test(stderr) }, stderr).toStrictEqual({ code, trace: false })
    expect(helpers.filter((pid) => existsSync(`/proc/${pid}`))).toStrictEqual([])
    expect(await endOnRecord()).toStrictEqual({ type: "Ended", status: "cancelled" })
    expect(await readFile(out, "utf8")).toBe(stdout)
    const valid = await validatorOf("result")
    expect({ valid: valid(JSON.parse(stdout)), errors: valid.errors, status: JSON.parse(stdout).status }).toStrictEqual(
      {
        valid: true,
        errors: null,
        status: "cancelled"
      }
    )
  })

  it("ends at once on a second Ctrl-C, even while its result cannot be delivered", async () => {
    neverEnding()
    const unread = join(place.home, "unread")
    execFileSync("mkfifo", [unread])
    const child = place.start(delegate("-o", unread))
    const result = ended(child)
    const cancelled = said(child, "cancelled")
    await said(child, ": grep ")
    child.kill("SIGINT")
    await cancelled
    const gone = once(child, "exit")
    const from = performance.now()
    child.kill("SIGINT")
    await gone
    const ms = performance.now() - from
    await result
    expect({ code: child.exitCode, signal: child.signalCode }).toStrictEqual({ code: null, signal: "SIGINT" })
    expect(ms < 200 || ms < 200 * slowness(), `${ms} ms`).toBe(true)
  })

  it("is timed out by its deadline, and ends with 4", async () => {
    neverEnding()
    const { code, stderr, stdout } = await place.run(delegate("--deadline", "1s", "--json"))
    const valid = await validatorOf("result")
    expect({ code, valid: valid(JSON.parse(stdout)), status: JSON.parse(stdout).status }, stderr).toStrictEqual({
      code: 4,
      valid: true,
      status: "timed_out"
    })
    expect(stderr).toContain("Raise --deadline")
  })
})

describe("a run whose budget is too small", () => {
  it("is paused, ends with 3 and says by how much to raise it", async () => {
    const { code, stderr, stdout } = await place.run(delegate("--budget", "500", "--json"))
    const valid = await validatorOf("result")
    expect({ code, valid: valid(JSON.parse(stdout)), status: JSON.parse(stdout).status }, stderr).toStrictEqual({
      code: 3,
      valid: true,
      status: "paused"
    })
    expect(stderr).toContain("Raise the budget by at least")
  })

  it("tells it to who asked for silence", async () => {
    const { code, stderr, stdout } = await place.run(delegate("--budget", "500", "-q"))
    expect({ code, stdout, lines: stderr.trimEnd().split("\n").length }).toStrictEqual({
      code: 3,
      stdout: "",
      lines: 2
    })
    expect(stderr).toMatch(/^code-reviewer: .* needs [\d,]+ tokens/)
  })

  it("keeps what the other agents found, and ends with 5", async () => {
    const { code, stdout } = await place.run([
      "delegate-parallel",
      "code-reviewer,test-gen",
      "--goals",
      "Find TODO comments,Find TODO comments",
      "--budgets",
      "500,40k",
      "--json"
    ])
    const result: { status: string; agents: ReadonlyArray<{ status: string }> } = JSON.parse(stdout)
    const valid = await validatorOf("result")
    expect({ code, valid: valid(result), status: result.status }).toStrictEqual({
      code: 5,
      valid: true,
      status: "partial"
    })
    expect(result.agents.map(({ status }) => status)).toStrictEqual(["paused", "completed"])
  })
})
