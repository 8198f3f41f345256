import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { Invocation } from "../../src/command/Invocation.ts"
import { supervisionFlags } from "../../src/commands/supervisionFlags.ts"
import { readSupervision } from "../../src/run/Supervision.ts"

const flags = (values: Readonly<Record<string, string>>) =>
  new Invocation("delegate", [], new Map(Object.entries(values).map(([name, value]) => [name, [value]])))

describe("what a command line says about restarts and silence", () => {
  it.effect("is nothing unless it is said, so that definitions count", () =>
    Effect.gen(function* () {
      expect(yield* readSupervision(flags({}))).toStrictEqual({})
    })
  )

  it.effect("is the kind of restart, whom a crash takes along, how often, and how long an agent may be silent", () =>
    Effect.gen(function* () {
      const all = { restart: "transient", strategy: "rest-for-one", intensity: "5/90s", silence: "15min" }
      expect(yield* readSupervision(flags(all))).toStrictEqual({
        supervision: {
          restart: "transient",
          strategy: "rest-for-one",
          intensity: 5,
          periodMs: 90_000,
          silenceMs: 900_000
        }
      })
      expect(yield* readSupervision(flags({ intensity: "0", silence: "none" }))).toStrictEqual({
        supervision: { intensity: 0, silenceMs: null }
      })
      expect(yield* readSupervision(flags({ intensity: "2 / 1h", silence: "5" }))).toStrictEqual({
        supervision: { intensity: 2, periodMs: 3_600_000, silenceMs: 300_000 }
      })
    })
  )

  it.effect.each([
    [{ intensity: "often" }, '--intensity "often" is no number of restarts in a time', "Write 3/60s, for example."],
    [{ intensity: "-1/60s" }, '--intensity "-1/60s" is no number of restarts in a time', "Write 3/60s, for example."],
    [
      { intensity: "9999999/60s" },
      '--intensity "9999999/60s" is no number of restarts in a time',
      "Write 3/60s, for example."
    ],
    [
      { intensity: "3/soon" },
      '--intensity "soon" is not a time',
      "Write 60 or 60min for minutes, 90s for seconds, 2h for hours."
    ],
    [{ silence: "0s" }, "--silence 0s is not between 1 ms and 500 h", "Write 90s, 15min or 2h, for example."]
  ] as const)("is refused where it is none: %o", ([given, message, hint]) =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(readSupervision(flags(given)))
      expect([error.message, error.hint]).toStrictEqual([message, hint])
    })
  )

  it("has a flag for each of its parts", () => {
    expect(supervisionFlags.map(({ name }) => name)).toStrictEqual(["restart", "strategy", "intensity", "silence"])
  })
})
