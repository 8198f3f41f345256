/**
 * An attempt at a step of Nx: each task is recorded as it starts and ends, and told of.
 */
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { type NxEvent, runNx } from "../nx/NxTasks.ts"
import type { NxStep } from "../pipeline/Pipeline.ts"
import type { AttemptOutcome } from "../record/BuildEvent.ts"
import { type Attempt, type AttemptEnd, recordProcess } from "./Attempt.ts"
import type { BuildError } from "./BuildError.ts"
import type { TaskResult } from "./BuildResult.ts"
import { stepEnvironment } from "./StepEnvironment.ts"
import { watching } from "./Watching.ts"

export const nxWork = Effect.fnUntraced(function* (step: NxStep, attempt: Attempt) {
  const { session } = attempt
  const watch = yield* watching(step, attempt)
  const tasks = new Map<string, TaskResult>()
  const outputs = new Set<string>()
  let output = ""
  const about = { step: step.id, attempt: attempt.number }
  const onStart = recordProcess(step, attempt)
  const onEvent = (event: NxEvent): Effect.Effect<void, BuildError> => {
    switch (event._tag) {
      case "Process":
        return onStart(event)
      case "Planned":
        for (const task of event.tasks) for (const path of task.outputs) outputs.add(path)
        return Effect.sync(() => session.notice({ _tag: "Tasks", step: step.id, total: event.tasks.length }))
      case "Started":
        return session.record({ _tag: "TaskStarted", ...about, task: event.task })
      case "Output":
        return Effect.sync(() => {
          attempt.log.write(event.text)
          output = (output + event.text).slice(-keptCharacters)
          for (const text of event.text.split("\n")) {
            watch.line(text, event.task)
            if (text.trim() !== "") watch.tail(text)
          }
        })
      case "Warned":
        return session.record({ _tag: "Warned", step: step.id, text: event.text })
      case "Ended": {
        const { ms, status, task } = event
        tasks.set(task, { task, status, ms })
        return session.record({ _tag: "TaskEnded", ...about, task, status, ms })
      }
    }
  }
  const running = runNx(
    {
      workspace: session.pipeline.workspace,
      targets: step.targets,
      projects: step.projects,
      configuration: step.configuration ?? (session.surroundings.release ? "production" : null),
      parallel: step.parallel ?? session.jobs,
      env: stepEnvironment(session.pipeline, step, session.surroundings),
      label: `${step.id} attempt ${attempt.number}`,
      // Without its daemon Nx puts a task's outputs back from its cache whatever state they are in.
      skipCache: []
    },
    onEvent
  )
  const outcome = yield* Effect.map(
    running,
    ({ status }): AttemptOutcome => (status === "success" ? { _tag: "Passed" } : { _tag: "Exited", code: 1 })
  ).pipe(
    Effect.catchTag("NxError", ({ hint, message }) =>
      Effect.succeed<AttemptOutcome>({ _tag: "Broken", problem: message, hint })
    ),
    within(step.timeoutMs)
  )
  return { outcome, output, outputs: [...outputs], tasks: [...tasks.values()], installed: null } satisfies AttemptEnd
})

// internal

const keptCharacters = 16_384

/** The scope of what takes too long is closed with it: its processes are ended. */
const within =
  (timeoutMs: number | null) =>
  <E, R>(running: Effect.Effect<AttemptOutcome, E, R>): Effect.Effect<AttemptOutcome, E, R | Scope.Scope> =>
    timeoutMs === null
      ? running
      : Effect.timeoutOrElse(Effect.scoped(running), {
          duration: timeoutMs,
          orElse: () => Effect.succeed<AttemptOutcome>({ _tag: "TimedOut", afterMs: timeoutMs })
        })
