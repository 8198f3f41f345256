import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { parseList } from "../../src/values/Csv.ts"

const read = (text: string) => {
  const result = parseList("--goals", text)
  return Result.isSuccess(result) ? result.success : result.failure.message
}

describe("parseList", () => {
  it.each([
    ["a,b", ["a", "b"]],
    ["a, b ,c", ["a", "b", "c"]],
    ['"first, with a comma",second', ["first, with a comma", "second"]],
    ['"say ""hello"", please", x', ['say "hello", please', "x"]],
    ['"two\nlines",b', ["two\nlines", "b"]],
    ["one\ntwo\r\nthree\n", ["one", "two", "three"]],
    ["a,,b", ["a", "", "b"]],
    ["a,", ["a", ""]],
    ["", [""]],
    ['""', [""]],
    ['say "hello"', ['say "hello"']],
    ["レビュー、全部,テスト", ["レビュー、全部", "テスト"]]
  ])("reads %j", (text, entries) => {
    expect(read(text)).toStrictEqual(entries)
  })

  it("refuses a quote that is never closed and names the entry", () => {
    expect(read('a,"b')).toBe("--goals: entry 2 opens a quote that is never closed")
  })

  it("refuses text after a closing quote", () => {
    expect(read('"a"b,c')).toBe("--goals: entry 1 goes on after its closing quote")
  })

  it.effect.prop("reads back whatever was quoted", [Schema.NonEmptyArray(Schema.String)], ([entries]) =>
    Effect.sync(() => {
      // Line breaks are normalised, as files of other platforms have them.
      const clean = entries.map((entry) => entry.replace(/\r\n?/g, "\n"))
      expect(read(clean.map((entry) => `"${entry.replaceAll('"', '""')}"`).join(","))).toStrictEqual(clean)
    })
  )
})
