import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { type BuildLine, buildLines } from "../../src/render/BuildLines.ts"
import { advanceBuild, emptyBuild } from "../../src/render/BuildProgress.ts"
import { makeStyle } from "../../src/render/Style.ts"
import { ends, fact, failed, mostTries, says, session, start, type Told } from "./Notices.ts"

const golden = (name: string) => join(import.meta.dirname, "golden", `${name}.txt`)

const linesOf = (told: ReadonlyArray<Told>, colour = false): ReadonlyArray<BuildLine> => {
  let view = emptyBuild
  return told.flatMap(({ at, notice }) => {
    view = advanceBuild(view, notice, start + at, mostTries)
    return buildLines(view, notice, start + at, makeStyle(colour, true))
  })
}
const textOf = (lines: ReadonlyArray<BuildLine>) => `${lines.map(({ text }) => text).join("\n")}\n`

describe("the lines of a build", () => {
  it("tell everything where nothing can be redrawn, without an escape sequence", async () => {
    const text = textOf(linesOf(failed))
    expect(text).not.toContain("\u001b")
    await expect(text).toMatchFileSnapshot(golden("build-plain"))
  })

  it("tell above a live view what it does not show: ends, warnings, errors, retries", async () => {
    const kept = linesOf(failed).filter(({ weight }) => weight !== "detail")
    await expect(textOf(kept)).toMatchFileSnapshot(golden("build-above"))
  })

  it("tell nothing but failures to those who asked for quiet", () => {
    expect(linesOf(failed).filter(({ weight }) => weight === "failure")).toStrictEqual([
      {
        weight: "failure",
        text:
          "✗ [5/6] Test: failed after 3.2 s: it ended with exit code 1\n" +
          "  Its output is in /home/ada/.local/state/deputize/shop-3f1c/build/logs/20261121_103000/test.1.log."
      }
    ])
  })

  it("colour what is wrong", () => {
    const told = [session(["native", "Native"]), says(0, "native", "warning: unused"), says(0, "native", "error: no")]
    expect(linesOf(told, true).slice(1)).toStrictEqual([
      { weight: "notable", text: "  [1/1] Native: \u001b[33mwarning: unused\u001b[0m" },
      { weight: "notable", text: "  [1/1] Native: \u001b[31merror: no\u001b[0m" }
    ])
  })

  it("show what a tool prints, and do not obey it", () => {
    const [, line] = linesOf([session(["native", "Na\u001b[2Jtive"]), says(0, "native", "\u001b[2Jwarning: x\u202e")])
    expect(line?.text).toBe("  [1/1] Na\\u{1b}[2Jtive: \\u{1b}[2Jwarning: x\\u{202e}")
  })

  it("have a word for every end of a step", () => {
    const one = session(["a", "A"])
    const outcomes = [
      { _tag: "UpToDate" },
      { _tag: "Adopted" },
      { _tag: "Resumed" },
      { _tag: "Stopped" },
      { _tag: "Failed", problem: "no such program", hint: "" }
    ] as const
    expect(outcomes.map((outcome) => linesOf([one, ends(1_500, "a", outcome, 1_500)]).at(-1))).toStrictEqual([
      { weight: "notable", text: "✓ [1/1] A: up to date" },
      { weight: "notable", text: "✓ [1/1] A: it had finished after its runner was gone, and is whole" },
      { weight: "notable", text: "✓ [1/1] A: passed before the session was interrupted" },
      { weight: "notable", text: "‖ [1/1] A: stopped after 1.5 s" },
      { weight: "failure", text: "✗ [1/1] A: failed after 1.5 s: no such program" }
    ])
  })

  it("name every task of a step, with what became of it", () => {
    const statuses = ["success", "failure", "skipped", "stopped", "local-cache-kept-existing"] as const
    const told = statuses.map((status) =>
      fact(0, { _tag: "TaskEnded", step: "a", attempt: 1, task: "core:build", status, ms: 1_200 })
    )
    expect(linesOf([session(["a", "A"]), ...told]).slice(1)).toStrictEqual([
      { weight: "detail", text: "  [1/1] A: core:build: 1.2 s" },
      { weight: "notable", text: "  [1/1] A: core:build: failed after 1.2 s" },
      { weight: "detail", text: "  [1/1] A: core:build: not run" },
      { weight: "detail", text: "  [1/1] A: core:build: stopped after 1.2 s" },
      { weight: "detail", text: "  [1/1] A: core:build: from the cache" }
    ])
  })

  it("say that a session goes on, and whom a build waits for", () => {
    const told: ReadonlyArray<Told> = [
      { at: 1_000, notice: { _tag: "Waiting", pid: 4711, since: start - 64_000 } },
      fact(2_000, { _tag: "SessionResumed", pid: 4712, jobs: 4 })
    ]
    expect(linesOf(told)).toStrictEqual([
      { weight: "notable", text: "waiting: process 4711 has been building in this workspace for 1 min 5 s" },
      { weight: "notable", text: "it goes on with 4 jobs" }
    ])
  })
})
