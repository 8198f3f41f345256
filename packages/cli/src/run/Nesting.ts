/**
 * What a command line says about agents that agents start: how many in all, how deep, how many at once, and what holds
 * for each of them.
 */

import { defaultDepth, defaultSpawned } from "@deputize/core/domain/Limits"
import { automatic } from "@deputize/core/domain/Parallelism"
import { boundsOf } from "@deputize/core/runtime/plan/Bounds"
import type { RunRequest } from "@deputize/core/runtime/RunRequest"
import * as Effect from "effect/Effect"
import type { Invocation } from "../command/Invocation.ts"
import { mostParallel } from "../config/SettingFacts.ts"
import { plural } from "../render/Figures.ts"
import { parseCount } from "../values/Amount.ts"
import { defined } from "./Assignment.ts"

/** Of a run of `named` agents. */
export const readNesting = Effect.fnUntraced(function* (invocation: Invocation, named: number) {
  const number = (flag: string) => {
    const text = invocation.value(flag)
    return text === undefined ? Effect.succeed(undefined) : Effect.fromResult(parseCount(`--${flag}`, text))
  }
  const atOnce = invocation.value("max-parallel") === "auto" ? "auto" : yield* number("max-parallel")
  const places: Pick<RunRequest, "maxParallel" | "maxSpawnedAtOnce"> =
    atOnce === "auto"
      ? { maxParallel: atOnce }
      : { maxParallel: Math.min(named, atOnce ?? mostParallel), ...defined({ maxSpawnedAtOnce: atOnce }) }
  return {
    request: {
      ...places,
      trusted: invocation.has("trust"),
      oneModel: invocation.has("model")
    },
    limits: defined({ children: yield* number("max-agents"), depth: yield* number("max-depth") })
  }
})

/** Who may start whom, within which limits; null where no agent may start any. */
export const teamWords = (request: RunRequest): string | null => {
  const { agents, limits = {} } = request
  const starters = [...new Map(agents.map(({ definition }) => [definition.name, definition.permissions.spawn]))]
    .filter(([, spawn]) => spawn.length > 0)
    .map(([name, spawn]) => `${name} may start ${spawn.includes("*") ? "any agent" : spawn.join(", ")}`)
  if (starters.length === 0) return null
  const { children = defaultSpawned, depth = defaultDepth } = limits
  return [
    starters.join("; "),
    `${plural(children, "agent")} in all`,
    `${plural(depth, "level")} deep`,
    atOnceWords(boundsOf(request).spawned ?? "auto")
  ].join(", ")
}

/** `8 at a time` */
export const atOnceWords = (atOnce: number | "auto"): string =>
  atOnce === "auto"
    ? `${automatic.first} at a time at first, then as many as the provider and this machine bear`
    : `${atOnce} at a time`

/** Requests that may be under way at once. */
export const parallelismOf = (request: RunRequest): number => {
  const { most, spawned } = boundsOf(request)
  return most + (teamWords(request) === null ? 0 : (spawned ?? most))
}
