/**
 * Commands that the runtime runs itself to verify what an agent claims. They are the user's own, typed with the command,
 * and run as the user would run them: by a shell, in the workspace, with the user's environment.
 */
import * as Effect from "effect/Effect"
import { resting } from "../actor/Pulse.ts"
import { upperBound } from "../budget/Estimate.ts"
import { visibleText } from "../domain/VisibleText.ts"
import * as ChildProcess from "../process/ChildProcess.ts"
import { OutputRing } from "../process/OutputRing.ts"
import { ProcessError } from "../process/ProcessError.ts"
import type { Processes } from "../process/Processes.ts"
import { graceMs, Programs } from "../process/Programs.ts"
import { ConfinedRoot } from "../workspace/ConfinedRoot.ts"
import { AgentJournal } from "./AgentEvent.ts"
import type { Check } from "./AgentResult.ts"
import type { AgentTask } from "./AgentTask.ts"

/** What the agent is told of a check that failed, in about so many tokens. */
export const failedCheckText = ({ command, exitCode, output }: Check, tokens: number): string => {
  const told = (lines: string) =>
    `The check \`${command}\` ${exitCode === null ? "did not end in time" : `ended with ${exitCode}`}. The end of its output:\n${lines}\nMend what it shows, then answer again.`
  return told(end(output, tokens - upperBound(told(""))))
}

/** Runs the checks in order, up to the first that fails, and records each. */
export const runChecks = Effect.fnUntraced(function* (task: AgentTask) {
  const { root } = yield* ConfinedRoot
  const done: Array<Check> = []
  for (const command of task.checks.commands) {
    // It has a limit of its own, and says nothing until then.
    const check = yield* resting(runCheck(command, root, task.checks.environment))
    yield* AgentJournal.append(task.run, task.path, task.parent, { _tag: "Checked", check })
    done.push(check)
    if (!check.ok) break
  }
  return done
})

/** Runs one in the folder `cwd`, and says how it ended. Nothing of it is left then, nor when this process is killed. */
export const runCheck = Effect.fnUntraced(function* (
  command: string,
  cwd: string,
  env: Readonly<Record<string, string>>
): Effect.fn.Return<Check> {
  const programs = yield* Programs
  // One stream: what is printed stays in the order in which it came.
  const shell = { command: "/bin/sh", args: ["-c", `exec 2>&1\n${command}`], cwd, env }
  const ran = programs === null ? alone(shell) : supervised(yield* programs, { ...shell, label: `check ${command}` })
  return yield* ran.pipe(
    Effect.map(({ code, text }) => ({ command, ok: code === 0, exitCode: code, output: tail(text) })),
    Effect.catchTag("ProcessError", (error) =>
      Effect.succeed({ command, ok: false, exitCode: null, output: error.message })
    )
  )
})

// internal

interface Shell {
  readonly command: string
  readonly args: ReadonlyArray<string>
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
}

const alone = (shell: Shell) =>
  Effect.map(ChildProcess.run({ ...shell, maxStdoutBytes: mostOutputBytes, timeoutMs }), ({ code, stdout }) => ({
    code,
    text: new TextDecoder().decode(stdout)
  }))

const supervised = Effect.fnUntraced(function* (
  processes: Processes["Service"],
  shell: Shell & { readonly label: string }
) {
  const output = new OutputRing(mostOutputBytes)
  const { ended } = yield* processes.start({ ...shell, graceMs, output: (chunk) => output.push(chunk) })
  const late = () => Effect.fail(new ProcessError({ command: shell.command, reason: { _tag: "TimedOut", timeoutMs } }))
  const end = yield* Effect.timeoutOrElse(ended, { duration: timeoutMs, orElse: late })
  return { code: end._tag === "Exited" ? end.code : null, text: output.text() }
}, Effect.scoped)

const timeoutMs = 30 * 60_000
const mostOutputBytes = 1024 * 1024
/** The end says what failed. */
const keptCharacters = 4_000

/** As many of its last lines as fit. */
const end = (text: string, tokens: number): string => {
  const lines = text.split("\n")
  let left = tokens
  const from = lines.findLastIndex((line) => {
    left -= upperBound(`${line}\n`)
    return left < 0
  })
  return lines.slice(from + 1).join("\n")
}

const tail = (text: string): string => {
  const shown = visibleText(text).trimEnd()
  return shown.length <= keptCharacters ? shown : `…${shown.slice(-keptCharacters).toWellFormed()}`
}
