/**
 * Runs a short helper program to its end: no shell, no inherited environment, its own process group, bounded output.
 *
 * 1. The program has exited when `run` returns, fails or is interrupted, and what is left of its group was killed.
 * 2. What it prints beyond the cap ends it: a flood costs at most the cap.
 *
 * What may run long, or start programs of its own, is for `Processes`, which also ends it when this process is killed.
 */
import * as Effect from "effect/Effect"
import { ProcessError } from "./ProcessError.ts"
import { startGroup } from "./ProcessGroup.ts"

export interface Command {
  /** Absolute path of the program. */
  readonly command: string
  readonly args: ReadonlyArray<string>
  readonly cwd: string
  /** The whole environment of the program; a UTF-8 locale and nothing else by default. */
  readonly env?: Readonly<Record<string, string>>
  readonly maxStdoutBytes: number
  readonly timeoutMs: number
  /** Between SIGTERM and SIGKILL; 500 by default. */
  readonly graceMs?: number
}

export interface Output {
  /** Null when it was ended by a signal. */
  readonly code: number | null
  readonly stdout: Uint8Array
  /** The first 16 KiB. */
  readonly stderr: string
  /** There was more on stdout than asked for; the program was ended there. */
  readonly truncated: boolean
}

export const run = Effect.fn("ChildProcess.run")(function* (command: Command) {
  return yield* Effect.acquireUseRelease(
    start(command),
    ({ ended }) => ended,
    ({ terminate }) => terminate
  ).pipe(
    Effect.timeoutOrElse({
      duration: command.timeoutMs,
      orElse: () => {
        const reason = { _tag: "TimedOut", timeoutMs: command.timeoutMs } as const
        return Effect.fail(new ProcessError({ command: command.command, reason }))
      }
    })
  )
})

// internal

const maxStderrBytes = 16 * 1024
const locale = { LC_ALL: "C.UTF-8" }
const defaultGraceMs = 500

const start = (command: Command) =>
  Effect.suspend(() => {
    const stdout = new Gathered(command.maxStdoutBytes)
    const stderr = new Gathered(maxStderrBytes)
    const { args, cwd, env = locale, graceMs = defaultGraceMs } = command
    const started = startGroup({
      command: command.command,
      args,
      cwd,
      env,
      output: (chunk, from) => {
        const isOver = (from === "stdout" ? stdout : stderr).add(chunk)
        if (isOver && from === "stdout" && started._tag === "Started") started.group.kill()
      }
    })
    if (started._tag === "Failed")
      return Effect.flatMap(
        Effect.promise(() => started.error),
        Effect.fail
      )
    const { group } = started
    return Effect.succeed({
      ended: Effect.map(
        Effect.promise(() => group.ended),
        (end): Output => ({
          code: end._tag === "Exited" ? end.code : null,
          stdout: stdout.bytes(),
          stderr: new TextDecoder().decode(stderr.bytes()),
          truncated: stdout.isOver
        })
      ),
      terminate: Effect.promise(() => group.terminate(graceMs))
    })
  })

/** The first `max` bytes. */
class Gathered {
  readonly #chunks: Array<Uint8Array> = []
  readonly #max: number
  #length = 0
  isOver = false

  constructor(max: number) {
    this.#max = max
  }

  /** Whether there was more than that, now or before. */
  add(chunk: Uint8Array): boolean {
    if (this.isOver) return true
    const kept = chunk.subarray(0, this.#max - this.#length)
    this.#chunks.push(kept)
    this.#length += kept.length
    this.isOver = kept.length < chunk.length
    return this.isOver
  }

  bytes(): Uint8Array {
    return Buffer.concat(this.#chunks)
  }
}
