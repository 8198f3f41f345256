/**
 * Compile caches that the machine has: how compilers are made to use them, and what they say of themselves. What the
 * user has set stays.
 *
 * Their servers are none of a step's processes, which end with it: sccache's is started here, before the steps.
 */
import { run } from "@deputize/core/process/ChildProcess"
import * as Effect from "effect/Effect"
import { findProgram } from "./FindProgram.ts"

export interface CompileCache {
  readonly name: "sccache" | "ccache"
  readonly file: string
}

/** sccache for Rust and C, ccache for C where there is no sccache. */
export const compileCaches = (path: string): ReadonlyArray<CompileCache> => {
  const [sccache, ccache] = [findProgram("sccache", path), findProgram("ccache", path)]
  if (sccache !== undefined) return [{ name: "sccache", file: sccache }]
  return ccache === undefined ? [] : [{ name: "ccache", file: ccache }]
}

/** Pure. */
export const cacheVariables = (
  caches: ReadonlyArray<CompileCache>,
  user: Readonly<Record<string, string>>
): Readonly<Record<string, string>> =>
  Object.fromEntries(
    caches
      .flatMap(({ file, name }) => [
        ...(name === "sccache" ? [["RUSTC_WRAPPER", file] as const] : []),
        ["CMAKE_C_COMPILER_LAUNCHER", file] as const,
        ["CMAKE_CXX_COMPILER_LAUNCHER", file] as const
      ])
      .filter(([name]) => user[name] === undefined)
  )

/** What a cache tells of its use in a line, such as `sccache: 12 hits, 3 misses`; null where it tells nothing. */
export const cacheStatistics = Effect.fnUntraced(function* (
  { file, name }: CompileCache,
  place: { readonly workspace: string; readonly env: Readonly<Record<string, string>> }
) {
  const args = name === "sccache" ? ["--show-stats"] : ["--print-stats"]
  const output = yield* run({
    command: file,
    args,
    cwd: place.workspace,
    env: place.env,
    maxStdoutBytes: 64 * 1024,
    timeoutMs: 10_000
  }).pipe(
    Effect.map(({ stdout }) => new TextDecoder().decode(stdout)),
    Effect.catch(() => Effect.succeed(""))
  )
  return statisticsLine(name, output)
})

/** Pure. */
export const statisticsLine = (name: CompileCache["name"], output: string): string | null => {
  const count = (counters: RegExp) =>
    [...output.matchAll(counters)].reduce<number | null>((sum, [, count]) => (sum ?? 0) + Number(count), null)
  const isSccache = name === "sccache"
  const hits = count(isSccache ? /^Cache hits\s+(\d+)/gm : /^(?:direct|preprocessed)_cache_hit\s+(\d+)/gm)
  const misses = count(isSccache ? /^Cache misses\s+(\d+)/gm : /^cache_miss\s+(\d+)/gm)
  return hits === null || misses === null ? null : `${name}: ${hits} hits, ${misses} misses`
}
