/**
 * What a build would do, without doing it: each step with the reason why it would run or not. Reads only.
 */
import * as Effect from "effect/Effect"
import type { Pipeline, Step, StepId } from "../pipeline/Pipeline.ts"
import { startOrder } from "../pipeline/Plan.ts"
import { BuildRecord } from "../record/BuildRecord.ts"
import { BuildError, noRecord } from "./BuildError.ts"
import type { BuildOptions } from "./BuildOptions.ts"
import { commandText } from "./CommandText.ts"
import { isDue } from "./Due.ts"
import { lookOut, type Outlook, reasonOf } from "./Outlook.ts"
import { passedIn, resumable } from "./Resumable.ts"

export interface PlannedStep {
  readonly id: string
  readonly title: string
  readonly willRun: boolean
  /** The end of the sentence "it runs because …", or why it does not run. */
  readonly why: string
  /** What it does, in a line. */
  readonly command: string
  readonly needs: ReadonlyArray<string>
}

export interface Explanation extends PlannedStep {
  /** Null where the step states none. */
  readonly inputs: {
    readonly globs: ReadonlyArray<string>
    readonly files: number
    readonly first: ReadonlyArray<string>
  } | null
  readonly outputs: ReadonlyArray<string>
  readonly cache: Step["cache"]
  /** Names only: values may be secret. */
  readonly env: ReadonlyArray<string>
  readonly attempts: number
  readonly timeoutMs: number | null
  /** When it last passed, in milliseconds since 1970, and how long that took. */
  readonly last: { readonly finishedAt: number; readonly ms: number; readonly outputs: number } | null
  /** The median of its last runs. */
  readonly usualMs: number | null
}

/** In the order in which they would start. */
export const dryRun = Effect.fn("DryRun.dryRun")(function* (pipeline: Pipeline, options: BuildOptions) {
  const { outlook } = yield* look(pipeline, options)
  return outlook.order.map((step) => planned(outlook, step))
})

export const explain = Effect.fn("DryRun.explain")(function* (pipeline: Pipeline, id: StepId, options: BuildOptions) {
  const { outlook, usual } = yield* look(pipeline, options)
  const step = outlook.order.find((step) => step.id === id)
  if (step === undefined) return yield* new BuildError({ reason: { _tag: "UnknownStep", step: id, nearest: [] } })
  const stored = outlook.stored.get(id)
  const files = Object.keys(outlook.fingerprints.get(id)?.inputs ?? {}).sort()
  return {
    ...planned(outlook, step),
    inputs:
      step.inputs === null && step.cache !== "nx"
        ? null
        : { globs: step.inputs ?? [], files: files.length, first: files.slice(0, 20) },
    outputs: step.outputs,
    cache: step.cache,
    env: Object.keys({ ...pipeline.env, ...step.env }).sort(),
    attempts: step.retry.retries + 1,
    timeoutMs: step.timeoutMs,
    last:
      stored === undefined ? null : { finishedAt: stored.finishedAt, ms: stored.ms, outputs: stored.outputs.length },
    usualMs: usual[id] ?? null
  } satisfies Explanation
})

// internal

const look = Effect.fnUntraced(function* (pipeline: Pipeline, options: BuildOptions) {
  const record = yield* BuildRecord
  const { steps: usual } = yield* noRecord(options.folder, record.durations)
  const passed = passedIn(yield* resumable(pipeline, options))
  const outlook = yield* lookOut(pipeline, options, passed)
  return { outlook: { ...outlook, order: startOrder(outlook.order, usual) }, usual }
})

const planned = (outlook: Outlook, step: Step): PlannedStep => ({
  id: step.id,
  title: step.title,
  willRun: isDue(outlook.due.get(step.id)),
  why: reasonOf(outlook, step),
  command: commandText(step),
  needs: step.needs
})
