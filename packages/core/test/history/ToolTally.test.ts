import { describe, expect, it } from "vitest"
import { sumOfTools, toolTallies } from "../../src/history/ToolTally.ts"
import { factsOf, type Happening } from "./Events.ts"

const calls = (agent: string, ...names: ReadonlyArray<string>): Happening => ({
  what: "agent.TurnCompleted",
  agent,
  body: { calls: names.map((name, index) => ({ id: String(index), name, args: "{}" })) }
})

const done = (agent: string, callId: string, ok: boolean, ms: number): Happening => ({
  what: "tool.Done",
  agent,
  body: { callId, ok, ms }
})

describe("what tools were called for", () => {
  it("counts the calls of every agent apart, whatever ids their models give them", () => {
    const events = [
      calls("a", "grep", "read_file"),
      calls("b", "read_file"),
      done("a", "0", true, 10),
      done("b", "0", false, 3),
      done("a", "1", true, 5)
    ]
    expect(toolTallies(factsOf(events))).toStrictEqual([
      { tool: "grep", calls: 1, failed: 0, ms: 10 },
      { tool: "read_file", calls: 2, failed: 1, ms: 8 }
    ])
  })

  it("counts a call that was refused before it began, and none that no model made", () => {
    const events = [calls("a", "shell"), done("a", "0", false, 0), done("a", "artifact", true, 4)]
    expect(toolTallies(factsOf(events))).toStrictEqual([{ tool: "shell", calls: 1, failed: 1, ms: 0 }])
  })

  it("is added up over runs", () => {
    const one = { tool: "grep", calls: 2, failed: 1, ms: 7 }
    expect(sumOfTools([one, { ...one, tool: "edit" }, one])).toStrictEqual([
      { tool: "grep", calls: 4, failed: 2, ms: 14 },
      { ...one, tool: "edit" }
    ])
  })
})
