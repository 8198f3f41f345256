import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { note, type Restarts, recent, Tolerance } from "../../src/actor/Tolerance.ts"

const thrice: Tolerance = { intensity: 3, periodMs: 1_000 }

/** What becomes of restarts at these times: those that count after each, null from where it is one too many. */
const after = (tolerance: Tolerance, times: ReadonlyArray<number>) =>
  times.reduce<Restarts | null>((restarts, now) => (restarts === null ? null : note(tolerance, restarts, now)), [])

describe("a tolerance", () => {
  it.each([
    { title: "counts a first restart", times: [5], left: [5] },
    { title: "takes as many as its intensity at one time", times: [7, 7, 7], left: [7, 7, 7] },
    { title: "is used up by one more", times: [7, 7, 7, 7], left: null },
    { title: "still counts a restart that is a whole period old", times: [0, 500, 900, 1_000], left: null },
    { title: "forgets what is older than its period", times: [0, 500, 900, 1_001], left: [500, 900, 1_001] },
    { title: "forgets all of it after a long rest", times: [0, 1, 2, 5_000], left: [5_000] }
  ])("$title", ({ left, times }) => {
    expect(after(thrice, times)).toStrictEqual(left)
  })

  it("of intensity 0 takes no restart at all", () => {
    expect(note({ intensity: 0, periodMs: 1_000 }, [], 5)).toBeNull()
  })

  it.effect.prop(
    "is used up exactly when more restarts than its intensity lie within one period",
    {
      intensity: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 4 })),
      periodMs: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 30 })),
      steps: Schema.Array(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 12 }))).check(Schema.isMaxLength(25))
    },
    ({ intensity, periodMs, steps }) =>
      Effect.sync(() => {
        const tolerance = { intensity, periodMs }
        let now = 0
        const times = steps.map((step) => {
          now += step
          return now
        })
        const isOneTooMany = times.some(
          (time, index) => times.slice(0, index + 1).filter((at) => at >= time - periodMs).length > intensity
        )
        const left = after(tolerance, times)
        expect(left === null).toBe(isOneTooMany)
        if (left !== null) expect(left).toStrictEqual(recent(tolerance, times, now))
      })
  )

  it("is refused with less than no restart, with parts of one, and without a time", () => {
    const isTolerance = Schema.is(Tolerance)
    const wrong = [
      { intensity: -1, periodMs: 5 },
      { intensity: 1.5, periodMs: 5 },
      { intensity: 1, periodMs: 0 }
    ]
    expect([thrice, ...wrong].map(isTolerance)).toStrictEqual([true, false, false, false])
  })
})
