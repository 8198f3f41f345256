import { describe, expect, it } from "@effect/vitest"
import { jobsFor, jobVariables } from "../../src/checks/Jobs.ts"

const gibibyte = 1024 ** 3

describe("Jobs", () => {
  it("are as many as there are cores, or gibibytes of memory, and at least one", () => {
    const auto = (cores: number, memoryBytes: number) => jobsFor("auto", { cores, memoryBytes })
    expect([auto(8, 64 * gibibyte), auto(8, 3.5 * gibibyte), auto(8, gibibyte / 2)]).toStrictEqual([8, 3, 1])
  })

  it("are what the user says", () => {
    expect(jobsFor(12, { cores: 2, memoryBytes: gibibyte })).toBe(12)
    expect(jobsFor(0, { cores: 2, memoryBytes: gibibyte })).toBe(1)
  })

  it("are told to tools that the user has not told", () => {
    expect(jobVariables(3, { MAKEFLAGS: "-j1" })).toStrictEqual({
      CARGO_BUILD_JOBS: "3",
      CMAKE_BUILD_PARALLEL_LEVEL: "3"
    })
  })
})
