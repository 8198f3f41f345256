import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { countTokens } from "gpt-tokenizer/encoding/o200k_base"
import { upperBound } from "../../src/budget/Estimate.ts"

const prose =
  "The quick brown fox jumps over the lazy dog while seventeen engineers argue about whether the budget should be " +
  "reserved before it is spent. Nobody in the room has read the report, but everybody agrees that its conclusions are " +
  "premature, expensive and probably wrong."

/** Texts with their exact count in o200k_base. */
const counted: ReadonlyArray<readonly [text: string, tokens: number]> = [
  ["", 0],
  ["a", 1],
  ["Hello, world!", 4],
  ["tiktoken is great!", 6],
  ["antidisestablishmentarianism", 6],
  ["2 + 2 = 4", 7],
  ["1234567890", 4],
  ["xqzjk", 4],
  ["qgkqzjxkvqzxj", 10],
  ["tqgqkacilv", 8],
  [prose, 48],
  ["const sum = (xs: number[]) => xs.reduce((a, b) => a + b, 0)\n", 24],
  ['{"id":"a1","items":[1,2,3],"ok":true}', 18],
  ["            return value;\n", 4],
  ["\t\t\tif (x) {\r\n", 6],
  ["-".repeat(80), 1],
  ["d41d8cd98f00b204e9800998ecf8427e", 19],
  ["aGVsbG8gd29ybGQsIHRoaXMgaXMgYmFzZTY0", 23],
  ["SCREAMING_SNAKE_CASE", 7],
  ["吾輩は猫である。名前はまだ無い。", 14],
  ["我们的预算必须在使用之前预留。", 9],
  ["예산이 부족합니다", 5],
  ["Привет мир, как дела сегодня?", 8],
  ["Der Haushaltsausschuss prüft regelmäßig die Ausgaben.", 13],
  ["👩‍👩‍👧‍👦🏳️‍🌈", 17],
  ["𓀀𓀁𓂀", 12],
  ["꧁꧂", 6],
  ["\u0000\u0001\u0002", 3],
  ["  \n \t\n", 2]
]

/** Letters and signs that a tokenizer merges least, alone and mixed. */
const alphabets = [
  "abcdefghijklmnopqrstuvwxyz",
  "qxzjvwkg",
  "bqf",
  "aeiou",
  "ABCdef",
  "0123456789 ",
  "a1 ",
  "!@#$%^&*()_+-=[]{}|;:,.<>?/~`\"' ",
  "aB9 .,_-/(){}\n\t",
  "あ漢鬱龘😀éßа"
].map((letters) => [...letters])
const Drawn = Schema.Struct({
  alphabet: Schema.Int.pipe(Schema.check(Schema.isBetween({ minimum: 0, maximum: alphabets.length - 1 }))),
  letters: Schema.Array(Schema.Int.pipe(Schema.check(Schema.isBetween({ minimum: 0, maximum: 99 }))))
})

/** Any code units, halves of pairs included, from every range of Unicode. */
const AnyText = Schema.Array(
  Schema.Struct({
    range: Schema.Int.pipe(Schema.check(Schema.isBetween({ minimum: 0, maximum: 6 }))),
    offset: Schema.Int.pipe(Schema.check(Schema.isBetween({ minimum: 0, maximum: 65_535 })))
  })
)
const ranges = [0x80, 0x80, 0x80, 0x800, 0x3100, 0xa000, 0x10000]
const textOf = (units: (typeof AnyText)["Type"]): string =>
  String.fromCharCode(...units.map(({ offset, range }) => offset % (ranges[range] ?? 0x80)))

describe("the bound on tokens", () => {
  it("is at or above the exact count of texts of every kind", () => {
    const below = counted.filter(([text, tokens]) => upperBound(text) < tokens)
    expect(below).toStrictEqual([])
  })

  it.effect.prop(
    "is at or above the exact count of texts that merge badly",
    [Drawn],
    ([{ alphabet, letters }]) =>
      Effect.sync(() => {
        const from = alphabets[alphabet] ?? []
        const text = letters.map((letter) => from[letter % from.length] ?? "").join("")
        expect(upperBound(text)).toBeGreaterThanOrEqual(countTokens(text))
        return true
      }),
    { arbitrary: { runs: 3_000, size: 40 } }
  )

  it.effect.prop(
    "is never below a third of the bytes, and never above one token a byte",
    [AnyText],
    ([units]) =>
      Effect.sync(() => {
        const text = textOf(units)
        const bytes = Buffer.byteLength(text)
        expect(upperBound(text)).toBeGreaterThanOrEqual(Math.ceil(bytes / 3))
        // A lone half of a surrogate pair may be counted as what a whole pair would take.
        expect(upperBound(text)).toBeLessThanOrEqual(Buffer.byteLength(text) + text.length)
        return true
      }),
    { arbitrary: { runs: 500, size: 80 } }
  )

  it.effect.prop(
    "does not shrink when text is added",
    [AnyText, AnyText],
    ([left, right]) =>
      Effect.sync(() => {
        // Apart from a space that a following word takes in.
        expect(upperBound(textOf(left) + textOf(right)) + 1).toBeGreaterThanOrEqual(upperBound(textOf(left)))
        return true
      }),
    { arbitrary: { runs: 200, size: 40 } }
  )

  it("is not absurd: English prose within 2.5 times a quarter of its characters", () => {
    expect(upperBound(prose.repeat(20)) / (prose.length * 5)).toBeLessThan(2.5)
  })

  it("takes time in proportion to the text", () => {
    const time = (text: string) => {
      const started = performance.now()
      upperBound(text)
      return performance.now() - started
    }
    const text = `${prose} ${"é漢😀 \t\n(a+)+".repeat(20)}`
    time(text.repeat(200))
    const [once, tenfold] = [time(text.repeat(1000)), time(text.repeat(10_000))]
    expect(tenfold).toBeLessThan(60 * Math.max(once, 1))
  })
})
