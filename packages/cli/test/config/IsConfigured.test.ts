import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, describe, expect, it } from "vitest"
import { isConfigured } from "../../src/config/IsConfigured.ts"

const home = mkdtempSync(join(tmpdir(), "deputize-configured-"))
afterAll(() => rmSync(home, { recursive: true }))

const ask = (text: string, variables: Readonly<Record<string, string>> = {}) => {
  writeFileSync(join(home, "config.yaml"), text)
  const surroundings = { platform: "linux" as const, variables: { DEPUTIZE_HOME: home, ...variables }, home }
  return isConfigured(surroundings, undefined, ["output-format", "color"])
}

describe("a command has something to go by", () => {
  it("where a file mentions a setting of its flags, however it is written", () => {
    expect(
      ["color: never", "{ output_format: json }", '"color": never', "? color\n: never"].map((text) => ask(text))
    ).toStrictEqual([true, true, true, true])
  })

  it("where a variable says something", () => {
    expect([
      ask("", { DEPUTIZE_COLOR: "never" }),
      ask("", { DEPUTIZE_COLOR: "" }),
      ask("", { DEPUTIZE_MODEL: "x" })
    ]).toStrictEqual([true, false, false])
  })

  it("not where they are only about other settings, or in comments", () => {
    expect([
      ask(""),
      ask("model: x\n# color: never\n  # output_format: json\n"),
      ask("provider: x # color: no\n")
    ]).toStrictEqual([false, false, false])
  })

  it("where the file is none that can be looked into", () => {
    const surroundings = { platform: "linux" as const, variables: { XDG_CONFIG_HOME: "/dev" }, home }
    expect(isConfigured(surroundings, undefined, ["color"])).toBe(false)
    expect(ask(`model: ${"x".repeat(300_000)}`)).toBe(true)
  })
})
