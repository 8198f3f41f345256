import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { depthOf, inTreeOrder, parentOf } from "../../src/history/AgentTree.ts"

const ordered = (...paths: ReadonlyArray<string>) =>
  inTreeOrder(paths.map((path) => ({ path: `/root/${path}` }))).map(({ path }) => path.slice("/root/".length))

const Names = Schema.Array(Schema.Literals(["a", "a/x", "a/x/z", "a/y", "b", "b#2", "b#2/x", "c/x"]))

describe("agents in the order of the tree", () => {
  it("stand behind the one that started them, depth first, and besides as given", () => {
    expect(ordered("b", "a", "a/y", "b/x", "a/x", "a/y/z", "b/x/w")).toStrictEqual([
      "b",
      "b/x",
      "b/x/w",
      "a",
      "a/y",
      "a/y/z",
      "a/x"
    ])
  })

  it("are copies of an agent in the order in which they were started, whichever is heard of first", () => {
    expect(ordered("a", "a/x#5", "a/x", "a/y", "a/x#10", "a/x#2", "b#2", "b")).toStrictEqual([
      "a",
      "a/x",
      "a/x#2",
      "a/x#5",
      "a/y",
      "a/x#10",
      "b",
      "b#2"
    ])
  })

  it("have their place also where the one that started them is not known, or comes later", () => {
    expect(ordered("c/x", "a/x", "a")).toStrictEqual(["c/x", "a", "a/x"])
  })

  it.effect.prop("are the same agents, each directly behind its parent or another below it", [Names], ([names]) =>
    Effect.sync(() => {
      const given = [...new Set<string>(names)]
      const found = ordered(...given)
      expect(found.toSorted()).toStrictEqual(given.toSorted())
      for (const [index, path] of found.entries()) {
        const parent = path.slice(0, path.lastIndexOf("/"))
        if (!path.includes("/") || !given.includes(parent)) continue
        const before = found[index - 1] ?? ""
        expect(before === parent || before.startsWith(`${parent}/`)).toBe(true)
      }
    })
  )
})

describe("a path", () => {
  it("tells the level of the agent, and who started it", () => {
    const paths = ["/root", "/root/a", "/root/a/b#2"]
    expect(paths.map(depthOf)).toStrictEqual([0, 1, 2])
    expect(paths.slice(1).map(parentOf)).toStrictEqual(["/root", "/root/a"])
  })
})
