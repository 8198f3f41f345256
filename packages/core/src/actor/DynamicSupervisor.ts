/**
 * A supervisor for children that come and go while it runs and have nothing to do with each other: one-for-one, stopped
 * all at the same time, and forgotten when they are over, so that it stays as small as what is under way.
 */
import type * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { make, type Supervisor, type SupervisorSpec } from "./Supervisor.ts"

export type { Supervised } from "./Supervisor.ts"
export type DynamicSupervisor<A, E, R = never> = Supervisor<A, E, R>

/** Starts one without children in the surrounding scope; its children live in the context that it was started in. */
export const start = <A, E = never, R = never>(
  spec: Pick<SupervisorSpec, "name" | "tolerance">
): Effect.Effect<DynamicSupervisor<A, E, R>, never, R | Scope.Scope> =>
  make<A, E, R>({ ...spec, strategy: "one-for-one", isDynamic: true })
