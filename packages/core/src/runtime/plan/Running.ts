/**
 * A run that is under way: what was asked for, and what all its agents share.
 */

import * as Effect from "effect/Effect"
import type { Role } from "../../agent/Offers.ts"
import * as SystemPrompt from "../../agent/SystemPrompt.ts"
import { AgentLoader } from "../../definition/AgentLoader.ts"
import * as Skills from "../../definition/Skills.ts"
import type { RunId } from "../../domain/Ids.ts"
import type { OnUnknown } from "../../tool/Settlement.ts"
import type { RunRequest } from "../RunRequest.ts"
import { mostAtWork } from "./Bounds.ts"

export interface Running {
  readonly run: RunId
  readonly request: RunRequest
  /** When its time is over, by `elapsed`; null without a limit. */
  readonly deadline: number | null
  /** What becomes of calls that may have taken effect, and whose end is not on record. */
  readonly onUnknown: OnUnknown
  /** Limits of the whole run that have kept an agent from starting another. */
  readonly limited: Set<"agents" | "depth">
  /** Agents that may be at work at the same time. */
  readonly mostAtWork: number
  readonly systemPrompts: SystemPrompt.SystemPrompts
  readonly skills: Skills.Skills
  /** All agents that there are by name, read when somebody may start one. */
  readonly roles: Effect.Effect<ReadonlyArray<Role>>
}

export const running = Effect.fnUntraced(function* (
  run: RunId,
  request: RunRequest,
  { deadline = null, limited = [], onUnknown = "ask" }: Circumstances = {}
) {
  const loader = yield* AgentLoader
  const roles = yield* Effect.cached(Effect.provideService(rolesOf(request), AgentLoader, loader))
  const made: Running = {
    run,
    request,
    deadline,
    onUnknown,
    limited: new Set(limited),
    mostAtWork: mostAtWork(request),
    systemPrompts: SystemPrompt.forOneRun(),
    skills: Skills.forOneRun(),
    roles
  }
  return made
})

// internal

interface Circumstances extends Partial<Pick<Running, "deadline" | "onUnknown">> {
  readonly limited?: Iterable<"agents" | "depth">
}

/** All agents by name that anybody could start, the run's own first. */
const rolesOf = Effect.fnUntraced(function* (request: RunRequest) {
  const { list } = yield* AgentLoader
  const listed = (yield* list).filter(({ error, shadowed }) => !shadowed && error === null)
  const roles = new Map<string, Role>()
  for (const { description, name } of [...request.agents.map(({ definition }) => definition), ...listed]) {
    if (!roles.has(name)) roles.set(name, { name, description })
  }
  return [...roles.values()]
})
