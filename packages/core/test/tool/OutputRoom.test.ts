import { upperBound } from "@deputize/core/budget/Estimate"
import { cut } from "@deputize/core/tool/OutputRoom"
import { expect, it } from "@effect/vitest"
import * as Schema from "effect/Schema"

const Line = Schema.Union([
  Schema.String,
  Schema.Literals(["", " ", "  ", "\t", "1", "a", "A1", "-", " x ", "12 ", "ä"])
])
const Lines = Schema.Array(Line)
const Size = Schema.Int.pipe(Schema.check(Schema.isBetween({ minimum: 0, maximum: 400 })))

it.prop(
  "fits any text into any room, as its head and a note, and leaves alone what fits",
  [Lines, Size, Size],
  ([lines, bytes, tokens]) => {
    const text = lines.join("\n")
    const result = cut(text, { bytes, tokens }, "ask for less")
    if (result === "(… cut)") return
    expect(Buffer.byteLength(result)).toBeLessThanOrEqual(bytes)
    expect(upperBound(result)).toBeLessThanOrEqual(tokens)
    const head = result.replace(/\n?\(… \d+ more lines, \d+ more bytes; ask for less\)$/, "")
    expect(text.startsWith(head)).toBe(true)
    if (head === result) expect(result).toBe(text)
  }
)

it("says how many lines and bytes are missing", () => {
  const text = "a\n".repeat(1000)
  expect(cut(text, { bytes: Number.POSITIVE_INFINITY, tokens: 60 }, "ask for less")).toMatch(
    /^(a\n)+\(… \d+ more lines, \d+ more bytes; ask for less\)$/
  )
  expect(cut(text, { bytes: 3000, tokens: 10_000 }, "ask for less")).toBe(text)
})
