/**
 * A program that goes on when this process has ended, in a session of its own: no terminal's signals reach it. Nobody
 * here ends it, unless it is to be ended before it was let go.
 */
import { spawn } from "node:child_process"
import * as Effect from "effect/Effect"
import { codeOf } from "../domain/SystemCode.ts"
import { ProcessError } from "./ProcessError.ts"

export interface DetachedCommand {
  /** Absolute path of the program. */
  readonly command: string
  readonly args: ReadonlyArray<string>
  readonly cwd: string
  /** The whole environment. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** It reads what this process would have read, or nothing. */
  readonly input: "inherit" | "ignore"
  /** Descriptor of the file that it prints to. */
  readonly output: number
}

export interface Detached {
  readonly pid: number
  /** How it ended; null when a signal did it. */
  readonly ended: Effect.Effect<number | null>
  /** SIGTERM to it and to what it has started. */
  readonly terminate: Effect.Effect<void>
  /** From here on this process may end before it. */
  readonly letGo: Effect.Effect<void>
}

export const startDetached = ({ args, command, cwd, env, input, output }: DetachedCommand) =>
  Effect.callback<Detached, ProcessError>((resume) => {
    const child = spawn(command, args, { cwd, env, detached: true, stdio: [input, output, output], windowsHide: true })
    child.once("error", (cause) => {
      const code = codeOf(cause) ?? "EIO"
      resume(Effect.fail(new ProcessError({ command, reason: { _tag: "NotStarted", code } })))
    })
    const { pid } = child
    if (pid === undefined) return
    const end = new Promise<number | null>((resolve) => child.once("exit", resolve))
    resume(
      Effect.succeed({
        pid,
        ended: Effect.promise(() => end),
        terminate: Effect.sync(() => void child.kill("SIGTERM")),
        letGo: Effect.sync(() => child.unref())
      })
    )
  })
