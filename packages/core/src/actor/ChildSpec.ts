/**
 * A child of a supervisor as data: how it starts, whether it comes back, how long it may take to stop.
 */
import * as Cause from "effect/Cause"
import * as Duration from "effect/Duration"
import type * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import * as Backoff from "./Backoff.ts"
import type { Tolerance } from "./Tolerance.ts"

/** `permanent`: started again however it ended; `transient`: after a crash; `temporary`: never. */
export const Restart = Schema.Literals(["permanent", "transient", "temporary"])
export type Restart = typeof Restart.Type

/**
 * How long a child that is interrupted may take to put things in order: so long, as long as it takes, or not at all. A
 * fiber cannot be killed: of one that goes on after its time nobody waits for the end any more.
 */
export type Shutdown = Duration.Duration | "brutal" | "infinity"

export interface ChildSpec<out A = unknown, out E = never, out R = never> {
  /** Unique among the children of its supervisor. */
  readonly id: string
  /**
   * Comes back when the child is ready, with its life, which ends as the child does. What it acquires lives as long.
   * `restart` is 0 for the first start, and counts from there.
   */
  readonly start: (restart: number) => Effect.Effect<Effect.Effect<A, E, R>, E, R | Scope.Scope>
  readonly restart: Restart
  readonly shutdown: Shutdown
  readonly backoff: Backoff.Backoff
  /**
   * Where it stands, this child's restarts are counted by it and by nothing else, and when it is used up the child is
   * given up, with those that its supervisor's strategy ties to it; the supervisor and the others go on.
   */
  readonly tolerance?: Tolerance
  /**
   * How long since its last crash the child that ended so was not at work, in milliseconds; asked once for each crash.
   * By a tolerance of its own a crash is forgiven for the time in which it has been: neither this counts as such, nor its
   * waits for a restart.
   */
  readonly idleMs?: (exit: Exit.Exit<unknown, unknown>) => number
}

/** With what OTP has for a worker: permanent, five seconds to stop; started again at once. */
export const make = <A, E = never, R = never>(
  spec: Pick<ChildSpec<A, E, R>, "id" | "start"> & Partial<ChildSpec<A, E, R>>
): ChildSpec<A, E, R> => ({
  restart: "permanent",
  shutdown: Duration.seconds(5),
  backoff: Backoff.none,
  ...spec
})

/** It neither came to its end nor was interrupted. */
export const isCrash = (exit: Exit.Exit<unknown, unknown>): exit is Exit.Failure<unknown, unknown> =>
  Exit.isFailure(exit) && !Cause.hasInterruptsOnly(exit.cause)

/** Whether a child that has ended by itself is to be started again. */
export const comesBack = (restart: Restart, exit: Exit.Exit<unknown, unknown>): boolean =>
  restart === "permanent" || (restart === "transient" && isCrash(exit))
