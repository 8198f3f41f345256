import { describe, expect, it } from "@effect/vitest"
import { alwaysCalls } from "../../../src/testing/provider/AlwaysCalls.ts"
import type { Received } from "../../../src/testing/provider/Received.ts"

const asked = (toolNames: ReadonlyArray<string>, outputs: ReadonlyArray<string>): Received => ({
  wire: "chat",
  index: 0,
  at: 0,
  headers: {},
  body: {},
  raw: "{}",
  system: "",
  lastText: "",
  goal: "",
  toolNames,
  toolOutputs: outputs.map((text, index) => ({ id: `c${index}`, text })),
  texts: outputs,
  format: null,
  effort: null,
  maxOutput: null,
  inputTokens: 0
})

describe("a provider that always calls", () => {
  it("takes the offered tools in turn, and reads what a tool has named", () => {
    const all = ["read_file", "exec", "grep", "list_dir"]
    const turns = [[], ["no lines match"], ["no lines match", "src/\nLICENSE\t11"]]
    expect(turns.map((outputs) => alwaysCalls(asked(all, outputs)))).toStrictEqual([
      { calls: [{ name: "grep", args: { pattern: "value0" } }] },
      { calls: [{ name: "list_dir", args: { path: "./." } }] },
      { calls: [{ name: "read_file", args: { path: "LICENSE", limit: 3 } }] }
    ])
    expect(alwaysCalls(asked(["read_file"], ["src/a.ts:3:value"]))).toStrictEqual({
      calls: [{ name: "read_file", args: { path: "src/a.ts", limit: 2 } }]
    })
  })

  it("never repeats a call", () => {
    const outputs = Array.from({ length: 60 }, () => "no lines match")
    const calls = outputs.map((_, turn) => alwaysCalls(asked(["grep", "list_dir", "read_file"], outputs.slice(turn))))
    expect(new Set(calls.map((answer) => JSON.stringify(answer))).size).toBe(60)
  })

  it("says a text where it is offered none of its tools", () => {
    expect(alwaysCalls(asked(["exec"], []))).toStrictEqual({ text: "That is all there is to find." })
  })
})
