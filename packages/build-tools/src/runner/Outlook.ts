/**
 * What a build would do, judged before anything runs: the steps in their order, and which of them are due. Reads only.
 */
import { statSync } from "node:fs"
import * as Effect from "effect/Effect"
import { findProgram, stepPath } from "../checks/FindProgram.ts"
import type { Fingerprint, Freshness } from "../fingerprint/Fingerprint.ts"
import type { Kept } from "../fingerprint/Freshness.ts"
import { reason } from "../fingerprint/Reason.ts"
import type { StepContext } from "../fingerprint/StepFingerprint.ts"
import type { Pipeline, Step, StepId } from "../pipeline/Pipeline.ts"
import { plan } from "../pipeline/Plan.ts"
import { BuildError } from "./BuildError.ts"
import type { BuildOptions } from "./BuildOptions.ts"
import { type Due, dueSteps, isDue } from "./Due.ts"
import { checkStep } from "./StepCheck.ts"
import { declaredEnvironment } from "./StepEnvironment.ts"

export interface Outlook {
  readonly order: ReadonlyArray<Step>
  readonly due: ReadonlyMap<StepId, Due>
  readonly freshness: ReadonlyMap<StepId, Freshness>
  readonly stored: ReadonlyMap<StepId, Kept>
  readonly fingerprints: ReadonlyMap<StepId, Fingerprint>
  readonly context: StepContext
}

/** `passed` are the steps that passed in the session that goes on. */
export const lookOut = Effect.fnUntraced(function* (
  pipeline: Pipeline,
  options: BuildOptions,
  passed: ReadonlySet<StepId> = new Set()
) {
  const planned = plan(pipeline, options.steps)
  if (planned._tag === "UnknownStep") return yield* new BuildError({ reason: planned })
  const order = planned.order.map((step) => withPrefix(step, options.prefix))
  if (options.prefix !== null && !order.some(({ _tag }) => _tag === "Install")) {
    return yield* new BuildError({ reason: { _tag: "NothingToInstall", prefix: options.prefix } })
  }
  const context = contextOf(pipeline, options)
  const checks = yield* Effect.forEach(order, (step) =>
    Effect.map(checkStep(step, context, pipeline.workspace), (checked) => [step.id, checked] as const)
  )
  const freshness = new Map(checks.map(([id, checked]) => [id, checked.freshness]))
  const due = dueSteps({
    order,
    freshness,
    asked: options.steps,
    leftOut: new Map(options.skipClean ? order.filter(isClean).map(({ id }) => [id, "--skip-clean"]) : []),
    passed,
    fresh: options.fresh
  })
  const stored = new Map(checks.flatMap(([id, { stored }]) => (stored === undefined ? [] : [[id, stored] as const])))
  const fingerprints = new Map(
    checks.flatMap(([id, { fingerprint }]) => (fingerprint === null ? [] : [[id, fingerprint] as const]))
  )
  return { order, due, freshness, stored, fingerprints, context } satisfies Outlook
})

export const hasNothingToDo = ({ due, order }: Outlook): boolean => order.every(({ id }) => !isDue(due.get(id)))

/** Why the step would run or not, in words: the end of the sentence "it runs because …". */
export const reasonOf = ({ due, freshness }: Pick<Outlook, "due" | "freshness">, { id }: Step): string =>
  whyOf(due.get(id) ?? { _tag: "UpToDate" }, freshness.get(id) ?? { _tag: "NeverFinished" })

export const whyOf = (due: Due, freshness: Freshness): string => {
  switch (due._tag) {
    case "Stale":
      return reason(due.freshness)
    case "After":
      return freshness._tag === "Fresh" ? `${due.step} runs before it` : reason(freshness)
    case "Before":
      return `it prepares for ${due.step}`
    case "Always":
      return "it always runs"
    case "Asked":
      return "it was asked for"
    case "LeftOut":
      return due.why
    case "Passed":
      return "passed earlier in this session"
    case "UpToDate":
      return "up to date"
  }
}

// internal

const withPrefix = (step: Step, prefix: string | null): Step =>
  prefix === null || step._tag !== "Install" ? step : { ...step, install: { ...step.install, prefix } }

const isClean = ({ id }: Step): boolean => id === "clean" || id.endsWith("/clean")

/** The declared environment is the pipeline's: a step's own is added with its fingerprint. */
const contextOf = (pipeline: Pipeline, options: BuildOptions): StepContext => ({
  env: declaredEnvironment(pipeline, options),
  tools: {
    platform: `${process.platform}-${process.arch}`,
    ...Object.fromEntries(
      pipeline.checks.tools.map(({ name }) => [name, programIdentity(name, stepPath(pipeline.workspace, options.env))])
    )
  }
})

/**
 * A program by its file, as a start of each to ask for its version would take longer than the answer that there is
 * nothing to do. A launcher that chooses between versions (rustup's) stays the same: what it reads is stated as an input.
 */
const programIdentity = (name: string, path: string): string => {
  const file = findProgram(name, path)
  const stats = file === undefined ? undefined : statSync(file, { throwIfNoEntry: false, bigint: true })
  return stats === undefined ? "missing" : `${stats.size}-${stats.mtimeNs}`
}
