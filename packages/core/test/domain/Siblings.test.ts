import { describe, expect, it } from "vitest"
import { isOlder, type Sibling, siblingsInOrder } from "../../src/domain/Siblings.ts"

const ordered = (...names: ReadonlyArray<string>) =>
  siblingsInOrder(names.map((name) => ({ path: `/root/${name}` }))).map(({ path }) => path.slice("/root/".length))

describe("copies of an agent", () => {
  it("stand in the order in which they were started, whichever is heard of first", () => {
    expect(ordered("x#5", "x", "y", "x#10", "x#2", "y#2")).toStrictEqual(["x", "x#2", "x#5", "y", "x#10", "y#2"])
  })

  it("are known by the whole of their path", () => {
    const pairs = [
      ["/root/a/x", "/root/a/x#2"],
      ["/root/a/x#9", "/root/a/x#10"],
      ["/root/a/x#2", "/root/a/x"],
      ["/root/a/x", "/root/b/x#2"],
      ["/root/a#2/x", "/root/a#3/x"],
      ["/root/a/x", "/root/a/xy#2"]
    ] as const
    expect(pairs.map(([path, than]) => isOlder({ path }, { path: than }))).toStrictEqual([
      true,
      true,
      false,
      false,
      false,
      false
    ])
  })

  it("are put in order in a moment, however many there are", () => {
    const many = Array.from({ length: 5_000 }, (_, index) => `x${index === 0 ? "" : `#${index + 1}`}`)
    const before = performance.now()
    expect(ordered(...many)).toStrictEqual(many)
    expect(performance.now() - before).toBeLessThan(500)
  })
})

describe("agents that one has started", () => {
  it("stand in the order that is on record, whatever they are called and whichever is heard of first", () => {
    const given: ReadonlyArray<Sibling> = [
      { path: "/root/a/y", order: 3 },
      { path: "/root/a/x", order: 1 },
      { path: "/root/a/x#2", order: 4 },
      { path: "/root/a/z", order: 2 }
    ]
    expect(siblingsInOrder(given).map(({ order }) => order)).toStrictEqual([1, 2, 3, 4])
  })

  it("are not older than those that another has started", () => {
    const [one, two] = [
      { path: "/root/a/x", order: 1 },
      { path: "/root/b/y", order: 2 }
    ]
    expect([isOlder(one, two), isOlder(two, one), isOlder(one, { path: "/root/a/y", order: 2 })]).toStrictEqual([
      false,
      false,
      true
    ])
  })
})
