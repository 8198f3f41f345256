/**
 * A process that runs Nx, in whichever way: supervised, named to whoever keeps the record, its last words kept.
 */
import type { ProcessError } from "@deputize/core/process/ProcessError"
import { type ProcessEnd, Processes } from "@deputize/core/process/Processes"
import * as Effect from "effect/Effect"
import type { HostOutcome } from "./HostMessage.ts"
import { isOfStorage } from "./host/Writable.ts"
import { NxError } from "./NxError.ts"

export interface NxProcess {
  readonly workspace: string
  /** For Node. */
  readonly args: ReadonlyArray<string>
  /** All of it. */
  readonly env: Readonly<Record<string, string>>
  readonly label: string
  /** Null for no channel. */
  readonly onMessage: ((message: unknown) => void) | null
  readonly onText: (text: string) => void
}

export const startNx = Effect.fnUntraced(function* (options: NxProcess) {
  const { workspace, onMessage } = options
  const processes = yield* Processes
  const decoder = new TextDecoder()
  let said = ""
  const running = yield* processes
    .start({
      label: options.label,
      command: process.execPath,
      args: options.args,
      cwd: workspace,
      env: options.env,
      output: (chunk) => {
        const text = decoder.decode(chunk, { stream: true })
        said = `${said}${text}`.slice(-keptCharacters)
        options.onText(text)
      },
      ...(onMessage === null ? {} : { ipc: true, onMessage })
    })
    .pipe(Effect.mapError((cause) => notStarted(workspace, cause)))
  return { running, lastWords: () => said.trim() }
})

/** How Nx failed that said nothing better than its last words. */
export const outcomeOfEnd = (end: ProcessEnd, lastWords: string): HostOutcome => {
  if (isOfStorage(lastWords)) return { _tag: "Unwritable", folder: null, problem: lastWords }
  const how = end._tag === "Exited" ? `it ended with code ${end.code}` : `it was ended by ${end.signal}`
  return { _tag: "Broken", problem: lastWords === "" ? how : `${how}. Its last words:\n${lastWords}` }
}

// internal

const keptCharacters = 4_096

const notStarted = (workspace: string, cause: ProcessError): NxError =>
  new NxError({ workspace, reason: { _tag: "NotStarted", problem: cause.message, hint: cause.hint } })
