/**
 * The pipeline of a workspace: that of its file, or, in an Nx workspace without one, a single step that builds all
 * projects.
 */
import { existsSync, realpathSync } from "node:fs"
import { basename, isAbsolute, join, relative, resolve } from "node:path"
import type { Place } from "@deputize/core/internal/document/Place"
import * as Effect from "effect/Effect"
import { type KeptIn, keepPipeline, keptPipeline, keyOf } from "./KeptPipeline.ts"
import { isNxWorkspace, nxPipeline } from "./NxWorkspace.ts"
import type { Platform } from "./Outline.ts"
import { PipelineError } from "./PipelineError.ts"
import { readPipelineText } from "./PipelineText.ts"
import type { ResolveOptions } from "./Resolve.ts"

export interface LoadOptions {
  readonly workspace: string
  /** From the workspace; its `deputize.build.yaml` unless given. */
  readonly file?: string
  /** As `process.platform` says it. */
  readonly platform: string
  /** What `~` stands for. */
  readonly home: string
  /** Where the last result is kept, for the next load to be quick. */
  readonly kept?: KeptIn
}

export const loadPipeline = Effect.fn("LoadPipeline.load")(function* (options: LoadOptions) {
  const workspace = yield* Effect.try({
    try: () => realpathSync(options.workspace),
    catch: () => refusal(options.workspace, "is not there", "Give the folder of a workspace.")
  })
  const [file, other] = options.file === undefined ? defaultFiles(workspace) : [resolve(workspace, options.file)]
  if (file !== undefined && other !== undefined) {
    return yield* refusal(basename(other), `stands beside ${basename(file)}`, "Keep one of the two.")
  }
  if (file === undefined) {
    if (isNxWorkspace(workspace)) return nxPipeline(workspace)
    return yield* refusal(fileNames[0], "is not there", "Write a first one with deputize build --init.")
  }
  const read = readPipelineText(file)
  if (read._tag === "Refused") {
    return yield* refusal(shownAs(file, workspace), read.problem, read.fix, read.place ?? undefined)
  }
  const { home, kept } = options
  const around: ResolveOptions = { workspace, file, home, platform: platformOf(options.platform) }
  if (kept === undefined) return yield* pipelineOf(read.text, around)
  const key = keyOf(kept.version, read.text, around)
  const last = keptPipeline(kept.file, key)
  return (
    last ??
    (yield* Effect.tap(pipelineOf(read.text, around), (pipeline) =>
      Effect.sync(() => keepPipeline(kept.file, key, pipeline))
    ))
  )
})

export const fileNames = ["deputize.build.yaml", "deputize.build.yml"] as const

// internal

const pipelineOf = Effect.fnUntraced(function* (text: string, around: ResolveOptions) {
  // Only here: a workspace without a file, or with a known one, needs neither a YAML parser nor a schema.
  const { parsePipeline } = yield* Effect.promise(() => import("./ReadPipeline.ts"))
  const { resolvePipeline } = yield* Effect.promise(() => import("./Resolve.ts"))
  const shown = shownAs(around.file, around.workspace)
  const pipeline = resolvePipeline(yield* parsePipeline(text, shown), around)
  if (pipeline.steps.length > 0) return pipeline
  return yield* refusal(shown, `has no step for ${around.platform}`, "Give a step something to run on it.")
})

/** Systems that are none of the three are nearest to Linux. */
const platformOf = (platform: string): Platform => {
  if (platform === "darwin" || platform === "macos") return "macos"
  return platform === "win32" || platform === "windows" ? "windows" : "linux"
}

const defaultFiles = (workspace: string): ReadonlyArray<string> =>
  fileNames.map((name) => join(workspace, name)).filter((path) => existsSync(path))

const shownAs = (file: string, workspace: string): string => {
  const path = relative(workspace, file)
  return path.startsWith("..") || isAbsolute(path) ? file : path
}

const refusal = (file: string, problem: string, fix: string, place: Place = { line: 0, column: 0 }): PipelineError =>
  new PipelineError({ problems: [{ file, ...place, field: "", problem, fix }] })
