/** How a run looks while it runs: a tree and the answer as it comes on a terminal, lines of JSON for programs. */
import { execFileSync } from "node:child_process"
import { readFile } from "node:fs/promises"
import { join } from "node:path"
import * as Schema from "effect/Schema"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { StreamLine } from "../../src/render/StreamJson.ts"
import { ended, makePlace, type Place, said } from "./Cli.ts"
import { hasPty, onTerminal } from "./Pty.ts"

let place: Place
beforeEach(async () => {
  place = await makePlace({ "src/a.ts": "// TODO: x\n", "src/幅.ts": "// TODO: 日本語\n" })
})
afterEach(() => place.remove())

/** A search waits for a writer of this pipe, which never comes. */
const neverEnding = () => execFileSync("mkfifo", [join(place.workspace, ".ignore")])

const task = ["delegate", "code-reviewer", "Find TODO comments"]
const parallel = ["delegate-parallel", "code-reviewer,test-gen", "--goals", "Find TODO,TODO を探して"]

/** What changes a screen, but for colours. */
const movement = /\u001b\[[?\d;]*[A-HJKhlsu]/

describe.runIf(hasPty)("a run on a terminal", () => {
  it("is a tree below the header, which is gone when the result comes", async () => {
    neverEnding()
    const { ended, terminal, type, until } = onTerminal(place, parallel, { columns: 72 })
    await until(({ lines }) => lines.at(-1)?.endsWith("2 running") === true)
    const tree = terminal.lines.slice(-3)
    expect(tree.map((line) => line.replace(/\d[\d,]* \/ /, "N / "))).toStrictEqual([
      expect.stringMatching(/^● code-reviewer {2} *N \/ 40,000 {2}(thinking|grep )/),
      expect.stringMatching(/^● test-gen {7} *N \/ 40,000 {2}(thinking|grep )/),
      expect.stringMatching(/ tokens \(\d+ %\) · 2 agents: 2 running$/)
    ])
    expect([terminal.isCursorShown, terminal.lines.every((line) => line.length <= 72)]).toStrictEqual([false, true])
    type("\u0003")
    expect(await ended).toBe(130)
    expect(terminal.isCursorShown).toBe(true)
    expect(terminal.all.filter((line) => line.startsWith("●") || line.includes("running"))).toStrictEqual([])
    expect(terminal.all).toContain("stopping on SIGINT; Ctrl-C twice within 2 s stops at once")
    expect(terminal.all).toContain("[2/2] test-gen")
  })

  it("gives the cursor back when it is ended at once by a second Ctrl-C", async () => {
    neverEnding()
    const { ended, terminal, type, until } = onTerminal(place, parallel)
    await until(({ isCursorShown }) => !isCursorShown)
    type("\u0003")
    await until(({ all }) => all.some((line) => line.startsWith("stopping on SIGINT")))
    type("\u0003")
    expect(await ended).toBe(130)
    expect(terminal.isCursorShown).toBe(true)
    expect(terminal.all.filter((line) => line.startsWith("●"))).toStrictEqual([])
  })

  it.each<[string, Record<string, string>, ReadonlyArray<string>]>([
    ["in CI", { CI: "true" }, []],
    ["on a terminal that obeys nothing", { TERM: "dumb" }, []],
    ["beside logs", {}, ["-v"]]
  ])("is plain lines %s", async (_, env, flags) => {
    const { ended, output, terminal } = onTerminal(place, [...task, ...flags], { env })
    expect(await ended).toBe(0)
    expect(movement.exec(output())).toBeNull()
    expect(terminal.all).toContain("code-reviewer: started, 40,000 tokens")
  })

  it("shows an answer once, above the result and below the header", async () => {
    const { stdout } = await place.run([...task, "-q"])
    const { ended, terminal } = onTerminal(place, task, { columns: 200, rows: 60 })
    expect(await ended).toBe(0)
    const lines = terminal.all
    const from = lines.findIndex((line) => line.startsWith("record ")) + 1
    const to = lines.findIndex((line) => line.startsWith("✓ completed"))
    expect(lines.slice(from, to)).toStrictEqual(stdout.trimEnd().split("\n"))
  })

  it("writes the same answer to a terminal as to a file", async () => {
    const { stdout } = await place.run([...task, "-q"])
    const { ended, output } = onTerminal(place, task, { redirect: `2>'${join(place.home, "notes")}'` })
    expect(await ended).toBe(0)
    expect(output().replaceAll("\r\n", "\n")).toBe(stdout)
    expect(await readFile(join(place.home, "notes"), "utf8")).not.toMatch(movement)
  })
})

describe("--output-format stream-json", () => {
  const linesOf = (stdout: string) =>
    stdout
      .trimEnd()
      .split("\n")
      .map((line) => Schema.decodeUnknownSync(StreamLine, { onExcessProperty: "error" })(JSON.parse(line)))

  it("writes a line for each event in the order of the record, and the result as the last", async () => {
    const out = join(place.home, "out.json")
    const { code, stdout } = await place.run([...parallel, "--output-format", "stream-json", "-o", out])
    const lines = linesOf(stdout)
    const seqs = lines.map(({ seq }) => seq)
    expect(code).toBe(0)
    expect(lines[0]?.type).toBe("init")
    expect(seqs).toStrictEqual(seqs.toSorted((a, b) => a - b))
    for (const path of ["/root/code-reviewer", "/root/test-gen"]) {
      const own = lines.filter((line) => line.path === path)
      expect([own[0]?.type, own.at(-1)?.type]).toStrictEqual(["agent_start", "agent_end"])
      expect(new Set(own.map(({ parent }) => parent))).toStrictEqual(new Set(["/root"]))
      expect(own.map(({ type }) => type)).toContain("tool_use")
    }
    const last = lines.at(-1)
    expect(last?.type === "result" ? last.result : last).toStrictEqual(JSON.parse(await readFile(out, "utf8")))
  })

  it.runIf(process.platform === "linux")("ends with the result when it is stopped by a signal", async () => {
    neverEnding()
    const child = place.start([...task, "--output-format", "stream-json"])
    const result = ended(child)
    await said(child, ": grep ")
    child.kill("SIGINT")
    const { code, stdout } = await result
    const last = linesOf(stdout).at(-1)
    expect({ code, status: last?.type === "result" ? last.result.status : last }).toStrictEqual({
      code: 130,
      status: "cancelled"
    })
  })

  it("is refused by commands that run no agents", async () => {
    expect(await place.run(["agents", "list", "--output-format", "stream-json"])).toStrictEqual({
      code: 2,
      stdout: "",
      stderr:
        "agents list runs no agents, so that there are no events for --output-format stream-json\n  Use --output-format json.\n"
    })
  })
})
