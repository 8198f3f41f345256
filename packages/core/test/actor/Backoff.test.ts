import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { type Backoff, delayOf, none } from "../../src/actor/Backoff.ts"

const doubling: Backoff = { firstMs: 1_000, factor: 2, longestMs: 30_000 }

describe("a backoff", () => {
  it("waits longer from restart to restart, up to its longest", () => {
    expect([1, 2, 3, 4, 5, 6, 7, 1_000].map((nth) => delayOf(doubling, nth, 0))).toStrictEqual([
      1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000
    ])
  })

  it("of nothing does not wait, however often", () => {
    const twice = { ...doubling, firstMs: 0 }
    for (const backoff of [none, twice]) {
      expect([1, 2, 50, 5_000].map((nth) => delayOf(backoff, nth, 0.5))).toStrictEqual([0, 0, 0, 0])
    }
  })

  it.effect.prop(
    "takes up to a quarter away by chance, never more, and never goes beyond its longest",
    {
      nth: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 2_000 })),
      percent: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 99 }))
    },
    ({ nth, percent }) =>
      Effect.sync(() => {
        const [whole, delay] = [delayOf(doubling, nth, 0), delayOf(doubling, nth, percent / 100)]
        expect(whole).toBeLessThanOrEqual(doubling.longestMs)
        expect(delay).toBeLessThanOrEqual(whole)
        expect(delay).toBeGreaterThanOrEqual(whole * 0.75 - 1)
      })
  )
})
