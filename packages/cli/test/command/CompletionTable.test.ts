import { describe, expect, it } from "vitest"
import { completionTable } from "../../src/command/completion/CompletionTable.ts"
import { commandTable } from "../../src/commands/table.ts"

const entries = completionTable(commandTable)
const entry = (path: string) => {
  const found = entries.find((each) => each.path === path)
  if (found === undefined) throw new Error(path)
  return found
}
const offerOf = (path: string, flag: string) => entry(path).flags.find(({ names }) => names.includes(flag))?.value

describe("what can be completed", () => {
  it("has a place for every command that is not hidden, and for what leads to them", () => {
    const paths = commandTable.commands.flatMap(({ hidden, name }) => (hidden === true ? [] : [name]))
    expect(new Set(entries.map(({ path }) => path))).toStrictEqual(new Set(["", "help", "agents", "config", ...paths]))
    expect(entry("config").subcommands.map(({ word }) => word)).toStrictEqual(["explain", "path"])
    expect(entry("build").subcommands.map(({ word }) => word)).toContain("status")
  })

  it("offers words, files, folders, agents and runs where they are meant", () => {
    expect([
      offerOf("delegate", "--sandbox"),
      offerOf("delegate", "-o"),
      offerOf("delegate", "-C"),
      offerOf("delegate", "--dry-run"),
      offerOf("delegate", "--goal"),
      offerOf("delegate", "--scope"),
      offerOf("delegate", "--provider"),
      entry("delegate").arguments[0]?.value,
      entry("delegate-parallel").arguments[0]?.value,
      entry("logs").arguments[0]?.value,
      entry("completion").arguments[0]?.value
    ]).toStrictEqual([
      ["read-only", "workspace-write"],
      "files",
      "folders",
      null,
      "nothing",
      "files",
      ["offline", "openai", "openai-chat"],
      "agent",
      "agents",
      "run",
      ["bash", "zsh", "fish", "powershell"]
    ])
  })

  it("offers lines of JSON for each event only where there are events", () => {
    expect([offerOf("delegate", "--output-format"), offerOf("ps", "--output-format")]).toStrictEqual([
      ["text", "json", "stream-json"],
      ["text", "json"]
    ])
  })
})
