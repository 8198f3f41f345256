import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Rounds from "../../src/model/Rounds.ts"

const Arrivals = Schema.Array(Schema.Literals(["a", "b", "c"])).pipe(Schema.check(Schema.isMaxLength(30)))

/** Everybody in line, each leaving when its turn has come. */
const served = (line: Rounds.Rounds<string>): ReadonlyArray<string> => {
  const head = line.head()
  if (head === undefined) return []
  line.leave(head.slice(0, 1), head, true)
  return [head, ...served(line)]
}

describe("parties that take turns", () => {
  it("are served one of each, and within each who came first", () => {
    const line = Rounds.make<string>()
    for (const who of ["a1", "a2", "a3", "b1", "c1", "c2"]) line.enter(who.slice(0, 1), who)
    expect(served(line)).toStrictEqual(["a1", "b1", "c1", "a2", "c2", "a3"])
  })

  it("have one that comes alone wait for one of each other party at most", () => {
    const line = Rounds.make<string>()
    for (let index = 0; index < 1_000; index++) line.enter("a", `a${index}`)
    line.enter("b", "b")
    expect(served(line).indexOf("b")).toBe(1)
  })

  it("do not change who is at the head, and do not lose their turn when that one is called off", () => {
    const line = Rounds.make<string>()
    for (const who of ["a1", "a2", "b1"]) line.enter(who.slice(0, 1), who)
    line.enter("c", "c1")
    expect(line.head()).toBe("a1")
    line.leave("a", "a1", false)
    expect(served(line)).toStrictEqual(["a2", "b1", "c1"])
  })

  it("forget who leaves from behind, and who is not there", () => {
    const line = Rounds.make<string>()
    for (const who of ["a1", "b1", "b2"]) line.enter(who.slice(0, 1), who)
    line.leave("b", "b1", false)
    line.leave("b", "b1", false)
    line.leave("d", "d1", false)
    expect([line.all(), served(line)]).toStrictEqual([
      ["a1", "b2"],
      ["a1", "b2"]
    ])
  })

  it.effect.prop("are never more than one turn apart while both have somebody in line", [Arrivals], ([arrivals]) =>
    Effect.sync(() => {
      const line = Rounds.make<string>()
      for (const [index, party] of arrivals.entries()) line.enter(party, `${party}${index}`)
      const order = served(line)
      expect(order.toSorted()).toStrictEqual(arrivals.map((party, index) => `${party}${index}`).toSorted())
      for (const party of ["a", "b", "c"]) {
        const turns = order.filter((who) => who.startsWith(party))
        expect(turns.map((who) => Number(who.slice(1)))).toStrictEqual(
          turns.map((who) => Number(who.slice(1))).toSorted((one, other) => one - other)
        )
        for (const [before, who] of turns.entries()) {
          for (const other of ["a", "b", "c"].filter((each) => each !== party)) {
            const ahead = order.slice(0, order.indexOf(who)).filter((each) => each.startsWith(other)).length
            expect(ahead).toBeLessThanOrEqual(before + 1)
          }
        }
      }
      return true
    })
  )
})
