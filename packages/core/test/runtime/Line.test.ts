import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { type InLine, inTurn, Priority } from "../../src/domain/Priority.ts"
import * as Line from "../../src/runtime/admission/Line.ts"

interface Waiting extends InLine {
  isThere: boolean
}

const isThere = (who: Waiting) => who.isThere

const drained = (line: Line.Line<Waiting>): ReadonlyArray<number> => {
  const next = line.next()
  return next === undefined ? [] : [next.asked, ...drained(line)]
}

const Steps = Schema.Array(
  Schema.Union([
    Schema.Struct({ what: Schema.Literal("enter"), priority: Priority }),
    Schema.Struct({ what: Schema.Literal("next") }),
    Schema.Struct({ what: Schema.Literal("withdraw"), which: Schema.Int })
  ])
).pipe(Schema.check(Schema.isMaxLength(60)))

describe("the line for a place", () => {
  it("has who was asked for earlier before others, also if it comes later", () => {
    const line = Line.make<Waiting>(isThere)
    for (const asked of [3, 1, 2]) line.enter({ asked, priority: "normal", isThere: true })
    expect([line.waiting, drained(line), line.given]).toStrictEqual([3, [1, 2, 3], 3])
  })

  it("passes over who is not there any more, and counts no place for it", () => {
    const line = Line.make<Waiting>(isThere)
    const all = [0, 1, 2].map((asked): Waiting => ({ asked, priority: "normal", isThere: asked === 2 }))
    for (const who of all) line.enter(who)
    expect([line.waiting, line.next()?.asked, line.given]).toStrictEqual([1, 2, 1])
  })

  it.effect.prop("gives places in the order that is told to those who wait", [Steps], ([steps]) =>
    Effect.sync(() => {
      const line = Line.make<Waiting>(isThere)
      let waiting: ReadonlyArray<Waiting> = []
      let entered = 0
      for (const step of steps) {
        if (step.what === "enter") {
          const who = { asked: entered++, priority: step.priority, isThere: true }
          waiting = [...waiting, who]
          line.enter(who)
        } else if (step.what === "withdraw") {
          const gone = waiting[Math.abs(step.which) % Math.max(1, waiting.length)]
          if (gone !== undefined) gone.isThere = false
          waiting = waiting.filter((who) => who !== gone)
        } else {
          const [expected] = inTurn(waiting, line.given)
          expect(line.next()).toBe(expected)
          waiting = waiting.filter((who) => who !== expected)
        }
        expect(line.waiting).toBe(waiting.length)
      }
      return true
    })
  )
})
