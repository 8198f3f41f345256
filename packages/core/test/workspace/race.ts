/**
 * Reads and writes a workspace while an adversary swaps its folders and files with links that lead out, and counts what
 * came from outside or arrived there. Also a program: `node --conditions=@deputize/source race.ts --seconds 60 --reads 100000 --changes 100`.
 */
import * as fs from "node:fs"
import { parseArgs } from "node:util"
import { Worker } from "node:worker_threads"
import { Blobs } from "@deputize/core/journal/Blobs"
import * as FileChanges from "@deputize/core/tool/FileChanges"
import { type Tool, ToolContext } from "@deputize/core/tool/Tool"
import { git } from "@deputize/core/tool/tools/git"
import { glob } from "@deputize/core/tool/tools/glob"
import { grep } from "@deputize/core/tool/tools/grep"
import { listDir } from "@deputize/core/tool/tools/listDir"
import { readFile } from "@deputize/core/tool/tools/readFile"
import { ConfinedRoot } from "@deputize/core/workspace/ConfinedRoot"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { repository } from "../tool/gitFixture.ts"
import { canary, fixture, pictureOf } from "./fixture.ts"
import { type Change, changes, noChanges } from "./raceChanges.ts"

export interface RaceCounts {
  /** Files and folders that were read, and hits of grep and glob, each of which was opened again. */
  readonly reads: number
  readonly denied: number
  readonly grepHits: number
  readonly globNames: number
  /** Lines about files of the workspace that git gave. */
  readonly gitLines: number
  /** How many of each were made. */
  readonly changes: Readonly<Record<Change, number>>
  readonly swaps: number
  /** Results in which anything from outside stood, and changes that were found outside. */
  readonly escapes: ReadonlyArray<string>
}

export interface RaceOptions {
  readonly seconds: number
  readonly minReads: number
  /** Of every kind. */
  readonly minChanges: number
  /** Which door to race against; Linux's unless given. */
  readonly platform?: NodeJS.Platform
  /** End at the first escape: for doors that are known to have them. */
  readonly untilEscape?: boolean
  /** Only read, or only change; both unless given. */
  readonly only?: "reads" | "changes"
}

/** Runs for `seconds`, and on until as many reads and changes were allowed as asked for, but at most four times as long. */
export const raceEscapes = Effect.fn("raceEscapes")(function* (options: RaceOptions) {
  const files = yield* fixture
  const { root } = files
  for (const folder of ["d", "a/d/b"]) files.write(`${folder}/secret.txt`, "needle inside\n")
  for (const name of ["file.txt", "still.txt"]) files.write(name, "needle inside\n")
  files.write(`${files.outside}/b/secret.txt`, `needle ${canary}\n`)
  files.write(`${files.outside}/secret.txt`, `needle ${canary}\n`)
  repository(files).commit("what is swapped")
  files.write("new.txt", "needle inside\n")
  const swapper = yield* startSwapper(root, [
    ["d", files.outside],
    ["a/d", "../../outside"],
    ["file.txt", "../outside/secret.txt"]
  ])
  const counts = { reads: 0, denied: 0, grepHits: 0, globNames: 0, gitLines: 0, changes: { ...noChanges } }
  const escapes: Array<string> = []

  const attempt = Effect.fnUntraced(function* <A>(tool: Tool<A>, args: A) {
    const result = yield* Effect.result(tool.run(args))
    const text = Result.isSuccess(result) ? result.success : `${result.failure.message} ${result.failure.hint}`
    if (text.includes(canary) && escapes.length < 10) escapes.push(`${tool.name} ${JSON.stringify(args)}: ${text}`)
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

  const historian = Effect.gen(function* () {
    for (const args of [["status", "-uall"], ["ls-files", "-o"], ["diff"], ["blame", "file.txt"]]) {
      counts.gitLines += (yield* attempt(git, { args })).length
    }
  })

  const outside = pictureOf(files.outside)
  const lookOutside = (after: string) => {
    if (pictureOf(files.outside) !== outside && escapes.length < 10) escapes.push(`${after} changed what lies outside`)
  }
  const writer = Effect.gen(function* () {
    for (const [kind, effect] of changes(yield* ConfinedRoot, ["d", "a/d/b", "a/d"], "file.txt")) {
      if (yield* Effect.isSuccess(effect)) counts.changes[kind]++
      else counts.denied++
      lookOutside(kind)
    }
  })

  const startedAt = performance.now()
  const isOver = () => {
    if (options.untilEscape === true && escapes.length > 0) return true
    const elapsed = (performance.now() - startedAt) / 1000
    return elapsed >= options.seconds && (hasSeen(counts, options) || elapsed >= options.seconds * 4)
  }
  const untilOver = <E, R>(effect: Effect.Effect<void, E, R>) => Effect.repeat(effect, { until: isOver })
  const workers = {
    reads: [untilOver(reader), untilOver(reader), untilOver(searcher), untilOver(historian)],
    changes: [untilOver(writer), untilOver(writer)]
  }
  const chosen = options.only === undefined ? [...workers.reads, ...workers.changes] : workers[options.only]
  const race = Effect.all(chosen, { concurrency: "unbounded", discard: true })
  const context = Effect.gen(function* () {
    const confined = yield* ConfinedRoot
    return ToolContext.of({
      callId: "race",
      told: () => {},
      root: confined,
      mayRead: () => true,
      mayWrite: () => true,
      // The reading tools change nothing.
      files: FileChanges.make({
        root: confined,
        blobs: yield* Blobs,
        seen: new Map(),
        announce: () => Effect.void
      }),
      results: new Map(),
      keptText: () => Effect.succeed(undefined),
      room: { bytes: 1 << 20, tokens: Number.POSITIVE_INFINITY },
      skills: [],
      team: null
    })
  })
  yield* race.pipe(
    Effect.provideServiceEffect(ToolContext, context),
    Effect.provide(ConfinedRoot.layer(root, { platform: options.platform ?? "linux" })),
    Effect.provide(Blobs.layerMemory)
  )
  const swaps = yield* swapper.stop
  lookOutside("the race")
  const done: RaceCounts = { ...counts, swaps, escapes }
  return done
}, Effect.scoped)

// internal

const hasSeen = (counts: Pick<RaceCounts, "reads" | "changes">, options: RaceOptions): boolean =>
  counts.reads >= options.minReads && Object.values(counts.changes).every((count) => count >= options.minChanges)

const startSwapper = (root: string, swaps: ReadonlyArray<readonly [string, string]>) => {
  const control = new SharedArrayBuffer(8)
  const state = new Int32Array(control)
  const start = Effect.sync(
    () => new Worker(new URL("./raceSwapper.ts", import.meta.url), { workerData: { root, swaps, control } })
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
  const text = { type: "string" } as const
  const { values } = parseArgs({ options: { seconds: text, reads: text, changes: text } })
  const options = {
    seconds: Number(values.seconds ?? 60),
    minReads: Number(values.reads ?? 100_000),
    minChanges: Number(values.changes ?? 100)
  }
  const { escapes, ...counts } = yield* raceEscapes(options)
  const lines = [JSON.stringify({ ...counts, escapes: escapes.length }), ...escapes]
  yield* Effect.sync(() => fs.writeSync(1, `${lines.join("\n")}\n`))
  process.exitCode = escapes.length === 0 && hasSeen(counts, options) && counts.swaps > 0 ? 0 : 1
})

if (import.meta.main) await Effect.runPromise(main)
