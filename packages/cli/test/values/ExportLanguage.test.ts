import { describe, expect, it } from "vitest"
import { agentsExport } from "../../src/commands/agents/export.ts"
import { exportLanguage } from "../../src/values/ExportLanguage.ts"

describe("the language of an export", () => {
  it.each([
    [undefined, undefined, "markdown"],
    [undefined, "a.yaml", "yaml"],
    [undefined, "a.YML", "yaml"],
    [undefined, "out/a.json", "json"],
    [undefined, "a.toml", "toml"],
    [undefined, "a.md", "markdown"],
    [undefined, "folder.json/a", "markdown"],
    ["toml", "a.yaml", "toml"],
    ["markdown", "a.yaml", "markdown"]
  ])("is what --to says, else what the file's ending says: %s %s", (to, out, language) => {
    expect(exportLanguage(to, out)).toBe(language)
  })

  it("is every one that the flag takes", () => {
    const choices = agentsExport.flags.find(({ name }) => name === "to")?.choices ?? []
    expect(choices.map((choice) => exportLanguage(choice, undefined))).toStrictEqual(choices)
  })
})
