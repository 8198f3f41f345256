import { describe, expect, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { parseJson } from "../../src/document/Json.ts"
import { PlacedProblem } from "../../src/document/PlacedProblem.ts"
import { plain } from "../../src/document/Value.ts"
import { problemOf } from "./Problems.ts"

const problem = (text: string) => problemOf(() => parseJson("x.json", text))

describe("JSON", () => {
  it("is read with the place of each key and value", () => {
    expect(parseJson("x.json", '{"a":\n  [1, "b"]}')).toStrictEqual({
      warnings: [],
      root: {
        _tag: "Mapping",
        place: { line: 1, column: 1 },
        entries: [
          {
            key: "a",
            place: { line: 1, column: 2 },
            value: {
              _tag: "List",
              place: { line: 2, column: 3 },
              items: [
                { _tag: "Scalar", place: { line: 2, column: 4 }, value: 1 },
                { _tag: "Scalar", place: { line: 2, column: 7 }, value: "b" }
              ]
            }
          }
        ]
      }
    })
  })

  it.each([
    ["nothing", " \n ", "2:2: the file is empty"],
    ["a list", "[]", "1:1: the file is not a mapping of keys to values"],
    ["a key without quotes", "{a: 1}", '1:2: expected a key in double quotes, found "a"'],
    ["a comma too many", '{"a": 1,}', '1:9: expected a key in double quotes, found "}"'],
    ["no comma", '{"a": 1 "b": 2}', '1:9: expected `,` or `}`, found "\\""'],
    ["no colon", '{"a" 1}', '1:6: expected `:`, found "1"'],
    ["no value", '{"a": }', '1:7: a: expected a value, found "}"'],
    ["a word", '{"a": yes}', '1:7: a: expected a value, found "y"'],
    ["a number of another kind", '{"a": 01}', '1:8: expected `,` or `}`, found "1"'],
    ["an open quote", '{"a": "b', "1:7: a text without its closing quote"],
    ["a line break in a text", '{"a": "b\nc"}', "1:7: a text with an escape or character that JSON forbids"],
    ["an open brace", '{"a": {"b": [1]', "1:16: expected `,` or `}`, found the end of the file"],
    ["something behind it", '{"a": 1} x', '1:10: expected the end of the file, found "x"'],
    ["a key given twice", '{"a": {"b": 1,\n "b": 2}}', "2:2: a.b: given twice"],
    ["lists in lists in lists", `{"a":${"[".repeat(50_000)}`, "1:70: nested deeper than 64 levels"],
    ["more values than anybody writes", `{"a":[${"0,".repeat(20_000)}0]}`, "1:20003: more than 10000 values"]
  ])("with %s is refused with line and column", (_, text, expected) => {
    expect(problem(text)).toBe(expected)
  })

  const json = Schema.Record(
    Schema.String,
    Schema.Union([Schema.String, Schema.Finite, Schema.Boolean, Schema.Null, Schema.Array(Schema.String)])
  )

  it.prop("is read as JSON.parse reads it", [json, Schema.Literals([0, 1, "\t"])], ([value, indent]) => {
    const text = JSON.stringify(value, null, indent)
    expect(plain(parseJson("x.json", text).root)).toStrictEqual(JSON.parse(text))
  })

  const parts = Schema.Literals([...'{}[],:"\\ \n0-.ea', '"a"', "null", "true", "\\u00", "\u0000", "é"])
  it.prop("is refused where JSON.parse refuses it", [Schema.Array(parts)], ([words]) => {
    const text = `{"k":${words.join("")}}`
    const read = attempt(() => plain(parseJson("x.json", text).root))
    const parsed = attempt(() => JSON.parse(text))
    // A key twice is the one thing that we refuse and it does not.
    if (read instanceof PlacedProblem && read.problem === "given twice") return
    expect(read instanceof Error).toBe(parsed instanceof Error)
    if (!(read instanceof Error)) expect(read).toStrictEqual(parsed)
  })
})

const attempt = (read: () => unknown): unknown => {
  try {
    return read()
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof PlacedProblem) return error
    throw error
  }
}
