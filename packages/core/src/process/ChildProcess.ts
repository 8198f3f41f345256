/**
 * Runs a short helper program to its end: no shell, no inherited environment, its own process group, bounded output.
 *
 * 1. The program has exited when `run` returns, fails or is interrupted, and what is left of its group was killed.
 * 2. It is ended by SIGTERM to the group, and by SIGKILL if it is still there after the grace. What a leader leaves
 *    behind in its group is killed in the moment of its exit, before the group's number can pass to somebody else.
 * 3. What it prints beyond the cap ends it: a flood costs at most the cap.
 */
import { type ChildProcess, spawn } from "node:child_process"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"

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

const NotStarted = Schema.TaggedStruct("NotStarted", { code: Schema.String })
const TimedOut = Schema.TaggedStruct("TimedOut", { timeoutMs: Schema.Number })

export class ProcessError extends Schema.TaggedError<ProcessError>()("ProcessError", {
  command: Schema.String,
  reason: Schema.Union([NotStarted, TimedOut])
}) {
  override get message(): string {
    return this.reason._tag === "TimedOut"
      ? `${this.command} was ended after ${this.reason.timeoutMs} ms`
      : `${this.command} could not be started: ${this.reason.code}`
  }
  get hint(): string {
    if (this.reason._tag === "TimedOut") return "Ask for less at once."
    return this.reason.code === "ENOENT"
      ? "The program or its working folder does not exist; install the packages again."
      : "Look at the rights of the program and at the limits of processes and open files."
  }
}

export const run = Effect.fn("ChildProcess.run")(function* (command: Command) {
  return yield* Effect.acquireUseRelease(
    Effect.sync(() => start(command)),
    (started) =>
      Effect.callback<Output, ProcessError>((resume) => started.onEnd((end) => resume(outcome(command, end)))),
    (started) => Effect.promise(() => started.end(command.graceMs ?? 500))
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

type End = { readonly _tag: "Failed"; readonly code: string } | ({ readonly _tag: "Ended" } & Output)

interface Started {
  /** Calls back once, also when it has ended before. */
  readonly onEnd: (listener: (end: End) => void) => void
  /** Ends the group if it runs, and waits until it is gone. */
  readonly end: (graceMs: number) => Promise<void>
}

const start = (command: Command): Started => {
  const child = spawn(command.command, [...command.args], {
    cwd: command.cwd,
    env: { ...(command.env ?? locale) },
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
    windowsHide: true
  })
  const stdout = gather(child.stdout, command.maxStdoutBytes, () => signal(child, "SIGKILL"))
  const stderr = gather(child.stderr, maxStderrBytes, () => {})
  const ended = new Promise<End>((resolve) => {
    child.once("error", (error) => {
      if (child.pid === undefined)
        resolve({ _tag: "Failed", code: "code" in error ? String(error.code) : error.message })
    })
    child.once("close", (code) => {
      const errors = new TextDecoder().decode(stderr.bytes())
      resolve({ _tag: "Ended", code, stdout: stdout.bytes(), stderr: errors, truncated: stdout.isOver() })
    })
    child.once("exit", () => {
      signal(child, "SIGKILL")
      // A grandchild in a group of its own may hold the pipes; it is not waited for.
      setTimeout(() => destroy(child), 200).unref()
    })
  })
  return {
    onEnd: (listener) => void ended.then(listener),
    end: async (graceMs) => {
      if (child.pid === undefined) return
      if (child.exitCode === null && child.signalCode === null) signal(child, "SIGTERM")
      const timer = setTimeout(() => signal(child, "SIGKILL"), graceMs)
      child.once("exit", () => clearTimeout(timer))
      await ended
      clearTimeout(timer)
    }
  }
}

const outcome = (command: Command, end: End): Effect.Effect<Output, ProcessError> => {
  if (end._tag === "Failed") {
    const reason = { _tag: "NotStarted", code: end.code } as const
    return Effect.fail(new ProcessError({ command: command.command, reason }))
  }
  const { _tag, ...output } = end
  return Effect.succeed(output)
}

/** Keeps the first `max` bytes; `onOver` is called once when there are more. */
const gather = (stream: NodeJS.ReadableStream, max: number, onOver: () => void) => {
  const chunks: Array<Uint8Array> = []
  let length = 0
  let over = false
  stream.on("data", (chunk: Buffer) => {
    if (over) return
    chunks.push(chunk.subarray(0, max - length))
    length = Math.min(max, length + chunk.length)
    over = chunk.length > (chunks.at(-1)?.length ?? 0)
    if (over) onOver()
  })
  // A pipe that breaks while the group is being ended is the end of it, not an error of its own.
  stream.on("error", () => {})
  return { bytes: () => Buffer.concat(chunks), isOver: () => over }
}

const signal = (child: ChildProcess, name: "SIGTERM" | "SIGKILL"): void => {
  if (child.pid === undefined) return
  try {
    if (process.platform === "win32") child.kill(name)
    else process.kill(-child.pid, name)
  } catch {
    // The group is gone already.
  }
}

const destroy = (child: ChildProcess): void => {
  child.stdout?.destroy()
  child.stderr?.destroy()
}
