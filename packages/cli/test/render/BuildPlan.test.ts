import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { dryRunText, explainText } from "../../src/render/BuildPlan.ts"
import { makeStyle } from "../../src/render/Style.ts"

const golden = (name: string) => join(import.meta.dirname, "golden", `${name}.txt`)
const style = makeStyle(false, true)

const compile = {
  id: "compile",
  title: "Compile the packages",
  willRun: true,
  why: "packages/core/src/a.ts and 3 more changed",
  command: "nx run-many -t build",
  needs: ["clean"]
}

describe("what a build would do", () => {
  it("has each step with its reason, and how many would run", async () => {
    const steps = [
      { ...compile, id: "clean", why: "it prepares for compile", command: "rm -rf dist", needs: [] },
      compile,
      { ...compile, id: "文書", willRun: false, why: "up to date", command: "sphinx-build -b html docs dist/docs" },
      { ...compile, id: "sign", willRun: false, why: "--skip-clean", command: `sign ${"x".repeat(90)}` }
    ]
    await expect(dryRunText(steps, style)).toMatchFileSnapshot(golden("build-dry-run"))
  })

  it("explains a step by everything that its result depends on", async () => {
    const text = explainText(
      {
        ...compile,
        inputs: { globs: ["packages/*/src/**", "!**/*.md"], files: 312, first: ["packages/core/src/a.ts", "b.ts"] },
        outputs: ["packages/*/dist/**"],
        cache: "content",
        env: ["NODE_ENV", "TARGET"],
        attempts: 3,
        timeoutMs: 600_000,
        last: { finishedAt: 1_700_000_000_000, ms: 91_000, outputs: 48 },
        usualMs: 88_000
      },
      style,
      () => "2023-11-14 22:13:20"
    )
    await expect(text).toMatchFileSnapshot(golden("build-explain"))
  })

  it("explains a step that states nothing and never passed", () => {
    const step = { ...compile, needs: [], inputs: null, outputs: [], cache: "never" as const, env: [] }
    expect(
      explainText({ ...step, attempts: 1, timeoutMs: null, last: null, usualMs: null }, style, () => "").split("\n")
    ).toStrictEqual([
      "compile",
      "title        Compile the packages",
      "plan         would run: packages/core/src/a.ts and 3 more changed",
      "command      nx run-many -t build",
      "needs        none",
      "cache        never: what it does cannot be kept",
      "inputs       none stated",
      "outputs      none",
      "environment  none",
      "tries        1 at most",
      "last passed  never, or not since its result was found damaged",
      ""
    ])
  })
})
