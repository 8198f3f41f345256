import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { outputLines } from "../../src/command/OutputLines.ts"

const linesOf = (chunks: ReadonlyArray<Uint8Array>): ReadonlyArray<string> => {
  const lines: Array<string> = []
  const output = outputLines({ onLine: (line) => lines.push(line), onTail: () => undefined })
  for (const chunk of chunks) output.push(chunk)
  output.end()
  return lines
}

const bytes = (text: string) => new TextEncoder().encode(text)

describe("OutputLines", () => {
  it("shows a line as a terminal would: the last of what was written over one another, without colours", () => {
    expect(linesOf([bytes("10 %\r50 %\r100 %\n\u001b[31mred\u001b[0m\r\nend")])).toStrictEqual(["100 %", "red", "end"])
  })

  it("shows the unfinished line as it grows", () => {
    const tails: Array<string> = []
    const output = outputLines({ onLine: () => undefined, onTail: (text) => tails.push(text) })
    for (const chunk of ["Comp", "iling\n", "\rnext"]) output.push(bytes(chunk))
    expect(tails).toStrictEqual(["Comp", "next"])
  })

  it("keeps only the end of a line that never ends", () => {
    const lines = linesOf(Array.from({ length: 100 }, () => bytes("x".repeat(10_000))))
    expect(lines).toStrictEqual(["x".repeat(64 * 1024)])
  })

  const Part = Schema.Literals(["a", "é", "漢字", "😀", "\n", "\r\n", " "])
  const Size = Schema.Int.pipe(Schema.check(Schema.isBetween({ minimum: 1, maximum: 5 })))
  it.effect.prop(
    "is the same however the bytes are cut",
    [Schema.Array(Part), Schema.NonEmptyArray(Size)],
    ([parts, sizes]) =>
      Effect.sync(() => {
        const whole = bytes(parts.join(""))
        const chunks: Array<Uint8Array> = []
        for (let at = 0, turn = 0; at < whole.length; turn += 1) {
          const size = sizes[turn % sizes.length] ?? 1
          chunks.push(whole.subarray(at, at + size))
          at += size
        }
        expect(linesOf(chunks)).toStrictEqual(linesOf([whole]))
      })
  )
})
