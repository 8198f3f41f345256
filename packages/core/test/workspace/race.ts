/**
 * Reads a workspace with the four tools while an adversary swaps its folders and files with links that lead out, and
 * counts what came from outside. Also a program: `node --conditions=source race.ts --seconds 60 --reads 100000`.
 */
import * as fs from "node:fs"
import { parseArgs } from "node:util"
import { Worker } from "node:worker_threads"
import { type Tool, ToolContext } from "@deputize/core/tool/Tool"
import { glob } from "@deputize/core/tool/tools/glob"
import { grep } from "@deputize/core/tool/tools/grep"
import { listDir } from "@deputize/core/tool/tools/listDir"
import { readFile } from "@deputize/core/tool/tools/readFile"
import { ConfinedRoot } from "@deputize/core/workspace/ConfinedRoot"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { canary, fixture } from "./fixture.ts"

export interface RaceCounts {
  /** Files and folders that were read, and hits of grep and glob, each of which was opened again. */
  readonly reads: number
  readonly denied: number
  readonly grepHits: number
  readonly globNames: number
  readonly swaps: number
  /** Results in which anything from outside stood. */
  readonly escapes: ReadonlyArray<string>
}

export interface RaceOptions {
  readonly seconds: number
  readonly minReads: number
  /** Which door to race against; Linux's unless given. */
  readonly platform?: NodeJS.Platform
  /** End at the first escape: for doors that are known to have them. */
  readonly untilEscape?: boolean
}

/** Runs for `seconds`, and on until `minReads` reads were allowed, but at most four times as long. */
export const raceEscapes = Effect.fn("raceEscapes")(function* (options: RaceOptions) {
  const files = yield* fixture
  const { root } = files
  for (const folder of ["d", "a/d/b"]) files.write(`${folder}/secret.txt`, "needle inside\n")
  for (const name of ["file.txt", "still.txt"]) files.write(name, "needle inside\n")
  files.write(`${files.outside}/b/secret.txt`, `needle ${canary}\n`)
  files.write(`${files.outside}/secret.txt`, `needle ${canary}\n`)
  files.link(files.outside, "d.link")
  files.link("../../outside", "a/d.link")
  files.link("../outside/secret.txt", "file.txt.link")
  const swapper = yield* startSwapper(root, ["d", "a/d", "file.txt"])
  const counts = { reads: 0, denied: 0, grepHits: 0, globNames: 0 }
  const escapes: Array<string> = []

  const attempt = Effect.fnUntraced(function* <A>(tool: Tool<A>, args: A) {
    const result = yield* Effect.result(tool.run(args))
    const text = Result.isSuccess(result) ? result.success : `${result.failure.message} ${result.failure.hint}`
    if (text.includes(canary)) escapes.push(`${tool.name} ${JSON.stringify(args)}: ${text}`)
    if (Result.isFailure(result)) counts.denied++
    return Result.isSuccess(result) ? text.split("\n").filter((line) => /needle|secret|file/.test(line)) : []
  })
  const reader = Effect.gen(function* () {
    for (const path of ["d/secret.txt", "a/d/b/secret.txt", "file.txt", "still.txt"]) {
      if ((yield* attempt(readFile, { path })).length > 0) counts.reads++
    }
    if ((yield* attempt(listDir, { path: "d" })).length > 0) counts.reads++
  })
  const searcher = Effect.gen(function* () {
    for (const path of [".", "d", "a/d/b", "file.txt"]) {
      const hits = yield* attempt(grep, { pattern: "needle", path })
      counts.grepHits += hits.length
      counts.reads += hits.length
    }
    for (const path of [".", "d", "a"]) {
      const names = yield* attempt(glob, { pattern: "**/*.txt", path })
      counts.globNames += names.length
      counts.reads += names.length
    }
  })

  const startedAt = performance.now()
  const isOver = () => {
    if (options.untilEscape === true && escapes.length > 0) return true
    const elapsed = (performance.now() - startedAt) / 1000
    return elapsed >= options.seconds && (counts.reads >= options.minReads || elapsed >= options.seconds * 4)
  }
  const untilOver = <E, R>(effect: Effect.Effect<void, E, R>) => Effect.repeat(effect, { until: isOver })
  const race = Effect.all([untilOver(reader), untilOver(reader), untilOver(searcher)], {
    concurrency: 3,
    discard: true
  })
  const context = Effect.map(ConfinedRoot, (confined) =>
    ToolContext.of({
      root: confined,
      mayRead: () => true,
      room: { bytes: 1 << 20, tokens: Number.POSITIVE_INFINITY }
    })
  )
  yield* race.pipe(
    Effect.provideServiceEffect(ToolContext, context),
    Effect.provide(ConfinedRoot.layer(root, { platform: options.platform ?? "linux" }))
  )
  const swaps = yield* swapper.stop
  const done: RaceCounts = { ...counts, swaps, escapes }
  return done
}, Effect.scoped)

// internal

const startSwapper = (root: string, names: ReadonlyArray<string>) => {
  const control = new SharedArrayBuffer(8)
  const state = new Int32Array(control)
  const start = Effect.sync(
    () => new Worker(new URL("./raceSwapper.ts", import.meta.url), { workerData: { root, names, control } })
  )
  const stop = (worker: Worker) =>
    Effect.callback<number>((resume) => {
      const end = () => resume(Effect.succeed(Atomics.load(state, 1)))
      if (worker.threadId === -1) return end()
      worker.once("exit", end)
      Atomics.store(state, 0, 1)
    })
  return Effect.map(Effect.acquireRelease(start, stop), (worker) => ({ stop: stop(worker) }))
}

const main = Effect.gen(function* () {
  const { values } = parseArgs({ options: { seconds: { type: "string" }, reads: { type: "string" } } })
  const minReads = Number(values.reads ?? 100_000)
  const { escapes, ...counts } = yield* raceEscapes({ seconds: Number(values.seconds ?? 60), minReads })
  const lines = [JSON.stringify({ ...counts, escapes: escapes.length }), ...escapes.slice(0, 10)]
  yield* Effect.sync(() => fs.writeSync(1, `${lines.join("\n")}\n`))
  process.exitCode = escapes.length === 0 && counts.reads >= minReads && counts.swaps > 0 ? 0 : 1
})

if (import.meta.main) await Effect.runPromise(main)
