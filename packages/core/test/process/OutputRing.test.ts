import { OutputRing } from "@deputize/core/process/OutputRing"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"

const ringOf = (bytes: number, ...chunks: ReadonlyArray<string | Uint8Array>): OutputRing => {
  const ring = new OutputRing(bytes)
  for (const chunk of chunks) ring.push(typeof chunk === "string" ? new TextEncoder().encode(chunk) : chunk)
  return ring
}

describe("the end of an output", () => {
  it("is all of it while there is room", () => {
    expect(ringOf(10, "one\n", "two").text()).toBe("one\ntwo")
    expect([ringOf(10).text(), ringOf(10).lastLine(), ringOf(10).lines(3)]).toStrictEqual(["", "", []])
    expect(ringOf(0, "one").text()).toBe("")
  })

  it.effect.prop(
    "is the same however it came, and is what the whole ends with",
    { chunks: Schema.Array(Schema.String), bytes: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 40 })) },
    ({ bytes, chunks }) =>
      Effect.sync(() => {
        const whole = new TextEncoder().encode(chunks.join("").toWellFormed())
        const pieces = Array.from({ length: Math.ceil(whole.length / 3) }, (_, index) =>
          whole.subarray(index * 3, index * 3 + 3)
        )
        const text = ringOf(bytes, ...pieces).text()
        expect(text).toBe(ringOf(bytes, whole).text())
        expect(new TextDecoder().decode(whole).endsWith(text)).toBe(true)
        expect(new TextEncoder().encode(text).length).toBeGreaterThan(Math.min(whole.length, bytes) - 4)
      })
  )

  it("has no half characters", () => {
    expect([ringOf(8, "ääääää").text(), ringOf(7, "ääääää").text(), ringOf(6, "a🙂🙂").text()]).toStrictEqual([
      "ääää",
      "äää",
      "🙂"
    ])
    expect(ringOf(8, Uint8Array.of(0x61, 0xf0, 0x9f, 0x99)).text()).toBe("a")
    expect(ringOf(8, Uint8Array.of(0x61, 0xc3), Uint8Array.of(0xa4)).text()).toBe("aä")
  })

  it("has its last line as a terminal shows it", () => {
    const lines = [
      "Compiling a\n\u001b[1;32mCompiling b\u001b[0m\n\n",
      "10 %\r55 %\r100 %\r",
      "done\r\n",
      "\u001b]0;title\u0007bell\u0007\n",
      "\u001b[2K\u001b[1Gspinner"
    ].map((text) => ringOf(100, text).lastLine())
    expect(lines).toStrictEqual(["Compiling b", "100 %", "done", "bell", "spinner"])
  })

  it("has whole lines only, once the beginning is forgotten", () => {
    expect(ringOf(100, "one\ntwo\nthree").lines(2)).toStrictEqual(["two", "three"])
    expect(ringOf(12, "one\ntwo\nthree\nfour\n").lines(9)).toStrictEqual(["three", "four"])
    expect(ringOf(4, "a very long line").lines(9)).toStrictEqual(["line"])
    expect(ringOf(100, "one\n").lines(0)).toStrictEqual([])
  })
})
