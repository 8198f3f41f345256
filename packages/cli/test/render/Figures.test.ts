import { describe, expect, it } from "vitest"
import { count, duration, percent, plural, seconds, tokens } from "../../src/render/Figures.ts"

describe("figures", () => {
  it("group thousands", () => {
    expect([0, 999, 1_000, 1_234_567].map(count)).toStrictEqual(["0", "999", "1,000", "1,234,567"])
  })
  it("give times in the unit that fits", () => {
    expect([0, 1_234, 59_940, 59_960, 65_000, 3_720_000].map(duration)).toStrictEqual([
      "0.0 s",
      "1.2 s",
      "59.9 s",
      "1 min",
      "1 min 5 s",
      "1 h 2 min"
    ])
  })
  it("give running clocks in whole seconds", () => {
    expect([-5, 999, 59_999, 60_000, 125_900].map(seconds)).toStrictEqual(["0 s", "0 s", "59 s", "1 min", "2 min 5 s"])
  })
  it("keep 0 % and 100 % for none and all", () => {
    expect([
      percent(0, 10),
      percent(1, 1_000),
      percent(999, 1_000),
      percent(10, 10),
      percent(12, 10),
      percent(1, 0)
    ]).toStrictEqual(["0 %", "1 %", "99 %", "100 %", "120 %", "0 %"])
  })
  it("say nothing of a limit that is not set", () => {
    expect([tokens(3_120, 40_000), tokens(15, null)]).toStrictEqual(["3,120 / 40,000 tokens (8 %)", "15 tokens"])
  })
  it("decline nouns", () => {
    expect([0, 1, 2].map((value) => plural(value, "turn"))).toStrictEqual(["no turns", "1 turn", "2 turns"])
  })
})
