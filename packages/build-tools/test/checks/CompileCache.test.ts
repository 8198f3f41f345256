import { describe, expect, it } from "@effect/vitest"
import { cacheVariables, statisticsLine } from "../../src/checks/CompileCache.ts"

describe("CompileCache", () => {
  it("is told to the compilers, unless the user has chosen another", () => {
    expect(cacheVariables([{ name: "sccache", file: "/usr/bin/sccache" }], { RUSTC_WRAPPER: "mine" })).toStrictEqual({
      CMAKE_C_COMPILER_LAUNCHER: "/usr/bin/sccache",
      CMAKE_CXX_COMPILER_LAUNCHER: "/usr/bin/sccache"
    })
    expect(cacheVariables([{ name: "ccache", file: "/usr/bin/ccache" }], {})).toStrictEqual({
      CMAKE_C_COMPILER_LAUNCHER: "/usr/bin/ccache",
      CMAKE_CXX_COMPILER_LAUNCHER: "/usr/bin/ccache"
    })
    expect(cacheVariables([], {})).toStrictEqual({})
  })

  it("tells its hits and misses in a line", () => {
    expect(statisticsLine("sccache", "Compile requests  20\nCache hits        12\nCache misses       3\n")).toBe(
      "sccache: 12 hits, 3 misses"
    )
    expect(statisticsLine("ccache", "cache_miss\t4\ndirect_cache_hit\t7\npreprocessed_cache_hit\t2\n")).toBe(
      "ccache: 9 hits, 4 misses"
    )
    expect(statisticsLine("ccache", "")).toBeNull()
  })
})
