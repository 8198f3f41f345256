/**
 * An attempt at a step that is a program, and the question of a step's condition.
 */
import * as Effect from "effect/Effect"
import { runProgram } from "../command/Program.ts"
import type { RunCommand, RunStep, Step } from "../pipeline/Pipeline.ts"
import { type Attempt, type AttemptEnd, nothingMore, recordProcess } from "./Attempt.ts"
import { passedFile, type Session } from "./Session.ts"
import { stepEnvironment } from "./StepEnvironment.ts"
import { watching } from "./Watching.ts"

export const runWork = Effect.fnUntraced(function* (step: RunStep, attempt: Attempt) {
  const { log, number, session } = attempt
  const watch = yield* watching(step, attempt)
  const end = yield* runProgram({
    label: `${step.id} attempt ${number}`,
    command: step.command,
    cwd: step.cwd,
    env: stepEnvironment(session.pipeline, step, session.surroundings),
    log,
    timeoutMs: step.timeoutMs,
    silentMs: step.silentMs,
    passedFile: passedFile(log.file),
    onStart: recordProcess(step, attempt),
    onLine: (text) => watch.line(text),
    onTail: watch.tail,
    onSilent: watch.silent
  })
  return { ...end, ...nothingMore } satisfies AttemptEnd
})

/** Whether a condition's command holds; its output goes nowhere. */
export const holds = (session: Session, step: Step, command: RunCommand) =>
  Effect.map(
    runProgram({
      label: `${step.id}: skip_unless`,
      command,
      cwd: step.cwd,
      env: stepEnvironment(session.pipeline, step, session.surroundings),
      log: { file: "", write: () => undefined, broken: () => null },
      timeoutMs: conditionMs,
      silentMs: conditionMs,
      passedFile: null,
      onStart: () => Effect.void,
      onLine: () => undefined,
      onTail: () => undefined,
      onSilent: () => undefined
    }),
    ({ outcome }) => outcome._tag === "Passed"
  )

// internal

const conditionMs = 60_000
