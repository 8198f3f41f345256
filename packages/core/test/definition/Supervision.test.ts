import { describe, expect, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { careOf } from "../../src/definition/Supervision.ts"
import { readTime, timeText } from "../../src/definition/TimeText.ts"

const doubling = { firstMs: 1_000, factor: 2, longestMs: 30_000 }

describe("how an agent is supervised", () => {
  it("is, when nobody says anything, that it is not restarted and ends after ten silent minutes", () => {
    expect(careOf()).toStrictEqual({
      restart: "temporary",
      tolerance: { intensity: 3, periodMs: 60_000 },
      backoff: doubling,
      silenceMs: 600_000
    })
  })

  it("is what its definition says, each part replaced by what its run says", () => {
    const own = { restart: "permanent", intensity: 9, silenceMs: null } as const
    expect(careOf(own, { intensity: 1, periodMs: 5_000, backoffMs: 60_000 })).toStrictEqual({
      restart: "permanent",
      tolerance: { intensity: 1, periodMs: 5_000 },
      backoff: { firstMs: 60_000, factor: 2, longestMs: 60_000 },
      silenceMs: null
    })
    expect(careOf(own, { restart: "temporary", silenceMs: 5_000 })).toStrictEqual({
      restart: "temporary",
      tolerance: { intensity: 9, periodMs: 60_000 },
      backoff: doubling,
      silenceMs: 5_000
    })
  })

  it("is transient where anything is said of restarts but not of their kind", () => {
    const kinds = [
      careOf({ intensity: 5 }),
      careOf({}, { periodMs: 5 }),
      careOf({ backoffMs: 5 }),
      careOf({}, {}, "one-for-all"),
      careOf({ strategy: "one-for-all" }),
      careOf({ silenceMs: 5 }),
      careOf({ restart: "temporary" }, {}, "one-for-all")
    ]
    expect(kinds.map(({ restart }) => restart)).toStrictEqual([
      ...Array.from({ length: 4 }, () => "transient"),
      ...Array.from({ length: 3 }, () => "temporary")
    ])
  })
})

describe("a time", () => {
  it("is read with its unit, and not without", () => {
    const texts = ["500ms", "90s", "1.5 min", " 2h ", "0s", "500h", "501h", "60", "1m", "-5s", "5 days", "", "1e3s"]
    expect(texts.map(readTime)).toStrictEqual([
      ...[500, 90_000, 90_000, 7_200_000, 0, 1_800_000_000],
      ...Array.from({ length: 7 }, () => undefined)
    ])
  })

  it("is written with the largest unit that it is whole in", () => {
    expect([0, 1, 1_500, 2_000, 90_000, 600_000, 5_400_000, 7_200_000].map(timeText)).toStrictEqual([
      "0ms",
      "1ms",
      "1500ms",
      "2s",
      "90s",
      "10min",
      "90min",
      "2h"
    ])
  })

  it.prop(
    "is the same when it is read again",
    [Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 1_800_000_000 }))],
    ([ms]) => expect(readTime(timeText(ms))).toBe(ms)
  )
})
