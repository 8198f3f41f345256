import { describe, expect, it } from "vitest"
import { globalFlags } from "../../src/command/Command.ts"
import { helpPages } from "../../src/command/Help.ts"
import { layOut } from "../../src/command/HelpLayout.ts"
import { commandTable } from "../../src/commands/table.ts"
import { widthOf } from "../../src/render/Width.ts"

const pages = helpPages(commandTable)
const shown = commandTable.commands.filter(({ hidden }) => hidden !== true)
const pageOf = (topic: string, columns = 80): string => layOut(pages[topic] ?? [], columns)

describe("help", () => {
  it("has a page for the whole, every group and every command that is not hidden", () => {
    const topics = ["", ...commandTable.groups.map(({ name }) => name), ...shown.map(({ name }) => name)]
    expect(Object.keys(pages)).toStrictEqual(topics)
    expect(topics).not.toContain("completion names")
  })

  it.each(shown)(
    "of $name has an example, says what every flag and argument means, and what it ends with",
    (command) => {
      expect(command.examples.length).toBeGreaterThan(0)
      const page = pageOf(command.name, 100)
      for (const { line, what } of command.examples) {
        expect(what).not.toBe("")
        expect(page.replaceAll(/ \\\n +/g, " ")).toContain(line)
      }
      for (const { description, name } of [...command.flags, ...command.arguments]) {
        expect(description).not.toBe("")
        expect(page).toMatch(new RegExp(`^ .*(--)?${name.replace("-", "\\-")}\\b`, "m"))
      }
      expect(page).toContain("Exit codes:\n  0 ")
    }
  )

  it("tells about the flags of every command on the first page only", () => {
    for (const { description, name } of globalFlags.filter(({ name }) => name !== "json")) {
      const told = Object.keys(pages).filter((topic) =>
        pageOf(topic, 100).replaceAll(/\n +/g, " ").includes(description)
      )
      expect([name, told]).toStrictEqual([name, [""]])
    }
    expect(pageOf("ps")).toContain("which `deputize --help` tells about: --directory,")
  })

  it("names on the page of a command those that its words lead on to", () => {
    expect(pageOf("build")).toContain("Usage: deputize build [PIPELINE] [STEP...] [FLAGS]")
    expect(pageOf("build")).toContain("build logs [STEP]")
    expect(pageOf("ps")).not.toContain("Commands below it:")
  })

  it("says what every exit code of a run means, and few of a command that runs nothing", () => {
    const codes = (topic: string) => [...pageOf(topic).matchAll(/^ {2}(\d+(?:, \d+)?) {2}/gm)].map(([, code]) => code)
    expect(codes("delegate")).toStrictEqual(["0", "1", "2", "3", "4", "5", "6", "7", "8", "130, 143"])
    expect(codes("ps")).toStrictEqual(["0", "1", "2", "130, 143"])
  })

  it.each([40, 60, 80, 100, 200])("fits in %i columns, but for words that are longer", (columns) => {
    const tooLong = Object.keys(pages).flatMap((topic) =>
      pageOf(topic, columns)
        .split("\n")
        .filter((line) => widthOf(line) > columns)
        .filter((line) => line.trim().replace(/ \\$/, "").includes(" ") && !/["'|[]/.test(line))
    )
    expect(tooLong).toStrictEqual([])
  })
})
