import { describe, expect, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import {
  type Cost,
  closingOutput,
  costOfCall,
  divide,
  floor,
  nextStep,
  resultTokens,
  sum
} from "../../src/agent/Allowance.ts"

const upTo = (most: number) => Schema.Int.pipe(Schema.check(Schema.isBetween({ minimum: 0, maximum: most })))

const price = { input: 1, cached: 0.1, output: 4 }
const unlimited = Number.POSITIVE_INFINITY
const tokens = (amount: number): Cost => ({ tokens: amount, nanoUsd: unlimited })
const standing = (remaining: Cost, input: number, utilization = 0) => ({
  remaining,
  input,
  maxOutput: 16_000,
  price,
  utilization
})
const fits = (cost: Cost, remaining: Cost) => cost.tokens <= remaining.tokens && cost.nanoUsd <= remaining.nanoUsd

describe("the next step of an agent", () => {
  it.each([
    [
      "a fresh budget takes a whole turn",
      standing(tokens(40_000), 2_000),
      { _tag: "Turn", maxOutputTokens: 4_096, closing: { tokens: 7_096, nanoUsd: 10_096_000 }, light: false }
    ],
    [
      "without a limit the output is capped at 4,096",
      standing(tokens(unlimited), 2_000),
      { _tag: "Turn", maxOutputTokens: 4_096, closing: { tokens: 7_096, nanoUsd: 10_096_000 }, light: false }
    ],
    [
      "a small budget gets a share of it as output",
      standing(tokens(4_000), 400),
      { _tag: "Turn", maxOutputTokens: 1_000, closing: { tokens: 2_400, nanoUsd: 5_400_000 }, light: false }
    ],
    [
      "an output that only fits when it is short is short",
      standing(tokens(3_000), 700),
      { _tag: "Turn", maxOutputTokens: 300, closing: { tokens: 2_000, nanoUsd: 5_000_000 }, light: false }
    ],
    [
      "past four fifths of its budget an agent says less",
      standing(tokens(20_000), 2_000, 0.8),
      { _tag: "Turn", maxOutputTokens: 1_024, closing: { tokens: 4_024, nanoUsd: 7_024_000 }, light: true }
    ],
    [
      "when a closing call would not fit after a turn, the answer is due",
      standing(tokens(3_000), 1_000),
      { _tag: "Close", maxOutputTokens: 1_000 }
    ],
    ["a closing answer takes what is left", standing(tokens(1_200), 1_000), { _tag: "Close", maxOutputTokens: 200 }],
    ["too little for any answer stops", standing(tokens(1_100), 1_000), { _tag: "Stop" }],
    [
      "money that does not suffice closes as tokens do",
      standing({ tokens: 100_000, nanoUsd: 6_000_000 }, 1_000),
      { _tag: "Close", maxOutputTokens: 1_000 }
    ]
  ] as const)("%s", (_, given, step) => {
    expect(nextStep(given)).toStrictEqual(step)
  })

  it.prop(
    "never asks for more than remains, leaves room for the closing call, and takes a turn from the floor on",
    [upTo(200_000), upTo(400_000_000), upTo(50_000)],
    ([amount, nanoUsd, input]) => {
      const remaining = { tokens: amount, nanoUsd }
      const step = nextStep(standing(remaining, input))
      if ((step._tag === "Turn") !== fits(floor(price, input), remaining)) return false
      if (step._tag === "Stop") return true
      const cost = costOfCall(price, input, step.maxOutputTokens)
      if (step._tag === "Close") return fits(cost, remaining)
      const after = costOfCall(price, input + step.maxOutputTokens, closingOutput)
      return fits(sum(cost, step.closing), remaining) && fits(after, step.closing)
    }
  )

  it.prop(
    "tool results leave room for the closing call after them",
    [upTo(200_000), upTo(400_000_000), upTo(50_000)],
    ([amount, nanoUsd, prefix]) => {
      const remaining = { tokens: amount, nanoUsd }
      const room = resultTokens(remaining, prefix, price)
      return room === 0 || fits(costOfCall(price, prefix + room, closingOutput), remaining)
    }
  )

  it("divides evenly, and gives what one result leaves to those after it", () => {
    const claim = divide(900, 3)
    expect([claim(100), claim(1_000), claim(1_000)]).toStrictEqual([300, 400, 400])
  })
})
