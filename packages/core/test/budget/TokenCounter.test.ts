import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { countTokens } from "gpt-tokenizer/encoding/o200k_base"
import { upperBound } from "../../src/budget/Estimate.ts"
import { TokenCounter } from "../../src/budget/TokenCounter.ts"

const count = (...texts: ReadonlyArray<string>) => Effect.flatMap(TokenCounter, (counter) => counter.count(texts))
const bytes = (text: string) => Math.ceil((Buffer.byteLength(JSON.stringify(text)) - 2) / 3)

describe("the token counter", () => {
  it.live("counts what the encoding counts, and never less than a third of the bytes that are sent", () =>
    Effect.gen(function* () {
      const texts = [
        "",
        "The journal is append-only.",
        'const a = { b: "c" }\n\t\tif (x) return\n',
        "日本語の文章と絵文字👩‍👩‍👧‍👦",
        "<|endoftext|>",
        '\t\t\t\t\t\t\t\t""""""""'
      ]
      const plain = { disallowedSpecial: new Set<string>() }
      expect(yield* count(...texts)).toStrictEqual(texts.map((text) => Math.max(countTokens(text, plain), bytes(text))))
    }).pipe(Effect.provide(TokenCounter.layer))
  )

  it.live("answers the same text again without asking, and several callers at once each their own", () =>
    Effect.gen(function* () {
      const fibers = yield* Effect.forEach(["one", "two words", "one"], (text) => Effect.forkChild(count(text, "x")))
      expect(yield* Fiber.joinAll(fibers)).toStrictEqual([
        [1, 1],
        [3, 1],
        [1, 1]
      ])
    }).pipe(Effect.provide(TokenCounter.layer))
  )

  it.live("takes a text made to be slow in its stride, and the bound for one that is no prompt", () =>
    Effect.gen(function* () {
      const startedAt = performance.now()
      const slow = "a".repeat(150_000)
      const long = "b c ".repeat(60_000)
      const [first = 0, second = 0] = yield* count(slow, long)
      expect(performance.now() - startedAt).toBeLessThan(5_000)
      expect(first).toBeGreaterThanOrEqual(bytes(slow))
      expect(second).toBe(upperBound(long))
    }).pipe(Effect.provide(TokenCounter.layer))
  )
})
