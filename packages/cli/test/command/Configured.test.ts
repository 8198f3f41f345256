import { describe, expect, it } from "vitest"
import { configured } from "../../src/command/Configured.ts"
import { parse } from "../../src/command/Parse.ts"
import { commandTable } from "../../src/commands/table.ts"
import { configured as configuration } from "../config/Files.ts"

const user = `model: mine
provider: offline
budget: 60k
max_calls: 7
max_parallel: 3
max_agents: 5
max_depth: 1
deadline: 90s
sandbox: read-only
output_format: stream-json
color: never
`

const flags = [
  "model",
  "provider",
  "budget",
  "max-calls",
  "max-parallel",
  "max-agents",
  "max-depth",
  "deadline",
  "sandbox",
  "output-format",
  "color"
]

const valuesOf = (...argv: ReadonlyArray<string>) => {
  const parsed = parse(commandTable, argv)
  if (parsed._tag !== "Run") throw new Error(parsed._tag)
  const invocation = configured(parsed.command, parsed.invocation, configuration({ user }))
  return {
    invocation,
    values: Object.fromEntries(
      flags.flatMap((flag) => (invocation.value(flag) === undefined ? [] : [[flag, invocation.value(flag)]]))
    )
  }
}

describe("what is configured", () => {
  it("stands for flags that were not given, but for those that would replace what definitions say", () => {
    const { invocation, values } = valuesOf("delegate-parallel", "a,b", "--goals", "x,y", "--deadline", "2h")
    expect(values).toStrictEqual({
      "max-parallel": "3",
      "max-agents": "5",
      "max-depth": "1",
      deadline: "2h",
      sandbox: "read-only",
      "output-format": "stream-json",
      color: "never"
    })
    expect([invocation.format, invocation.has("sandbox"), invocation.has("deadline")]).toStrictEqual([
      "stream-json",
      false,
      true
    ])
  })

  it("says where it is configured, without the user's folders, and nothing of what was given", () => {
    const { invocation } = valuesOf("delegate-parallel", "a,b", "--deadline", "2h")
    expect([invocation.configuredBy("sandbox"), invocation.configuredBy("deadline")]).toStrictEqual([
      "the user's user.yaml:9:10",
      undefined
    ])
  })

  it("is nothing to a command that has no such flag, and no events to one that has none", () => {
    expect(valuesOf("ps").values).toStrictEqual({ color: "never" })
    expect(valuesOf("ps", "--json").invocation.format).toBe("json")
  })
})
