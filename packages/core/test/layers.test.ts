import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { afterAll, describe, expect, it } from "@effect/vitest"
import { violations } from "../../../scripts/check-layers.ts"

const repository = resolve(import.meta.dirname, "../../..")
const copy = mkdtempSync(join(tmpdir(), "deputize-layers-"))
afterAll(() => rmSync(copy, { recursive: true, force: true }))

const withChange = (file: string, line: string): ReadonlyArray<string> => {
  for (const name of ["core", "build-tools", "cli"]) {
    cpSync(join(repository, "packages", name, "src"), join(copy, "packages", name, "src"), {
      recursive: true,
      force: true
    })
  }
  const before = readFileSync(join(copy, file), "utf8")
  appendFileSync(join(copy, file), `${line}\n`)
  const found = violations(copy)
  writeFileSync(join(copy, file), before)
  return found.map((problem) => problem.replace(/:\d+:/, ":"))
}

describe("the order of packages and folders", () => {
  it("holds in this repository", () => {
    expect(violations(repository)).toStrictEqual([])
  })

  it.each([
    [
      "packages/core/src/journal/Journal.ts",
      `export { Budget } from "../budget/Budget.ts"`,
      "folder journal may not import folder budget"
    ],
    [
      "packages/core/src/runtime/plan/Shares.ts",
      `export { join } from "../team/Crew.ts"`,
      "folder runtime/plan may not import folder runtime/team"
    ],
    [
      "packages/core/src/domain/Ids.ts",
      `export type { Policy } from "../policy/Policy.ts"`,
      "folder domain may not import folder policy"
    ],
    [
      "packages/core/src/agent/Agent.ts",
      `export * from "@deputize/cli/main"`,
      "package core may not import package cli"
    ],
    [
      "packages/core/src/agent/Agent.ts",
      `const sqlite = await import("node:sqlite")`,
      "node:sqlite is imported from core/journal only"
    ],
    [
      "packages/core/src/budget/Budget.ts",
      `import "../../../cli/src/main.ts"`,
      "../../../cli/src/main.ts leaves the package's src"
    ]
  ])("reports %s with %s", (file, line, problem) => {
    expect(withChange(file, line)).toStrictEqual([`${file}: ${problem}`])
  })
})
