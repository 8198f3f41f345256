import { describe, expect, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { closingOutput, divide, nextStep, resultTokens } from "../../src/agent/Allowance.ts"

const tokens = (most: number) => Schema.Int.pipe(Schema.check(Schema.isBetween({ minimum: 0, maximum: most })))

describe("the next step of an agent", () => {
  it.each([
    [
      "a fresh budget takes a whole turn",
      { remaining: 40_000, input: 2_000 },
      { _tag: "Turn", maxOutputTokens: 4_096, closing: 7_096 }
    ],
    [
      "without a limit the output is capped at 4,096",
      { remaining: Number.POSITIVE_INFINITY, input: 2_000 },
      { _tag: "Turn", maxOutputTokens: 4_096, closing: 7_096 }
    ],
    [
      "a small budget gets a share of it as output",
      { remaining: 4_000, input: 400 },
      { _tag: "Turn", maxOutputTokens: 1_000, closing: 2_400 }
    ],
    [
      "when a closing call would not fit after a turn, the answer is due",
      { remaining: 3_000, input: 1_000 },
      { _tag: "Close", maxOutputTokens: 1_000, closing: 0, needed: 6_000 }
    ],
    [
      "a closing answer takes what is left",
      { remaining: 1_200, input: 1_000 },
      { _tag: "Close", maxOutputTokens: 200, closing: 0, needed: 6_000 }
    ],
    ["too little for any answer stops", { remaining: 1_100, input: 1_000 }, { _tag: "Stop", needed: 6_000 }]
  ] as const)("%s", (_, { input, remaining }, step) => {
    expect(nextStep({ remaining, input, maxOutput: 16_000 })).toStrictEqual(step)
  })

  it.prop(
    "never asks for more than remains, and a turn leaves room for the closing call",
    [tokens(200_000), tokens(50_000)],
    ([remaining, input]) => {
      const step = nextStep({ remaining, input, maxOutput: 16_000 })
      const isTurn = (left: number) => nextStep({ remaining: left, input, maxOutput: 16_000 })._tag === "Turn"
      if (step._tag !== "Turn" && (isTurn(step.needed - 4) || !isTurn(step.needed))) return false
      if (step._tag === "Stop") return remaining < step.needed
      const cost = input + step.maxOutputTokens
      return step._tag === "Close"
        ? cost <= remaining
        : remaining - cost >= step.closing && step.closing >= cost + closingOutput
    }
  )

  it.prop(
    "tool results leave room for the closing call after them",
    [tokens(200_000), tokens(50_000)],
    ([remaining, prefix]) => {
      const room = resultTokens(remaining, prefix)
      return room === 0 || remaining - prefix - room >= closingOutput
    }
  )

  it("divides evenly, and gives what one result leaves to those after it", () => {
    const claim = divide(900, 3)
    expect([claim(100), claim(1_000), claim(1_000)]).toStrictEqual([300, 400, 400])
  })
})
