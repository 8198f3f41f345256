/**
 * Commands that make a new tree ready to work in, such as `npm ci`: the user's own, or those of a definition that the
 * user trusts. Run one after the other by a shell in the tree, with the user's environment, and ended with this process.
 */
import * as Effect from "effect/Effect"
import { OutputRing } from "../process/OutputRing.ts"
import type { Processes } from "../process/Processes.ts"
import { graceMs } from "../process/Programs.ts"
import { WorktreeError } from "./WorktreeError.ts"

export interface SetupOptions {
  readonly workspace: string
  /** Where the commands run. */
  readonly root: string
  readonly commands: ReadonlyArray<string>
  readonly environment: Readonly<Record<string, string>>
  /** What a user calls it. */
  readonly label: string
}

/** Runs each to its end, up to the first that fails. */
export const setUp = Effect.fnUntraced(function* (processes: Processes["Service"], options: SetupOptions) {
  for (const command of options.commands) yield* runCommand(processes, options, command)
})

// internal

const timeLimit = "30 minutes"
const keptBytes = 16 * 1024

const runCommand = Effect.fnUntraced(function* (
  processes: Processes["Service"],
  { environment, label, root, workspace }: SetupOptions,
  command: string
) {
  const output = new OutputRing(keptBytes)
  const fail = (said: string) => new WorktreeError({ workspace, reason: { _tag: "Setup", command, said } })
  const running = yield* processes
    .start({
      command: "/bin/sh",
      args: ["-c", command],
      cwd: root,
      env: environment,
      label,
      graceMs,
      output: (chunk) => output.push(chunk)
    })
    .pipe(Effect.mapError(({ message }) => fail(message)))
  const end = yield* running.ended.pipe(
    Effect.timeoutOrElse({ duration: timeLimit, orElse: () => Effect.fail(fail(`it took longer than ${timeLimit}`)) })
  )
  if (end._tag === "Exited" && end.code === 0) return
  const how = end._tag === "Exited" ? `it ended with ${end.code}` : `it was ended by ${end.signal}`
  const last = output.lastLine()
  return yield* fail(last === "" ? how : `${how}: ${last}`)
}, Effect.scoped)
