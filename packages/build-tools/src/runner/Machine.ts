/**
 * The machine that a build finds: whether it has what the pipeline asks for, how many jobs it has room for, and what of
 * it the programs of steps are told.
 */
import { cpus } from "node:os"
import * as Effect from "effect/Effect"
import { cacheStatistics, cacheVariables, compileCaches } from "../checks/CompileCache.ts"
import { jobsFor, jobVariables, machineSize } from "../checks/Jobs.ts"
import { runChecks } from "../checks/Precheck.ts"
import type { Pipeline } from "../pipeline/Pipeline.ts"
import { BuildError } from "./BuildError.ts"
import type { BuildOptions } from "./BuildOptions.ts"

export interface Machine {
  readonly jobs: number
  /** Counts of jobs and compile caches, for the programs of steps. */
  readonly env: Readonly<Record<string, string>>
  /** What is built for and with, for people. */
  readonly words: string
  readonly warnings: ReadonlyArray<string>
  /** What the compile caches say of themselves now, a line each. */
  readonly caches: Effect.Effect<ReadonlyArray<string>>
}

/** Fails with all that is missing before anything has run. */
export const prepareMachine = Effect.fn("Machine.prepare")(function* (pipeline: Pipeline, options: BuildOptions) {
  const place = { workspace: pipeline.workspace, env: options.env }
  const findings = yield* runChecks(pipeline.checks, place)
  const errors = findings.filter(({ severity }) => severity === "error")
  if (errors.length > 0) return yield* new BuildError({ reason: { _tag: "PrecheckFailed", findings: errors } })
  const jobs = jobsFor(options.parallel, machineSize())
  const caches = compileCaches(options.env["PATH"] ?? "")
  return {
    jobs,
    words: [targetText(options.native), ...caches.map(({ name }) => name)].join(", "),
    env: { ...jobVariables(jobs, options.env), ...cacheVariables(caches, options.env) },
    warnings: findings
      .filter(({ severity }) => severity === "warning")
      .map(({ name, next, text }) => `${name}: ${text}. ${next}`),
    caches: Effect.map(
      Effect.forEach(caches, (cache) => cacheStatistics(cache, place)),
      (lines) => lines.filter((line) => line !== null)
    )
  } satisfies Machine
})

// internal

const targetText = (native: boolean): string =>
  native ? `for this processor (${cpus()[0]?.model.trim() ?? process.arch})` : `for any ${process.arch}`
