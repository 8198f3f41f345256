import { describe, expect, it } from "@effect/vitest"
import { criticalPath } from "../../src/runner/CriticalPath.ts"

describe("CriticalPath", () => {
  it("is the longest chain, not the chain of the longest", () => {
    const items = [
      { name: "a", ms: 10, needs: [] },
      { name: "b", ms: 50, needs: [] },
      { name: "c", ms: 45, needs: ["a"] },
      { name: "d", ms: 5, needs: ["b", "c"] }
    ]
    expect(criticalPath(items)).toStrictEqual([
      { name: "a", ms: 10 },
      { name: "c", ms: 45 },
      { name: "d", ms: 5 }
    ])
  })

  it("leaves out what took no time, and is empty when nothing ran", () => {
    expect(criticalPath([{ name: "a", ms: 0, needs: [] }])).toStrictEqual([])
    const items = [
      { name: "a", ms: 0, needs: [] },
      { name: "b", ms: 3, needs: ["a"] }
    ]
    expect(criticalPath(items)).toStrictEqual([{ name: "b", ms: 3 }])
  })
})
