import { planOf } from "@deputize/core/tool/Plan"
import { toolbox } from "@deputize/core/tool/Toolbox"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { call, recorded, within } from "./fixture.ts"

const { tools } = toolbox(["update_plan"])

const step = (text: string, status: "pending" | "doing" | "done" = "pending") => ({ text, status })

const told = (steps: ReadonlyArray<unknown>, name = "update_plan") => call(name, { steps }, { tools })

describe("a plan", () => {
  it.effect("is noted, changes nothing, and can be read from the record of the call", () =>
    within(
      () => {},
      Effect.fnUntraced(function* () {
        const steps = [step("look", "done"), step("write", "doing"), step("check")]
        expect(yield* told(steps, "TodoWrite")).toBe("noted, 1 of 3 done")
        const events = yield* recorded
        expect(events.map((event) => event._tag)).toStrictEqual(["Intent", "Done"])
        const plans = events.flatMap((event) => (event._tag === "Intent" ? [planOf(event.call)] : []))
        expect(plans).toStrictEqual([Option.some(steps)])
      })
    )
  )

  it.effect.each([
    [[step("a", "doing"), step("b", "doing")], "more than one step is doing"],
    [[step("a"), step(" ")], "step 2 is empty"],
    [[step("x".repeat(301))], "step 1 is longer than 300 characters"],
    [Array.from({ length: 31 }, () => step("a")), "the plan has more than 30 steps"]
  ] as const)("is refused when something is wrong with it, and does not count", ([steps, problem]) =>
    within(
      () => {},
      Effect.fnUntraced(function* () {
        expect(yield* told(steps)).toBe(`! error: ${problem}. Send the whole plan again.`)
        const args = JSON.stringify({ steps })
        expect(planOf({ id: "c", name: "update_plan", args })).toStrictEqual(Option.none())
      })
    )
  )

  it.prop("is none in any other call", [Schema.String, Schema.String], ([name, args]) => {
    expect(planOf({ id: "c", name, args: '{"steps":[]}' })).toStrictEqual(
      name.trim() === "update_plan" ? Option.some([]) : Option.none()
    )
    expect(planOf({ id: "c", name: "update_plan", args })).toStrictEqual(Option.none())
  })
})
