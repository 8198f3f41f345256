/**
 * The answer that there is nothing to do: by what is kept of the last build, without anything that runs steps.
 */
import { join } from "node:path"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { Pipeline } from "../pipeline/Pipeline.ts"
import type { BuildOptions } from "./BuildOptions.ts"
import type { BuildResult } from "./BuildResult.ts"
import { hasNothingToDo, lookOut, type Outlook, reasonOf } from "./Outlook.ts"
import { stepEnd } from "./StepEnd.ts"
import { summarize } from "./Summary.ts"

/**
 * The result where all is up to date, undefined where something has to be done or asked. Writes nothing and waits for
 * nobody: while another build is at work the steps it runs have no fingerprint.
 */
export const answerNothingToDo = Effect.fn("NothingToDo.answer")(function* (pipeline: Pipeline, options: BuildOptions) {
  // Both want to be told of a session.
  if (options.resume || options.fresh) return undefined
  const startedAt = yield* Clock.currentTimeMillis
  const outlook = yield* lookOut(pipeline, options)
  if (!hasNothingToDo(outlook)) return undefined
  return nothingToDo(pipeline, options, outlook, (yield* Clock.currentTimeMillis) - startedAt)
})

export const nothingToDo = (pipeline: Pipeline, options: BuildOptions, outlook: Outlook, ms: number): BuildResult =>
  summarize({
    session: null,
    pipeline: pipeline.name,
    status: "nothing-to-do",
    ms,
    ends: outlook.order.map((step) => {
      const kept = outlook.stored.get(step.id)
      const due = outlook.due.get(step.id)
      const why = reasonOf(outlook, step)
      const outcome = due?._tag === "LeftOut" ? ({ _tag: "Skipped", why } as const) : ({ _tag: "UpToDate" } as const)
      return stepEnd(step, outcome, why, 0, { outputs: kept?.outputs ?? [] })
    }),
    durations: {
      steps: Object.fromEntries([...outlook.stored].map(([id, kept]) => [id, kept.ms])),
      tasks: {}
    },
    caches: [],
    warnings: [],
    log: null,
    debugSize: () => null,
    record: join(options.folder, "record.db")
  })
