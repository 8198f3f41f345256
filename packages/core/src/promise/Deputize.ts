/**
 * deputize for programs that speak promises: opened on a workspace, it delegates to agents and is closed again. Programs
 * that speak Effect take the same services from `Deputize.layer` and use `Runtime`.
 *
 *   await using deputize = await Deputize.open({ workspace: "." })
 *   const run = deputize.delegate("explorer", "Where is the journal written?", { budget: 20_000 })
 *   const { agents, status } = await run.result()
 */
import * as Cause from "effect/Cause"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as ManagedRuntime from "effect/ManagedRuntime"
import type { AgentDefinition } from "../definition/AgentDefinition.ts"
import { AgentLoader, type Listed } from "../definition/AgentLoader.ts"
import { type ListedRun, latestRuns } from "../history/Runs.ts"
import { Runtime } from "../runtime/Runtime.ts"
import { type AgentOptions, type Delegation, type Limit, requestOf, type WholeOptions } from "./Delegation.ts"
import { type ResumingOptions, takeUp } from "./Resuming.ts"
import { DeputizeClosed, type Following, type Run, type Runner, startRun } from "./Run.ts"
import { type DeputizeOptions, type DeputizeServices, layer, realFolder } from "./Services.ts"

/** Of one agent: its own options, and those of its run. */
export interface DelegateOptions extends AgentOptions, WholeOptions, Following {}

/** Of several agents. */
export interface ParallelOptions extends WholeOptions, Following {
  /** What all of them may use together; a number is tokens. The sum of theirs when absent. */
  readonly budget?: number | Limit
}

/** Of a run that goes on. */
export interface ResumeOptions extends ResumingOptions, Following {}

export class Deputize implements AsyncDisposable {
  /** All services of the runs in one workspace, for programs that speak Effect. */
  static readonly layer = layer

  /** Rejects with `WorkspaceNotFound` or `JournalError`. Holds the record open until it is closed. */
  static async open(options: DeputizeOptions): Promise<Deputize> {
    const workspace = await Effect.runPromise(realFolder(options.workspace))
    const services = ManagedRuntime.make(layer({ ...options, workspace }))
    await services.context()
    return new Deputize(workspace, services)
  }

  /** The real path. */
  readonly workspace: string
  readonly #services: ManagedRuntime.ManagedRuntime<DeputizeServices, unknown>
  readonly #runs = new Set<Run>()
  readonly #closing = Deferred.makeUnsafe<void>()
  #closed: Promise<void> | undefined

  private constructor(workspace: string, services: ManagedRuntime.ManagedRuntime<DeputizeServices, unknown>) {
    this.workspace = workspace
    this.#services = services
  }

  /** The agents that can be named, in the order in which names are looked up. */
  agents(): Promise<ReadonlyArray<Listed>> {
    return this.#run(Effect.flatMap(AgentLoader, (loader) => loader.list))
  }

  /** The last `count` runs on record, newest first, and those before them that are still under way, in any process. */
  runs(count = 20): Promise<ReadonlyArray<ListedRun>> {
    return this.#run(latestRuns(count))
  }

  /** Starts one agent. Its definition may hold the goal; then none need be given. */
  delegate(agent: string | AgentDefinition, goal?: string, options: DelegateOptions = {}): Run {
    return this.#start([{ ...options, agent, ...(goal === undefined ? {} : { goal }) }], options)
  }

  /** Starts several agents at once, each with a goal of its own, under one budget. Results come in the order asked. */
  parallel(delegations: ReadonlyArray<Delegation>, options: ParallelOptions = {}): Run {
    return this.#start(delegations, options, options.budget)
  }

  /**
   * Goes on with a run from its record, where its process was ended or it came up against a limit. What it had used
   * counts; nothing that is on record is asked or done again. Refused with `JournalError` while another process has it,
   * and with `NotResumable` where nothing is left to do.
   */
  resume(run: string, options: ResumeOptions = {}): Run {
    return this.#begin(takeUp(run, options), options)
  }

  /**
   * Cancels what still runs and waits until it has ended on record, then lets go of everything. Events that nobody has
   * taken by then are not delivered. What is asked afterwards is refused with `DeputizeClosed`.
   */
  close(): Promise<void> {
    this.#closed ??= this.#close()
    return this.#closed
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  #start(delegations: ReadonlyArray<Delegation>, options: WholeOptions & Following, whole?: number | Limit): Run {
    return this.#begin(start(requestOf(this.workspace, delegations, options, whole)), options)
  }

  #begin(beginning: Parameters<typeof startRun>[1], following: Following): Run {
    const begin = this.#closed === undefined ? beginning : Effect.fail(new DeputizeClosed())
    const run = startRun(this.#run, begin, following, Deferred.await(this.#closing))
    this.#runs.add(run)
    const forget = () => void this.#runs.delete(run)
    run.result().then(forget, forget)
    return run
  }

  async #close(): Promise<void> {
    const open = [...this.#runs]
    await Promise.allSettled(open.map((run) => run.cancel()))
    Deferred.doneUnsafe(this.#closing, Exit.void)
    // They do not wait for onEvent any more, but are still to be handed over.
    await Promise.allSettled(open.map((run) => run.result()))
    await this.#services.dispose()
  }

  readonly #run: Runner = async (effect) => {
    const exit = await this.#services.runPromiseExit(effect)
    if (Exit.isSuccess(exit)) return exit.value
    throw this.#closed !== undefined && !Cause.hasFails(exit.cause) ? new DeputizeClosed() : Cause.squash(exit.cause)
  }
}

// internal

const start = Effect.fnUntraced(function* (asked: ReturnType<typeof requestOf>) {
  const { request, warnings } = yield* asked
  const handle = yield* (yield* Runtime).start(request)
  return { handle, warnings: [...warnings, ...handle.warnings] }
})
