/**
 * The process supervisor: starts programs so that nothing of them outlives whoever asked for them.
 *
 * 1. Each program runs in a group of its own. When its scope closes the group is ended, by SIGTERM and after the grace by
 *    SIGKILL, and waited for.
 * 2. What left the group (`setsid`, a daemon) carries a random marker in its environment, as all that a program starts
 *    inherits it. It is looked for at each program's end and ended before `ended` comes. Where a look at all processes
 *    takes long, programs that ended well are looked after later, at the latest when the layer's scope closes.
 * 3. A program is on record before it is started, so what a killed runtime leaves is found: by its guardian at once, and
 *    by the sweep with which every runtime starts.
 *
 * Linux does all of this. macOS and other POSIX systems end groups, also those of a killed runtime, but do not find what
 * left its group, and sweep nothing. Windows ends only the program itself, and nothing when the runtime is killed. A
 * process that runs as another user or has emptied its environment and left its group is found nowhere.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import { Escapes } from "./Escapes.ts"
import { Guardian } from "./Guardian.ts"
import { LedgerFolder } from "./LedgerFolder.ts"
import type { ProcessError } from "./ProcessError.ts"
import { type ProcessEnd, type ProcessGroup, startGroup } from "./ProcessGroup.ts"
import { sweep } from "./ProcessLedger.ts"
import { markerVariable, startTimeOf } from "./ProcessTable.ts"

export type { ProcessEnd } from "./ProcessGroup.ts"

export interface ProcessCommand {
  /** Absolute path, or a name that is looked for on the PATH of `env`. */
  readonly command: string
  readonly args: ReadonlyArray<string>
  readonly cwd: string
  /** The whole environment; `DEPUTIZE_PROCESS` is added to it. */
  readonly env: Readonly<Record<string, string>>
  /** What a user calls it: "build/compile attempt 2". */
  readonly label: string
  /** Gets every chunk as it comes, and must not wait. What it throws ends the program, and `ended` dies of it. */
  readonly output: (chunk: Uint8Array, from: "stdout" | "stderr") => void
  /** Between SIGTERM and SIGKILL; 5,000 by default. */
  readonly graceMs?: number
  /** A channel for messages of JSON, by Node's `process.send`; the program must be Node, too. */
  readonly ipc?: boolean
  readonly onMessage?: (message: unknown) => void
}

export interface RunningProcess {
  readonly pid: number
  /** With the pid it names a process for ever, on Linux: the id of the boot and the start in ticks. */
  readonly startTime: string
  /** Comes when nothing is left of it and all of its output was delivered. */
  readonly ended: Effect.Effect<ProcessEnd>
  /** SIGTERM to the group, SIGKILL after the grace; waits for the end. */
  readonly terminate: Effect.Effect<ProcessEnd>
  /** By the channel, if there is one; once the program has ended nobody gets it. */
  readonly send: (message: unknown) => void
}

export class Processes extends Context.Service<
  Processes,
  {
    /** Runs until it ends or the scope closes. Time limits are the caller's: `Effect.timeout` around `ended`, in a scope. */
    readonly start: (command: ProcessCommand) => Effect.Effect<RunningProcess, ProcessError, Scope.Scope>
  }
>()("@deputize/core/process/Processes") {
  /** With the ledger of this machine in `folder`, and `owner` as the name of this runtime there. Sweeps first. */
  static readonly layer = (options: { readonly folder: string; readonly owner: string }): Layer.Layer<Processes> =>
    Layer.effect(
      Processes,
      Effect.gen(function* () {
        yield* sweep(options.folder)
        const supervisor = yield* Effect.acquireRelease(
          Effect.sync(() => new Supervisor(options.folder, options.owner)),
          (supervisor) => Effect.promise(() => supervisor.close())
        )
        return Processes.of({
          start: (command) =>
            Effect.acquireRelease(begin(supervisor, command), ({ terminate }) => Effect.exit(terminate))
        })
      })
    )
}

// internal

const graceOf = ({ graceMs = 5_000 }: ProcessCommand): number => graceMs

const begin = (supervisor: Supervisor, command: ProcessCommand): Effect.Effect<RunningProcess, ProcessError> =>
  Effect.suspend(() => {
    const started = supervisor.start(command)
    if (started._tag === "Failed")
      return Effect.flatMap(
        Effect.promise(() => started.error),
        Effect.fail
      )
    const { group, startTime } = started
    return Effect.succeed({
      pid: group.pid,
      startTime,
      ended: Effect.promise(() => group.ended),
      terminate: Effect.promise(() => group.terminate(graceOf(command))),
      send: group.send
    })
  })

class Supervisor {
  readonly #ledger: LedgerFolder
  readonly #guardian: Guardian
  readonly #escapes = new Escapes()
  /** With the grace of each. */
  readonly #running = new Map<ProcessGroup, number>()

  constructor(folder: string, owner: string) {
    this.#ledger = new LedgerFolder(folder, owner)
    this.#guardian = new Guardian(this.#ledger.path, this.#ledger.runtime)
  }

  start(command: ProcessCommand) {
    this.#guardian.ensure()
    const entry = this.#ledger.begin(command.label)
    const started = startGroup({
      ...command,
      env: marked(command.env, entry.marker),
      afterExit: (end, wasTerminated) => {
        const endedWell = !wasTerminated && end._tag === "Exited" && end.code === 0
        return this.#escapes.end({ marker: entry.marker, onGone: entry.forget, mayWait: endedWell })
      }
    })
    if (started._tag === "Failed") {
      entry.forget()
      return started
    }
    const { group } = started
    entry.started(group.pid)
    this.#running.set(group, graceOf(command))
    const forget = () => void this.#running.delete(group)
    group.ended.then(forget, forget)
    return { ...started, startTime: startTimeOf(group.pid) }
  }

  /** Whoever keeps a process beyond the layer loses it here. */
  async close(): Promise<void> {
    await Promise.allSettled([...this.#running].map(([group, graceMs]) => group.terminate(graceMs)))
    await this.#escapes.flush()
    this.#ledger.close()
    await this.#guardian.close()
  }
}

/** A runtime may itself be a supervised process: then all that it starts belongs to both. */
const marked = (env: Readonly<Record<string, string>>, marker: string): Readonly<Record<string, string>> => {
  const { [markerVariable]: outer = "", ...others } = env
  return { [markerVariable]: outer === "" ? marker : `${outer}:${marker}`, ...others }
}
