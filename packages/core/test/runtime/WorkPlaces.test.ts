import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as WorkPlaces from "../../src/runtime/WorkPlaces.ts"

const small = (most: number) => Schema.Int.pipe(Schema.check(Schema.isBetween({ minimum: 0, maximum: most })))
const Steps = Schema.Array(
  Schema.Struct({ seat: small(5), what: Schema.Literals(["take", "leave", "come back", "withdraw"]) })
).pipe(Schema.check(Schema.isMaxLength(60)))

describe("places to work at", () => {
  it("go to those who come back before they go to those who begin, the first first", () => {
    const order: Array<string> = []
    const places = WorkPlaces.make(1, () => order.push("free"))
    const [first, second, third] = [places.seat(), places.seat(), places.seat()]
    expect([first.take(), second.take()]).toStrictEqual([true, false])
    second.comeBack(() => order.push("second"))
    const withdraw = third.comeBack(() => order.push("third"))
    first.comeBack(() => order.push("first has it still"))
    first.leave()
    expect([order, second.isHeld, places.hasFree]).toStrictEqual([["first has it still", "second"], true, false])
    withdraw()
    second.leave()
    expect([order, third.isHeld, places.hasFree, places.atWork]).toStrictEqual([
      ["first has it still", "second", "free"],
      false,
      true,
      0
    ])
  })

  it.effect.prop(
    "are never more than there are, and never free while somebody wants to come back, whatever happens",
    [small(3), Steps],
    ([more, steps]) =>
      Effect.sync(() => {
        const places = WorkPlaces.make(more + 1, () => {})
        const seats = Array.from({ length: 6 }, () => ({ seat: places.seat(), withdraw: () => {}, wants: false }))
        for (const { seat: index, what } of steps) {
          const each = seats[index]
          if (each === undefined) continue
          const { seat } = each
          if (what === "take" && !each.wants) seat.take()
          if (what === "withdraw") {
            each.withdraw()
            each.wants = false
          }
          if (what === "leave") {
            seat.leave()
            each.wants = false
          }
          if (what === "come back" && !each.wants) {
            each.wants = true
            each.withdraw = seat.comeBack(() => {
              each.wants = false
            })
          }
          const held = seats.filter((other) => other.seat.isHeld).length
          expect([held, places.atWork]).toStrictEqual([places.atWork, Math.min(held, more + 1)])
          if (seats.some((other) => other.wants)) expect(places.hasFree).toBe(false)
        }
        return true
      }),
    { arbitrary: { runs: 300, size: 60 } }
  )
})
