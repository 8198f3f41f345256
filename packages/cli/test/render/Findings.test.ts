import { DefinitionError } from "@deputize/core/definition/DefinitionError"
import { describe, expect, it } from "vitest"
import { type Examined, findingsJson, findingsText, passes } from "../../src/render/Findings.ts"
import { makeStyle } from "../../src/render/Style.ts"

const style = makeStyle(false, true)
const fine: Examined = { source: "a.yaml", name: "a", failure: null, warnings: [] }
const odd: Examined = { ...fine, source: "b.yaml", name: "b", warnings: ["b.yaml:3:1: colour: unknown key"] }
const broken: Examined = {
  source: "c.yaml",
  name: "c",
  warnings: [],
  failure: new DefinitionError({
    file: "c.yaml",
    line: 2,
    column: 7,
    field: "goal",
    problem: "expected a text",
    fix: "Write a text.",
    others: [{ line: 4, column: 1, field: "", problem: "odd", fix: "Mend it." }]
  })
}

describe("what is wrong with definitions", () => {
  it("is shown with every place, and what to do about it", () => {
    expect(findingsText([fine, odd, broken], false, style)).toBe(`b.yaml:3:1: colour: unknown key (warning)
c.yaml:2:7: goal: expected a text
  Write a text.
c.yaml:4:1: odd
  Mend it.

✗ 3 definitions: 2 problems, 1 warning
`)
  })

  it("is nothing where all is well", () => {
    expect(findingsText([fine], false, style)).toBe("✓ 1 definition: no problems\n")
  })

  it("does not pass with a problem, nor strictly with a warning", () => {
    expect([[fine], [odd], [broken], []].map((each) => [passes(each, false), passes(each, true)])).toStrictEqual([
      [true, true],
      [true, false],
      [false, false],
      [true, true]
    ])
    expect(findingsText([odd], true, style)).toBe(
      "b.yaml:3:1: colour: unknown key\n\n✗ 1 definition: no problems, 1 warning\n"
    )
  })

  it("is as data for programs", () => {
    expect(findingsJson([odd, broken], true)).toStrictEqual({
      valid: false,
      strict: true,
      files: [
        { source: "b.yaml", name: "b", problems: [], warnings: ["b.yaml:3:1: colour: unknown key"] },
        {
          source: "c.yaml",
          name: "c",
          problems: [
            { line: 2, column: 7, field: "goal", problem: "expected a text", fix: "Write a text." },
            { line: 4, column: 1, field: "", problem: "odd", fix: "Mend it." }
          ],
          warnings: []
        }
      ]
    })
  })
})
