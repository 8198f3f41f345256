import { describe, expect, it } from "@effect/vitest"
import type { Restart } from "../../src/actor/ChildSpec.ts"
import { plan, type Standing, type Strategy } from "../../src/actor/Strategy.ts"

interface Named extends Standing {
  readonly id: string
}

const named = (id: string, restart: Restart = "permanent", isOver = false): Named => ({ id, restart, isOver })

const ids = (strategy: Strategy, children: ReadonlyArray<Named>, crashed: string) => {
  const child = children.find(({ id }) => id === crashed)
  if (child === undefined) throw new Error(`there is no ${crashed}`)
  const { start, stop } = plan(strategy, children, child)
  return { stop: stop.map(({ id }) => id).join(""), start: start.map(({ id }) => id).join("") }
}

const four = [named("a"), named("b"), named("c"), named("d")]

describe("the plan after a crash", () => {
  it.each<{ strategy: Strategy; crashed: string; stop: string; start: string }>([
    { strategy: "one-for-one", crashed: "b", stop: "", start: "b" },
    { strategy: "one-for-all", crashed: "a", stop: "dcb", start: "abcd" },
    { strategy: "one-for-all", crashed: "b", stop: "dca", start: "abcd" },
    { strategy: "one-for-all", crashed: "d", stop: "cba", start: "abcd" },
    { strategy: "rest-for-one", crashed: "a", stop: "dcb", start: "abcd" },
    { strategy: "rest-for-one", crashed: "b", stop: "dc", start: "bcd" },
    { strategy: "rest-for-one", crashed: "d", stop: "", start: "d" }
  ])("of $crashed by $strategy stops <$stop> and starts <$start>", ({ crashed, start, stop, strategy }) => {
    expect(ids(strategy, four, crashed)).toStrictEqual({ stop, start })
  })

  it("leaves those alone who are over, and stops temporary ones without starting them again", () => {
    const mixed = [named("a", "transient", true), named("b"), named("c", "temporary"), named("d", "transient")]
    expect(ids("one-for-all", mixed, "d")).toStrictEqual({ stop: "cb", start: "bd" })
    expect(ids("rest-for-one", mixed, "b")).toStrictEqual({ stop: "dc", start: "bd" })
  })

  it("of an only child is the same by every strategy", () => {
    const strategies: ReadonlyArray<Strategy> = ["one-for-one", "one-for-all", "rest-for-one"]
    for (const strategy of strategies) {
      expect(ids(strategy, [named("a", "transient")], "a")).toStrictEqual({ stop: "", start: "a" })
    }
  })
})
