/** What the guide says of definitions: examples that load with the rights that it tells, and every place there is. */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { formats } from "@deputize/core/definition/formats/Formats"
import { placesOf } from "@deputize/core/definition/Places"
import { parseText } from "@deputize/core/definition/ReadDefinition"
import { describe, expect, it } from "vitest"

const guide = readFileSync(join(import.meta.dirname, "..", "..", "..", "..", "docs", "guide", "agents.md"), "utf8")

const endings: Readonly<Record<string, string>> = { markdown: "md", yaml: "yaml", toml: "toml" }
const examples = Array.from(guide.matchAll(/```(markdown|yaml|toml)\n([\s\S]*?)```/g), ([, language = "", text = ""]) =>
  parseText(`guide.${endings[language]}`, text)
)

describe("the guide to agents", () => {
  it("shows definitions that load, each in another format", () => {
    expect(examples.map(({ definition, format }) => [definition.name, format])).toStrictEqual([
      ["test-writer", "markdown"],
      ["release-notes", "deputize"],
      ["nightly-audit", "deputize"],
      ["reviewer", "codex-toml"],
      ["sec-scan", "dotted"]
    ])
    expect(examples[1]?.warnings).toStrictEqual([])
    expect(examples[1]?.definition.permissions.exec).toStrictEqual(["npm run docs", "git log *"])
    expect(examples[4]?.definition.permissions.exec).toStrictEqual(["git log *", "npm audit *"])
  })

  it("names every format but our own, which it shows", () => {
    const words = guide.toLowerCase().replaceAll("-", " ")
    const names = formats.map(({ name }) => name.replaceAll("-", " ")).filter((name) => name !== "deputize")
    expect(names.filter((name) => !words.includes(name))).toStrictEqual([])
  })

  it("names every place with the kinds of its files", () => {
    const rows = guide.split("\n").filter((line) => line.startsWith("| `"))
    for (const { endings, label } of placesOf({ workspace: "/ws", home: "/home/ada" })) {
      const row = rows.find((line) => line.includes(`\`${label}\``)) ?? ""
      const shown = row.includes("as in the workspace")
        ? endings
        : endings.filter((ending) => row.includes(`\`${ending}\``))
      expect([label, shown]).toStrictEqual([label, endings])
    }
  })
})
