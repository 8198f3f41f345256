import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { compareUrgency, type InLine, inTurn, Priority } from "../../src/domain/Priority.ts"

const line = (...priorities: ReadonlyArray<Priority>): ReadonlyArray<InLine> =>
  priorities.map((priority, asked) => ({ priority, asked }))

const asked = (order: ReadonlyArray<InLine>) => order.map(({ asked }) => asked)

const Waiting = Schema.Array(Priority).pipe(Schema.check(Schema.isMaxLength(40)))
const Given = Schema.Int.pipe(Schema.check(Schema.isBetween({ minimum: 0, maximum: 20 })))

describe("the order in which agents get a place", () => {
  it("is by urgency, and of equally urgent ones by who was asked for first", () => {
    expect(asked(inTurn(line("low", "normal", "high", "normal", "high"), 0))).toStrictEqual([2, 4, 1, 3, 0])
  })

  it("gives every eighth place to the one that was asked for first of all", () => {
    const waiting = line("low", "low", ...Array.from({ length: 16 }, () => "high" as const))
    expect(asked(inTurn(waiting, 0))).toStrictEqual([2, 3, 4, 5, 6, 7, 8, 0, 9, 10, 11, 12, 13, 14, 15, 1, 16, 17])
    expect(asked(inTurn(waiting, 6)).slice(0, 3)).toStrictEqual([2, 0, 3])
  })

  it.effect.prop(
    "has everybody once, and nobody waits for more than eight times those that were asked for before it",
    [Waiting, Given],
    ([priorities, given]) =>
      Effect.sync(() => {
        const order = inTurn(line(...priorities), given)
        expect(asked(order).toSorted((a, b) => a - b)).toStrictEqual(priorities.map((_, index) => index))
        for (const [turn, { asked }] of order.entries()) expect(turn).toBeLessThan(8 * (asked + 1))
        return true
      })
  )

  it("of parts of the budget is by urgency alone", () => {
    expect(asked(line("low", "high", "normal", "high").toSorted(compareUrgency))).toStrictEqual([1, 3, 2, 0])
  })
})
