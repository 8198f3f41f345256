/**
 * An attempt at an install. Its programs (npm, cargo, the verification) run as any step's do.
 */
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import { runProgram } from "../command/Program.ts"
import { install } from "../install/Installer.ts"
import type { InstallStep, RunCommand } from "../pipeline/Pipeline.ts"
import type { AttemptOutcome } from "../record/BuildEvent.ts"
import { describeOutcome } from "../record/Describe.ts"
import { type Attempt, type AttemptEnd, nothingMore, recordProcess } from "./Attempt.ts"
import { stepEnvironment } from "./StepEnvironment.ts"
import { watching } from "./Watching.ts"

export const installWork = Effect.fnUntraced(function* (step: InstallStep, attempt: Attempt) {
  const { session } = attempt
  const watch = yield* watching(step, attempt)
  let output = ""
  const run = Effect.fnUntraced(function* (
    label: string,
    command: RunCommand,
    { cwd, env }: { readonly cwd: string; readonly env: Readonly<Record<string, string>> }
  ) {
    const end = yield* runProgram({
      label: `${step.id}: ${label}`,
      command,
      cwd,
      env,
      log: attempt.log,
      timeoutMs: step.timeoutMs,
      silentMs: step.silentMs,
      passedFile: null,
      onStart: recordProcess(step, attempt),
      onLine: (text) => watch.line(text),
      onTail: watch.tail,
      onSilent: watch.silent
    })
    output = end.output
    if (end.outcome._tag !== "Passed") return yield* new ProgramFailed({ label, outcome: end.outcome })
  })
  return yield* install(step.install, {
    workspace: session.pipeline.workspace,
    env: stepEnvironment(session.pipeline, step, session.surroundings),
    session: session.id,
    log: (line) => {
      attempt.log.write(`${line}\n`)
      session.notice({ _tag: "Line", step: step.id, task: null, text: line })
    },
    run
  }).pipe(
    Effect.map((installed): AttemptEnd => ({ outcome: { _tag: "Passed" }, output, ...nothingMore, installed })),
    Effect.catchTags({
      ProgramFailed: ({ label, outcome }) =>
        Effect.succeed<AttemptEnd>({
          ...nothingMore,
          output,
          outcome:
            outcome._tag === "Broken"
              ? outcome
              : {
                  _tag: "Broken",
                  problem: `${label}: ${describeOutcome(outcome)}`,
                  hint: `Nothing was changed in ${step.install.prefix}; what it printed is in ${attempt.log.file}.`
                }
        }),
      InstallError: ({ hint, message }) =>
        Effect.succeed<AttemptEnd>({ ...nothingMore, output, outcome: { _tag: "Broken", problem: message, hint } })
    })
  )
})

// internal

class ProgramFailed extends Data.TaggedError("ProgramFailed")<{
  readonly label: string
  readonly outcome: AttemptOutcome
}> {}
