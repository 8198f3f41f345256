import { describe, expect, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { closingOutput, costOfCall, fits, floor, leastOutput, sum } from "../../src/agent/Allowance.ts"
import { summaryDemand } from "../../src/agent/Compaction.ts"
import { decide, roomForResults, roomForTold, type Situation } from "../../src/agent/Step.ts"
import { upperBound } from "../../src/budget/Estimate.ts"

const price = { input: 1, cached: 0.1, output: 4 }
const unlimited = { tokens: Number.POSITIVE_INFINITY, nanoUsd: Number.POSITIVE_INFINITY }
const tokens = (amount: number) => ({ ...unlimited, tokens: amount })

const at = (more: Partial<Situation> = {}): Situation => ({
  remaining: unlimited,
  input: 10_000,
  maxOutput: 16_000,
  price,
  utilization: 0,
  window: 100_000,
  opening: 0,
  shortening: "summary",
  overflowed: false,
  turns: 60,
  calls: 400,
  isLast: false,
  ...more
})

const keep = (input: number, output = 4_096) => costOfCall(price, input + output, closingOutput)
const nothing = { tokens: 0, nanoUsd: 0 }

describe("what an agent does next", () => {
  it.each([
    ["sends a turn", {}, { _tag: "Send", maxOutputTokens: 4_096, keep: keep(10_000), light: false }],
    [
      "sends a smaller one near a limit",
      { utilization: 0.8 },
      { _tag: "Send", maxOutputTokens: 1_024, keep: keep(10_000, 1_024), light: true }
    ],
    [
      "says no more than a quarter of a small context",
      { input: 2_000, window: 8_000 },
      { _tag: "Send", maxOutputTokens: 2_000, keep: keep(2_000), light: false }
    ],
    [
      "sends as long as a summary would fit behind the turn",
      { input: 100_000 - 4_096 - 2_400 },
      { _tag: "Send", maxOutputTokens: 4_096, keep: keep(93_504), light: false }
    ],
    [
      "has the conversation summarised before that ends",
      { input: 100_000 - 4_096 - 2_399 },
      {
        _tag: "Compact",
        summary: { input: 93_905, maxOutputTokens: 2_000, keep: costOfCall(price, 93_505, closingOutput) }
      }
    ],
    [
      "asks for a summary that fits a small context",
      { input: 6_000, window: 8_000 },
      {
        _tag: "Compact",
        summary: { input: 6_400, maxOutputTokens: 1_000, keep: costOfCall(price, 6_000, closingOutput) }
      }
    ],
    [
      "shares out what a long prompt leaves of a context, and summarises when that is full",
      { input: 22_000, window: 24_000, opening: 16_000 },
      {
        _tag: "Compact",
        summary: { input: 22_400, maxOutputTokens: 1_000, keep: costOfCall(price, 22_000, closingOutput) }
      }
    ],
    [
      "goes on behind a long prompt where it had to be summarised for in every turn",
      { input: 20_600, window: 24_000, opening: 16_000 },
      { _tag: "Send", maxOutputTokens: 2_000, keep: keep(20_600), light: false }
    ],
    [
      "has it shortened when the provider says that it is too long, whatever was counted",
      { overflowed: true },
      {
        _tag: "Compact",
        summary: { input: 10_400, maxOutputTokens: 2_000, keep: costOfCall(price, 10_000, closingOutput) }
      }
    ],
    [
      "pays for no summary that leaves no closing answer",
      { input: 98_000, remaining: tokens(2 * 98_000 + 400 + 2_000 + closingOutput - 1) },
      { _tag: "Compact", summary: null }
    ],
    [
      "pays for one with the last token that is left beside it",
      { input: 98_000, remaining: tokens(2 * 98_000 + 400 + 2_000 + closingOutput) },
      {
        _tag: "Compact",
        summary: { input: 98_400, maxOutputTokens: 2_000, keep: costOfCall(price, 98_000, closingOutput) }
      }
    ],
    ["is not summarised for the last answer", { input: 99_500, isLast: true }, { _tag: "Compact", summary: null }],
    [
      "is summarised once for a turn, and then cut",
      { input: 99_000, shortening: "digest" },
      { _tag: "Compact", summary: null }
    ],
    [
      "takes the room that is left where nothing can be shortened",
      { input: 99_000, shortening: "none" },
      { _tag: "Send", maxOutputTokens: 1_000, keep: keep(99_000), light: false }
    ],
    [
      "stops where not even an answer fits the context",
      { input: 99_900, shortening: "none" },
      { _tag: "Stop", why: "context" }
    ],
    [
      "closes in its last turn",
      { turns: 1 },
      { _tag: "Close", why: "turns", maxOutputTokens: 4_096, keep: keep(10_000) }
    ],
    [
      "closes without calls, which comes before turns",
      { turns: 1, calls: 0 },
      { _tag: "Close", why: "calls", maxOutputTokens: 4_096, keep: keep(10_000) }
    ],
    [
      "closes as it was decided, which comes before both",
      { turns: 1, calls: 0, isLast: true },
      { _tag: "Close", why: "decided", maxOutputTokens: 4_096, keep: keep(10_000) }
    ],
    [
      "closes with what the budget leaves, which comes before all",
      { remaining: tokens(11_000), calls: 0, isLast: true },
      { _tag: "Close", why: "budget", maxOutputTokens: 1_000, keep: nothing }
    ],
    [
      "stops where the budget takes no answer, also where the context does not",
      { remaining: tokens(10_100), window: 10_050 },
      { _tag: "Stop", why: "budget" }
    ]
  ] as const)("%s", (_, more, step) => {
    expect(decide(at(more))).toStrictEqual(step)
  })

  it("counts what is said for a summary at no less than it takes", () => {
    const { summary } = { summary: null, ...decide(at({ overflowed: true })) }
    expect((summary?.input ?? 0) - 10_000).toBeGreaterThanOrEqual(upperBound(summaryDemand))
  })

  const upTo = (most: number) => Schema.Int.pipe(Schema.check(Schema.isBetween({ minimum: 0, maximum: most })))
  it.prop(
    "never asks for more than the budget or the context holds, and never stops while one of both could give an answer",
    [
      upTo(300_000),
      upTo(400_000_000),
      upTo(150_000),
      upTo(128_000),
      upTo(128_000),
      upTo(3),
      upTo(3),
      Schema.Literals(["summary", "digest", "none"]),
      Schema.Boolean
    ],
    ([amount, nanoUsd, input, window, opening, turns, calls, shortening, overflowed]) => {
      const remaining = { tokens: amount, nanoUsd }
      const step = decide(at({ remaining, input, window, opening, turns, calls, shortening, overflowed }))
      const closing = costOfCall(price, input, leastOutput)
      switch (step._tag) {
        case "Stop":
          return step.why === "budget"
            ? !fits(closing, remaining)
            : shortening === "none" && window - input < leastOutput
        case "Compact":
          if (shortening === "none") return false
          return (
            step.summary === null ||
            (turns > 1 &&
              calls > 0 &&
              fits(
                sum(costOfCall(price, step.summary.input, step.summary.maxOutputTokens), step.summary.keep),
                remaining
              ))
          )
        default:
          return (
            input + step.maxOutputTokens <= window &&
            step.maxOutputTokens >= leastOutput &&
            fits(sum(costOfCall(price, input, step.maxOutputTokens), step.keep), remaining) &&
            (step._tag === "Close" || (fits(floor(price, input), remaining) && turns > 1 && calls > 0))
          )
      }
    }
  )

  it.prop(
    "what is read leaves room for a summary of it",
    [upTo(128_000), upTo(150_000), upTo(150_000)],
    ([window, opening, input]) => {
      const room = roomForResults({ window, opening }, input)
      const summary = Math.floor(Math.min(2_000, Math.max(0, window - opening) / 8)) + 400
      return room === 0 || room + input + summary <= window
    }
  )

  it.prop(
    "what is said once is heard however full the context is, and takes no more of it than can be left out again",
    [upTo(128_000), upTo(150_000), upTo(150_000)],
    ([window, opening, input]) => {
      const room = roomForTold({ window, opening }, input)
      const space = Math.max(0, window - opening)
      return room >= Math.floor(space / 8) && room <= space / 4
    }
  )
})
