import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { ModelError, type ModelErrorReason, type ModelErrorStage } from "../../src/model/ModelError.ts"
import { nextDelay } from "../../src/model/Retry.ts"

const failed = (reason: ModelErrorReason, stage: ModelErrorStage) => new ModelError({ model: "m", stage, reason })
const away = failed({ _tag: "Unavailable", status: 503, detail: "" }, "answered")
const cut = failed({ _tag: "CutStream" }, "streaming")
const limited = (retryAfterMs: number | null) => failed({ _tag: "RateLimited", retryAfterMs }, "answered")
const almostOne = 0.999_999_999

const longest = (error: ModelError, failures: { request: number; stream: number }) =>
  nextDelay({ error, failures, random: almostOne })

describe("nextDelay", () => {
  it("doubles the longest wait from 200 ms, four times for requests", () => {
    const waits = [0, 1, 2, 3, 4, 5].map((request) => longest(away, { request, stream: 0 }))
    expect(waits).toStrictEqual([200, 400, 800, 1_600, null, null])
  })

  it("doubles up to 8 s, ten times for streams", () => {
    const waits = Array.from({ length: 11 }, (_, stream) => longest(cut, { request: 0, stream }))
    expect(waits).toStrictEqual([200, 400, 800, 1_600, 3_200, 6_400, 8_000, 8_000, 8_000, 8_000, null])
  })

  it("counts the two kinds of failures apart", () => {
    expect(longest(away, { request: 0, stream: 10 })).toBe(200)
    expect(longest(cut, { request: 4, stream: 0 })).toBe(200)
  })

  it("waits at least as long as it was asked to, and not at all over a minute", () => {
    const waits = [null, 0, 1_000, 60_000, 60_001].map((ms) => longest(limited(ms), { request: 0, stream: 0 }))
    expect(waits).toStrictEqual([200, 200, 1_200, 60_200, null])
    expect(nextDelay({ error: limited(1_000), failures: { request: 3, stream: 0 }, random: 0 })).toBe(1_000)
  })

  it("sends nothing again that would fail again", () => {
    const final = failed({ _tag: "Rejected", status: 400, detail: "" }, "answered")
    expect(longest(final, { request: 0, stream: 0 })).toBeNull()
  })

  it("takes other limits", () => {
    const limits = { request: 1, firstMs: 10 }
    expect(nextDelay({ error: away, failures: { request: 0, stream: 0 }, random: 0.5, limits })).toBe(5)
    expect(nextDelay({ error: away, failures: { request: 1, stream: 0 }, random: 0.5, limits })).toBeNull()
  })

  const Count = Schema.Int.pipe(Schema.check(Schema.isBetween({ minimum: 0, maximum: 30 })))
  const Thousandths = Schema.Int.pipe(Schema.check(Schema.isBetween({ minimum: 0, maximum: 999 })))
  it.effect.prop(
    "never waits longer than 8 s unasked, nor less than asked",
    [Count, Thousandths, Count],
    ([count, part, s]) =>
      Effect.sync(() => {
        const given = { failures: { request: count, stream: count }, random: part / 1_000 }
        const own = nextDelay({ error: cut, ...given })
        expect(own === null || (own >= 0 && own <= 8_000)).toBe(true)
        const asked = nextDelay({ error: limited(s * 1_000), ...given })
        expect(asked === null || (asked >= s * 1_000 && asked <= s * 1_000 + 200)).toBe(true)
      })
  )
})
