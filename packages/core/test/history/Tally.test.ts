import { describe, expect, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { counted, emptyTally, groupBy, sumOf, type Tally } from "../../src/history/Tally.ts"
import { factsOf, type Happening } from "./Events.ts"

const counting = (tally: Tally, happenings: ReadonlyArray<Happening>): Tally =>
  factsOf(happenings).reduce((sum, { fact }) => counted(sum, fact), tally)

const tallyOf = (happenings: ReadonlyArray<Happening>): Tally => counting(emptyTally, happenings)

const usage = { input: 100, cached: 40, output: 20, reasoning: 5 }

const Count = Schema.Int.pipe(Schema.check(Schema.isBetween({ minimum: 0, maximum: 1_000_000 })))
const AnyTally = Schema.Struct({
  requests: Count,
  input: Count,
  cached: Count,
  output: Count,
  reasoning: Count,
  charged: Count,
  unknown: Count,
  nanoUsd: Schema.NullOr(Count)
})

describe("what requests have used", () => {
  it("counts attempts, usage, and what was charged without any", () => {
    expect(
      tallyOf([
        { what: "agent.TurnRequested", body: { turn: 1, reserved: 900 } },
        { what: "agent.TurnFailed", body: { turn: 1, charged: 900, nanoUsd: 1_800 } },
        { what: "agent.TurnRequested", body: { turn: 1, attempt: 2, reserved: 900 } },
        { what: "agent.TurnCompleted", body: { turn: 1, usage, charged: 120, nanoUsd: 300 } },
        { what: "agent.TurnRequested", body: { turn: 2, reserved: 700 } },
        { what: "agent.TurnCompleted", body: { turn: 2, usage: null, charged: 700, nanoUsd: 900 } }
      ])
    ).toStrictEqual({ requests: 3, ...usage, charged: 1_720, unknown: 1_600, nanoUsd: 3_000 })
  })

  it("has no price as soon as something was charged without one", () => {
    const free: Happening = { what: "agent.TurnFailed", body: { turn: 1, charged: 0, nanoUsd: null } }
    const priced: Happening = { what: "agent.TurnCompleted", body: { usage, charged: 120, nanoUsd: 300 } }
    const unpriced: Happening = { what: "agent.TurnCompleted", body: { usage, charged: 120, nanoUsd: null } }
    expect(
      [
        [free, priced],
        [priced, unpriced],
        [unpriced, priced]
      ].map((each) => tallyOf(each).nanoUsd)
    ).toStrictEqual([300, null, null])
  })

  it("takes the usage of records from before charges were kept", () => {
    expect(tallyOf([{ what: "agent.TurnCompleted", body: { turn: 1, usage } }])).toStrictEqual({
      ...emptyTally,
      ...usage,
      charged: 120,
      nanoUsd: null
    })
  })

  it("is not changed by events that use nothing, or that nobody knows", () => {
    const before = tallyOf([{ what: "agent.TurnRequested" }])
    const others = ["run.Started", "agent.Started", "tool.Done", "mail.Sent", "agent.Dreamt"]
    expect(
      counting(
        before,
        others.map((what) => ({ what, body: { charged: 9 } }))
      )
    ).toBe(before)
  })

  it("is shared out among groups without a rest", () => {
    const one: Tally = { ...emptyTally, requests: 1, charged: 10 }
    const two: Tally = { ...emptyTally, requests: 2, charged: 20, nanoUsd: null }
    expect(
      groupBy(
        [
          { model: "b", tally: one },
          { model: "a", tally: two },
          { model: "b", tally: two },
          { model: "a", tally: emptyTally },
          { model: "unused", tally: emptyTally }
        ],
        ({ model }) => model
      )
    ).toStrictEqual([
      { name: "b", members: 2, tally: { ...emptyTally, requests: 3, charged: 30, nanoUsd: null } },
      { name: "a", members: 2, tally: two }
    ])
  })

  it.prop("adds up to the same in any grouping", [Schema.Array(AnyTally), Schema.Array(AnyTally)], ([some, others]) => {
    expect(sumOf([sumOf(some), sumOf(others)])).toStrictEqual(sumOf([...some, ...others]))
  })
})
