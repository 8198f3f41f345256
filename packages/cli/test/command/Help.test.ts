import { describe, expect, it } from "vitest"
import { helpPages } from "../../src/command/Help.ts"
import { commandTable } from "../../src/commands/table.ts"

const pages = helpPages(commandTable)

describe("help", () => {
  it("has a page for the whole, every group and every command", () => {
    expect(Object.keys(pages)).toStrictEqual([
      "",
      "agents",
      "delegate",
      "delegate-parallel",
      "agents list",
      "agents show",
      "ps",
      "logs",
      "cost",
      "build",
      "build status",
      "build logs",
      "build list",
      "build rollback",
      "build clean",
      "doctor"
    ])
  })

  it("names every flag and gives an example on the page of a command", () => {
    for (const command of commandTable.commands) {
      const page = pages[command.name] ?? ""
      for (const flag of command.flags) expect(page).toContain(`--${flag.name}`)
      expect(page).toContain("Examples:")
    }
  })

  it("names on the page of a command those that its words lead on to", () => {
    expect(pages.build).toContain("Usage: deputize build [PIPELINE] [STEP...] [FLAGS]")
    expect(pages.build).toContain("build logs [STEP]")
    expect(pages.ps).not.toContain("Commands below it:")
  })

  it("fits in 100 columns", () => {
    const tooLong = Object.values(pages).flatMap((page) => page.split("\n").filter((line) => line.length > 100))
    expect(tooLong).toStrictEqual([])
  })
})
