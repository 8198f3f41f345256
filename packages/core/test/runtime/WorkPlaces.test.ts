import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as WorkPlaces from "../../src/runtime/admission/WorkPlaces.ts"

const small = (least: number, most: number) =>
  Schema.Int.pipe(Schema.check(Schema.isBetween({ minimum: least, maximum: most })))
const Steps = Schema.Array(
  Schema.Union([
    Schema.Struct({ seat: small(0, 5), what: Schema.Literals(["take", "leave", "come back", "withdraw"]) }),
    Schema.Struct({ what: Schema.Literal("resize"), count: small(1, 6) })
  ])
).pipe(Schema.check(Schema.isMaxLength(60)))
type Step = (typeof Steps.Type)[number]

/** The rules in the fewest words: who is at work, and who wants to come back, in order. */
interface Told {
  readonly count: number
  readonly atWork: ReadonlyArray<number>
  readonly returning: ReadonlyArray<number>
}

const told = ({ atWork, count, returning }: Told, step: Step): Told => {
  switch (step.what) {
    case "resize":
      return refilled({ atWork, count: step.count, returning })
    case "take":
      return returning.includes(step.seat) || atWork.includes(step.seat) || atWork.length >= count
        ? { atWork, count, returning }
        : { count, returning, atWork: [...atWork, step.seat] }
    case "withdraw":
      return { atWork, count, returning: without(returning, step.seat) }
    case "leave":
      return refilled({ count, atWork: without(atWork, step.seat), returning: without(returning, step.seat) })
    case "come back":
      return returning.includes(step.seat) || atWork.includes(step.seat)
        ? { atWork, count, returning }
        : refilled({ atWork, count, returning: [...returning, step.seat] })
  }
}

const refilled = (state: Told): Told => {
  const [next, ...returning] = state.returning
  if (next === undefined || state.atWork.length >= state.count) return state
  return refilled({ ...state, atWork: [...state.atWork, next], returning })
}

const without = (seats: ReadonlyArray<number>, seat: number) => seats.filter((each) => each !== seat)

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

  it("that become more are taken by those who come back, and the rest is there to begin with", () => {
    const order: Array<string> = []
    const places = WorkPlaces.make(1, () => order.push("free"))
    const [first, second, third] = [places.seat(), places.seat(), places.seat()]
    first.take()
    second.comeBack(() => order.push("second"))
    places.resize(2)
    expect([order, third.take()]).toStrictEqual([["second"], false])
    places.resize(3)
    expect([order, third.take(), places.atWork, places.count]).toStrictEqual([["second", "free"], true, 3, 3])
  })

  it("that become fewer stop nobody, and nobody begins until those at work fit", () => {
    const freed: Array<number> = []
    const places = WorkPlaces.make(3, () => freed.push(places.atWork))
    const seats = Array.from({ length: 5 }, () => places.seat())
    const [first, second, third, fourth, fifth] = seats
    for (const seat of [first, second, third]) seat?.take()
    places.resize(1)
    expect([places.atWork, places.hasFree, fourth?.take()]).toStrictEqual([3, false, false])
    first?.leave()
    second?.leave()
    expect([freed, places.hasFree, third?.isHeld, fifth?.take()]).toStrictEqual([[], false, true, false])
    third?.leave()
    expect([freed, fourth?.take(), fifth?.take()]).toStrictEqual([[0], true, false])
  })

  it.effect.prop(
    "are held by whom the rules say, whatever happens and however many there are",
    [small(1, 4), Steps],
    ([count, steps]) =>
      Effect.sync(() => {
        let isFreed = false
        const places = WorkPlaces.make(count, () => {
          isFreed = true
        })
        const seats = Array.from({ length: 6 }, () => ({ seat: places.seat(), withdraw: () => {} }))
        let expected: Told = { count, atWork: [], returning: [] }
        for (const step of steps) {
          const before = expected
          expected = told(before, step)
          isFreed = false
          if (step.what === "resize") places.resize(step.count)
          else {
            const each = seats[step.seat]
            const isIn = before.returning.includes(step.seat)
            if (step.what === "take" && !isIn) each?.seat.take()
            if (step.what === "leave") each?.seat.leave()
            if (step.what === "withdraw") each?.withdraw()
            if (step.what === "come back" && each !== undefined && !isIn) each.withdraw = each.seat.comeBack(() => {})
          }
          const held = seats.flatMap(({ seat }, index) => (seat.isHeld ? [index] : []))
          expect([held, places.atWork, places.hasFree, places.count]).toStrictEqual([
            expected.atWork.toSorted(),
            expected.atWork.length,
            expected.atWork.length < expected.count,
            expected.count
          ])
          // Whoever waits to begin hears of every place that could be its own.
          const free = ({ atWork, count }: Told) => Math.max(0, count - atWork.length)
          if (free(expected) > free(before)) expect(isFreed).toBe(true)
        }
        return true
      }),
    { arbitrary: { runs: 400, size: 60 } }
  )
})
