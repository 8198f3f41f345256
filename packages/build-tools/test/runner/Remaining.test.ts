import { describe, expect, it } from "@effect/vitest"
import { remaining } from "../../src/runner/Remaining.ts"
import { plain } from "../testing/steps.ts"

const order = [plain("a"), plain("b"), plain("c", "a"), plain("d")]
const usual = { a: 100, b: 100, c: 100, d: 100 }
const due = (ended: ReadonlyArray<string>, jobs: number) =>
  remaining({ order, isDue: (id) => id !== "d", hasEnded: (id) => ended.includes(id), usual, jobs })

describe("Remaining", () => {
  it("is the longest chain of what is due, or all of it on the jobs there are", () => {
    expect([due([], 1), due([], 4), due(["a"], 4), due(["a", "b", "c"], 4)]).toStrictEqual([300, 200, 100, 0])
  })

  it("is not known while a step is due that never ran", () => {
    const request = { order, isDue: () => true, hasEnded: () => false, usual: { a: 1 }, jobs: 1 }
    expect(remaining(request)).toBeNull()
  })
})
