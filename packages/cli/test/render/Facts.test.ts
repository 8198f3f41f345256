import { describe, expect, it } from "vitest"
import { factLines } from "../../src/render/Facts.ts"
import { makeStyle } from "../../src/render/Style.ts"

const facts = [
  ["goal", ["Review the parser and say what is wrong with it", "次の目標"]],
  ["none", []],
  ["log", ["one\ntwo"]]
] as const

describe("facts", () => {
  it("stand beside their names, each value folded under itself", () => {
    expect(factLines(facts, 8, makeStyle(false, true, 32))).toStrictEqual([
      "goal    Review the parser and",
      "        say what is wrong with",
      "        it",
      "        次の目標",
      "log     one",
      "        two"
    ])
  })

  it("are whole where there is no terminal, and have some room on any", () => {
    expect(factLines(facts, 8, makeStyle(false, true))[0]).toBe(
      "goal    Review the parser and say what is wrong with it"
    )
    expect(factLines(facts, 8, makeStyle(false, true, 3))[0]).toBe("goal    Review the")
  })

  it("have the names alone dimmed", () => {
    expect(factLines([["a", ["b"]]], 3, makeStyle(true, true))).toStrictEqual(["\u001b[2ma  \u001b[0mb"])
  })
})
