import { describe, expect, it } from "@effect/vitest"
import { type Ended, TaskEnds } from "../../src/nx/host/TaskEnds.ts"

const task = (id: string, ...dependsOn: ReadonlyArray<string>) => ({ id, outputs: [], dependsOn })

const rig = (...planned: ReadonlyArray<ReturnType<typeof task>>) => {
  const told: Array<readonly [string, string, number]> = []
  const ends = new TaskEnds(planned, ({ task, status, ms }: Ended) => told.push([task, status, ms]))
  return { ends, told }
}

describe("TaskEnds", () => {
  it("skips all that needs what did not pass, once, and nothing else", () => {
    const { ends, told } = rig(task("a"), task("b", "a"), task("c", "a", "b"), task("d", "c"), task("e"))
    ends.end("a", "failure", 5)
    expect(told[0]).toStrictEqual(["a", "failure", 5])
    expect(told.slice(1).sort()).toStrictEqual([
      ["b", "skipped", 0],
      ["c", "skipped", 0],
      ["d", "skipped", 0]
    ])
    expect([ends.open, ends.hasFailed]).toStrictEqual([["e"], true])
    ends.end("c", "success", 1)
    ends.end("e", "local-cache", 2)
    expect(told.slice(4)).toStrictEqual([["e", "local-cache", 2]])
    expect(ends.open).toStrictEqual([])
  })

  it("takes every word of Nx for success as one, and what it does not know as a failure", () => {
    const { ends, told } = rig(task("a"), task("b"), task("c"), task("d"))
    ends.end("a", "success", 1)
    ends.end("b", "remote-cache", 1)
    ends.end("c", "local-cache-kept-existing", 1)
    expect(ends.hasFailed).toBe(false)
    ends.end("d", "vanished", 1)
    expect(told.map(([, status]) => status)).toStrictEqual([
      "success",
      "remote-cache",
      "local-cache-kept-existing",
      "failure"
    ])
    expect(ends.hasFailed).toBe(true)
  })
})
