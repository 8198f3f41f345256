import { describe, expect, it } from "vitest"
import { helpPages } from "../../src/command/Help.ts"
import { parse } from "../../src/command/Parse.ts"
import { commandTable } from "../../src/commands/table.ts"

/** The values of a flag, with the arguments. */
const values = (flag: string, ...argv: ReadonlyArray<string>) => {
  const parsed = parse(commandTable, ["agent-create", ...argv])
  return parsed._tag === "Run" ? [parsed.invocation.all(flag), parsed.invocation.arguments] : parsed
}

describe("a flag whose value may be left out", () => {
  it("takes one behind an equals sign, and never the next word", () => {
    expect(values("save", "Do it")).toStrictEqual([[], ["Do it"]])
    expect(values("save", "--save", "Do it")).toStrictEqual([[""], ["Do it"]])
    expect(values("save", "--save=.codex/agents", "Do it")).toStrictEqual([[".codex/agents"], ["Do it"]])
    expect(
      values("allow-shell", "--allow-shell=npm test", "--allow-shell", "Do it", "--allow-shell=git log")
    ).toStrictEqual([["npm test", "", "git log"], ["Do it"]])
  })

  it("is given once unless it may be repeated", () => {
    expect(values("save", "--save", "--save=x", "Do it")).toStrictEqual({
      _tag: "Refused",
      message: "--save is given more than once",
      hint: "See `deputize agent-create --help`."
    })
  })

  it("is shown so in help", () => {
    const page = JSON.stringify(helpPages(commandTable)["agent-create"])
    expect(page).toContain("--save[=FOLDER]")
    expect(page).toContain("--allow-net PATTERN")
  })
})
