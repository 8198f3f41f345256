/**
 * Runs a program of a step to its end: supervised, logged, watched for lines that matter, ended when its time is over.
 *
 * 1. `onStart` has ended before the outcome is told, so the record names the process before it names its end.
 * 2. A program that passed has left `passedFile` behind, written by the shell around it and not by this process: a runner
 *    that starts later knows by it that the program passed, though nobody waited for it.
 * 3. Whoever interrupts this has the program's whole group ended first.
 */
import { rmSync } from "node:fs"
import { ProcessError } from "@deputize/core/process/ProcessError"
import { Processes } from "@deputize/core/process/Processes"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { RunCommand } from "../pipeline/Pipeline.ts"
import type { AttemptOutcome } from "../record/BuildEvent.ts"
import type { AttemptLog } from "./AttemptLog.ts"
import { type Importance, importanceOf } from "./ImportantLine.ts"
import { outputLines } from "./OutputLines.ts"

export interface ProgramRequest<E, R> {
  /** What a user calls it. */
  readonly label: string
  readonly command: RunCommand
  readonly cwd: string
  /** All of it. */
  readonly env: Readonly<Record<string, string>>
  readonly log: AttemptLog
  readonly timeoutMs: number | null
  readonly silentMs: number
  /** Null where nobody would look for it. */
  readonly passedFile: string | null
  readonly onStart: (process: { readonly pid: number; readonly startTime: string }) => Effect.Effect<void, E, R>
  readonly onLine: (text: string, importance: Importance) => void
  readonly onTail: (text: string) => void
  readonly onSilent: (ms: number) => void
}

export interface ProgramEnd {
  readonly outcome: AttemptOutcome
  /** The last 16,384 characters, by lines. */
  readonly output: string
}

export const runProgram = Effect.fn("Program.run")(
  function* <E, R>(request: ProgramRequest<E, R>) {
    const { log, timeoutMs } = request
    const processes = yield* Processes
    let heardAt = yield* Clock.currentTimeMillis
    let output = ""
    const lines = outputLines({
      onLine: (line) => {
        output = `${output}${line}\n`.slice(-keptCharacters)
        request.onLine(line, importanceOf(line))
        request.onTail(line)
      },
      onTail: request.onTail
    })
    const passedFile = withoutMark(request.passedFile)
    const clock = yield* Clock.Clock
    const [command, ...args] = wordsOf({ command: request.command, passedFile })
    const program = yield* processes.start({
      label: request.label,
      command,
      args,
      cwd: request.cwd,
      env: request.env,
      output: (chunk) => {
        heardAt = clock.currentTimeMillisUnsafe()
        log.write(chunk)
        lines.push(chunk)
      }
    })
    yield* request.onStart(program)
    const watch = Effect.gen(function* () {
      for (;;) {
        yield* Effect.sleep(request.silentMs)
        const silent = (yield* Clock.currentTimeMillis) - heardAt
        if (silent >= request.silentMs) request.onSilent(silent)
      }
    })
    const ended: Effect.Effect<AttemptOutcome> = Effect.raceFirst(Effect.map(program.ended, outcomeOf), watch)
    const outcome =
      timeoutMs === null
        ? yield* ended
        : yield* Effect.timeoutOrElse(ended, {
            duration: timeoutMs,
            orElse: () => Effect.as(program.terminate, { _tag: "TimedOut", afterMs: timeoutMs } as const)
          })
    lines.end()
    return { outcome, output } satisfies ProgramEnd
  },
  Effect.scoped,
  Effect.catchIf(isNotStarted, (error) => Effect.succeed(broken(error)))
)

// internal

const keptCharacters = 16_384

function isNotStarted(error: unknown): error is ProcessError {
  return error instanceof ProcessError
}

const broken = (error: ProcessError): ProgramEnd => ({
  outcome: { _tag: "Broken", problem: error.message, hint: error.hint },
  output: ""
})

const outcomeOf = (
  end: { readonly _tag: "Exited"; readonly code: number } | { readonly _tag: "Signalled"; readonly signal: string }
): AttemptOutcome => {
  if (end._tag === "Signalled") return { _tag: "Signalled", signal: end.signal }
  return end.code === 0 ? { _tag: "Passed" } : { _tag: "Exited", code: end.code }
}

/** The file, if nothing of an earlier program is left there; null where it cannot be removed. */
const withoutMark = (passedFile: string | null): string | null => {
  try {
    if (passedFile !== null) rmSync(passedFile, { force: true })
    return passedFile
  } catch {
    return null
  }
}

/**
 * A code above 128 is how a shell tells of a signal; raised again here, so that it is told as one. A mark that cannot be
 * made is no failure of the program: a plain `:` would end the shell then.
 */
const notingShell = `"$@"; code=$?
if [ $code = 0 ]; then command : 2>/dev/null >"$0"; elif [ $code -gt 128 ]; then kill -$((code - 128)) $$ 2>/dev/null; fi
exit $code`

const wordsOf = ({
  command,
  passedFile
}: Pick<ProgramRequest<never, never>, "command" | "passedFile">): readonly [string, ...ReadonlyArray<string>] => {
  const words = command._tag === "Argv" ? command.argv : shellWords(command.line)
  return passedFile === null || process.platform === "win32"
    ? words
    : ["/bin/sh", "-c", notingShell, passedFile, ...words]
}

const shellWords = (line: string): readonly [string, ...ReadonlyArray<string>] =>
  process.platform === "win32" ? ["cmd.exe", "/d", "/s", "/c", line] : ["/bin/sh", "-c", line]
