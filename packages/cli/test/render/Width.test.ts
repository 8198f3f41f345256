import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import stringWidth from "string-width"
import { table } from "../../src/render/Table.ts"
import { cutTo, oneLine, padTo, visible, widthOf } from "../../src/render/Width.ts"

describe("width", () => {
  it("counts wide characters as two columns, marks as none", () => {
    expect(["abc", "日本語", "가나", "ｱｲｳ", "é", "👩‍💻", ""].map(widthOf)).toStrictEqual([3, 6, 4, 3, 1, 2, 0])
  })

  it("agrees with string-width on every character of everyday scripts", () => {
    const ranges = [
      [0x20, 0x1c7f],
      [0x1e00, 0x4dff],
      [0x4e00, 0x4e40],
      [0x9fc0, 0xa4cf],
      [0xac00, 0xac40],
      [0xf900, 0xffe6],
      [0x1f000, 0x1f9ff],
      [0x20000, 0x20040]
    ] as const
    const differing: Array<string> = []
    for (const [first, last] of ranges) {
      for (let code = first; code <= last; code += 1) {
        const char = String.fromCodePoint(code)
        if (/^\p{Cn}$/u.test(char)) continue
        if (widthOf(char) !== stringWidth(char))
          differing.push(`${code.toString(16)} ${widthOf(char)} ${stringWidth(char)}`)
      }
    }
    expect(differing).toStrictEqual([])
  })

  it("agrees with string-width on characters that are made of several", () => {
    const texts = [
      "👨‍👩‍👧‍👦",
      "🇯🇵",
      "🇯",
      "☎️",
      "☎︎",
      "⌚︎",
      "👍🏽",
      "1️⃣",
      "e\u0301",
      "が",
      "नमस्ते",
      "ก็",
      "각",
      "ﾊﾟ",
      "안녕 世界 👋 ok",
      "العربية"
    ]
    expect(texts.map((text) => [text, widthOf(text)])).toStrictEqual(texts.map((text) => [text, stringWidth(text)]))
  })

  it("cuts between characters, never within a wide one", () => {
    expect([cutTo("日本語の目標", 7, "…"), cutTo("日本語", 6, "…"), cutTo("abcdef", 4, "...")]).toStrictEqual([
      "日本語…",
      "日本語",
      "a..."
    ])
  })

  it("puts everything on one line and shows controls", () => {
    expect(oneLine("  a\n\tb\u0007  c\u001b[1m ")).toBe("a b\\x07 c\\x1b[1m")
  })

  it.effect.prop(
    "never lets a control through, and never cuts wider than asked",
    [Schema.String, Schema.Int],
    ([text, number]) =>
      Effect.sync(() => {
        const columns = 4 + Math.abs(number % 60)
        expect(visible(text)).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/)
        expect(widthOf(cutTo(oneLine(text), columns, "…"))).toBeLessThanOrEqual(columns)
        expect(widthOf(padTo(cutTo(oneLine(text), columns, "…"), columns))).toBe(columns)
      })
  )
})

describe("table", () => {
  it("aligns columns whatever the script", () => {
    const lines = table(
      [{ title: "NAME" }, { title: "GOAL" }, { title: "N", right: true }],
      [
        ["a", "日本語", "1"],
        ["long-name", "x", "1,000"]
      ]
    )
    expect(lines).toStrictEqual(["NAME       GOAL        N", "a          日本語      1", "long-name  x       1,000"])
  })
})
