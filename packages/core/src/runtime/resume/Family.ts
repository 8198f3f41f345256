/**
 * All agents of a run by its record, each at the place that it was given when it was asked for, with its past. Pure.
 */
import * as Result from "effect/Result"
import { ofEvents, type Past, type PastUnreadable } from "../../agent/Past.ts"
import type { Amounts } from "../../budget/Budget.ts"
import type { AgentDefinition } from "../../definition/AgentDefinition.ts"
import type { AgentPath } from "../../domain/Ids.ts"
import { type Place, shares } from "../plan/Shares.ts"
import type { AgentRequest, RunRequest } from "../RunRequest.ts"
import type { AgentPast, RunPast } from "./RunPast.ts"

export interface Family {
  /** Of the whole run, as it was asked for. */
  readonly total: Amounts
  /** Each behind the one that started it; the named ones in the order asked. */
  readonly members: ReadonlyMap<AgentPath, Member>
}

export interface Member {
  readonly agent: AgentPast
  readonly place: Place
  /** Null for one that has not begun. */
  readonly past: Past | null
}

/** `definitions` are those of started agents, by the hashes that the record names. */
export const familyOf = (
  past: RunPast,
  request: RunRequest,
  definitions: ReadonlyMap<string, AgentDefinition>
): Result.Result<Family, PastUnreadable> => {
  const { places, total } = shares(request)
  const named = new Map(places.map((place) => [place.path, place]))
  const members = new Map<AgentPath, Member>()
  for (const agent of past.agents.values()) {
    const place = named.get(agent.path) ?? placeOf(agent, members.get(agent.parent), definitions)
    if (place === undefined) continue
    const found = ofEvents(agent.events)
    if (Result.isFailure(found)) return Result.fail(found.failure)
    members.set(agent.path, { agent, place, past: found.success })
  }
  return Result.succeed({ total, members })
}

/** How many agents of a name there have been: the next one is another copy. */
export const copiesOf = (places: Iterable<Place>): ReadonlyMap<string, number> => {
  const copies = new Map<string, number>()
  for (const { copy, request } of places) {
    const { name } = request.definition
    copies.set(name, Math.max(copies.get(name) ?? 0, copy))
  }
  return copies
}

// internal

/** Of an agent that was started. */
const placeOf = (
  { parent, path, spawned }: AgentPast,
  above: Member | undefined,
  definitions: ReadonlyMap<string, AgentDefinition>
): Place | undefined => {
  const definition = definitions.get(spawned?.definition ?? "")
  if (spawned === null || above === undefined || definition === undefined) return undefined
  const { ceiling, copy, goal, guarantee, inputs, limit, model, order, scope, tokens } = spawned
  const { priority } = above.place.request
  const request: AgentRequest = {
    definition,
    goal,
    inputs,
    scope,
    ceiling,
    ...(model === undefined ? {} : { model }),
    ...(tokens === undefined ? {} : { limits: { tokens } }),
    ...(priority === undefined ? {} : { priority })
  }
  return { request, path, parent, order, copy, limit, guarantee }
}
