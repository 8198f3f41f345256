import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { makeStyle } from "../../src/render/Style.ts"
import { table } from "../../src/render/Table.ts"
import { cutStartTo, cutTo, foldTo, oneLine, padTo, visible, widthOf, wrapTo } from "../../src/render/Width.ts"

describe("width", () => {
  it("counts wide characters as two columns, marks as none", () => {
    expect(["abc", "日本語", "가나", "ｱｲｳ", "é", "👩‍💻", ""].map(widthOf)).toStrictEqual([3, 6, 4, 3, 1, 2, 0])
  })

  it.each([
    ["👨‍👩‍👧‍👦", 2],
    ["🇯🇵", 2],
    ["👍🏽", 2],
    ["1️⃣", 2],
    ["e\u0301", 1],
    ["か\u3099", 2],
    ["안녕 世界 👋 ok", 15],
    ["العربية", 7],
    ["「全角」！", 10]
  ])("of %s is %i columns", (text, columns) => {
    expect(widthOf(text)).toBe(columns)
  })

  it("cuts between characters, never within a wide one", () => {
    expect([cutTo("日本語の目標", 7, "…"), cutTo("日本語", 6, "…"), cutTo("abcdef", 4, "...")]).toStrictEqual([
      "日本語…",
      "日本語",
      "a..."
    ])
  })

  it("cuts where scripts are mixed", () => {
    expect([cutTo("└─ explorer#2", 12, "…"), cutTo("日本─abc👩‍💻def", 9, "…"), cutTo("abc", 0, "…")]).toStrictEqual([
      "└─ explorer…",
      "日本─abc…",
      ""
    ])
  })

  it("keeps the end, from a whole character on", () => {
    expect([
      cutStartTo("one two three", 8, "…"),
      cutStartTo("👩‍💻👩‍💻ab", 4, "…"),
      cutStartTo("ab", 2, "…")
    ]).toStrictEqual(["…o three", "…ab", "ab"])
  })

  it("wraps lines where a terminal breaks them", () => {
    expect(wrapTo("abcdef\n日本語x\n\n\ty", 5)).toStrictEqual(["abcde", "f", "日本", "語x", "", "    y"])
  })

  it("folds between words, and between characters of scripts that have no spaces", () => {
    expect([
      foldTo("one two three", 7),
      foldTo("目標を、指定します", 8),
      foldTo("see /a/very/long/path now", 10),
      foldTo("use 日本語 here", 9),
      foldTo("fits", 4),
      foldTo("anything that is longer", undefined)
    ]).toStrictEqual([
      ["one two", "three"],
      ["目標を、", "指定しま", "す"],
      ["see", "/a/very/long/path", "now"],
      ["use 日本", "語 here"],
      ["fits"],
      ["anything that is longer"]
    ])
  })

  it("puts everything on one line and shows controls", () => {
    expect(oneLine("  a\n\tb\u0007  c\u001b[1m ")).toBe("a b\\u{7} c\\u{1b}[1m")
  })

  it("shows what hides, reorders or tags text, and keeps what joins letters and emoji", () => {
    expect(visible("a\u00adb\u061cc\u200bd\u2060e\ufefff\u{e0041}g\u202eh\u2028")).toBe(
      "a\\u{ad}b\\u{61c}c\\u{200b}d\\u{2060}e\\u{feff}f\\u{e0041}g\\u{202e}h\\u{2028}"
    )
    expect(visible("👩\u200d💻 a\u200cb\r\n\tc")).toBe("👩\u200d💻 a\u200cb\n\tc")
  })

  it.effect.prop(
    "never lets a control through, and never cuts wider than asked",
    [Schema.String, Schema.Int],
    ([text, number]) =>
      Effect.sync(() => {
        const columns = 4 + Math.abs(number % 60)
        expect(visible(text)).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/)
        expect(widthOf(cutTo(oneLine(text), columns, "…"))).toBeLessThanOrEqual(columns)
        expect(widthOf(cutStartTo(oneLine(text), columns, "…"))).toBeLessThanOrEqual(columns)
        expect(wrapTo(visible(text), columns).filter((line) => widthOf(line) > columns)).toStrictEqual([])
        expect(widthOf(padTo(cutTo(oneLine(text), columns, "…"), columns))).toBe(columns)
        const folded = foldTo(oneLine(text), columns)
        expect(folded.join("").replaceAll(" ", "")).toBe(oneLine(text).replaceAll(" ", ""))
        expect(folded.filter((line) => line.includes(" ") && widthOf(line) > columns)).toStrictEqual([])
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

  const columns = [
    { title: "NAME", keeps: 6 },
    { title: "PATH", keeps: 8, cutsStart: true },
    { title: "N", right: true, dispensable: 1 },
    { title: "USD", right: true, dispensable: 2 },
    { title: "ALL", right: true }
  ]
  const rows = [["日本語の名前", "/home/ada/shop", "1,000", "$2.00", "7"]]
  const on = (width: number) => table(columns, rows, { ...makeStyle(false, true), columns: width })

  it("cuts texts to what they keep, then lets whole columns of figures go and says which", () => {
    expect([on(80), on(38), on(33), on(26), on(16)]).toStrictEqual([
      ["NAME          PATH                N    USD  ALL", "日本語の名前  /home/ada/shop  1,000  $2.00    7"],
      ["NAME      PATH           N    USD  ALL", "日本語…   …ada/shop  1,000  $2.00    7"],
      ["NAME       PATH            N  ALL", "日本語の…  …/ada/shop  1,000    7", "no room for USD"],
      ["NAME       PATH        ALL", "日本語の…  …/ada/shop    7", "no room for N, USD"],
      ["NAME  PATH   ALL", "日…   …shop    7", "no room for N,", "USD"]
    ])
  })
})
