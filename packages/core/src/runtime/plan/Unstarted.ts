/**
 * What is on record of agents that have not come to work, and their results if they never do: there was no part of the
 * budget for them, no time was left, or they were cancelled before. The same of those that have begun in an earlier
 * stretch of their run, and do not come to go on.
 */
import * as Effect from "effect/Effect"
import { AgentJournal, type Queued } from "../../agent/AgentEvent.ts"
import { type AgentResult, type AgentStatus, overdraftOf } from "../../agent/AgentResult.ts"
import { type Cost, nothing } from "../../agent/Allowance.ts"
import * as Artifacts from "../../agent/Artifacts.ts"
import { reserveOf } from "../../agent/Past.ts"
import { lostRequest } from "../../agent/TakeUp.ts"
import * as Transcript from "../../agent/Transcript.ts"
import type { Failure } from "../../domain/Failure.ts"
import type { RunId } from "../../domain/Ids.ts"
import type { Position } from "../../domain/Priority.ts"
import { Model, type ModelFacts } from "../../model/Model.ts"
import { type Entrant, familyOf } from "./Entrant.ts"
import type { Place } from "./Shares.ts"

export type Status = Exclude<AgentStatus, "completed">

/** That it waits for its turn, and where among others where it was put into a line. */
export const queued = ({ order, request }: Place, position?: Position): typeof Queued.Type => ({
  _tag: "Queued",
  agent: request.definition.name,
  goal: request.goal,
  order,
  ...(request.priority === undefined ? {} : { priority: request.priority }),
  ...position
})

/**
 * Records the end of one that does not come to work, after that of those below it, whom nobody else will end: that it
 * had waited, where that is not on record, and what its request is charged that the run was cut in.
 */
export const record = Effect.fnUntraced(function* (
  run: RunId,
  entrant: Entrant,
  result: AgentResult,
  isPlaced: boolean
) {
  const { facts, model } = yield* Model
  const [, ...below] = familyOf(entrant)
  const ends = [
    ...below.flatMap((each) => (each.result === null ? [{ each, waited: [], result: null }] : [])).toReversed(),
    { each: entrant, waited: isPlaced ? [] : [queued(entrant.place)], result }
  ]
  for (const { each, result, waited } of ends) {
    const { past, place } = each
    const named = facts(place.request.model ?? model)
    const lost = past === null || past.unsettled === null ? [] : [lostRequest(past.unsettled, named.price)]
    const ended = { _tag: "Ended", result: result ?? cancelled(each, named) } as const
    yield* AgentJournal.append(run, place.path, place.parent, ...waited, ...lost, ended)
  }
})

export const cancelled = (entrant: Entrant, model: Named): AgentResult => {
  const { path } = entrant.place
  const message = `${path} was cancelled before ${entrant.past === null ? "its turn came" : "it went on"}`
  return unstarted(entrant, model, "cancelled", { tag: "Cancelled", message, hint: "" })
}

/** Of one that has begun in an earlier stretch of the run, with all that it had until then. */
export const unstarted = (
  { past, place }: Entrant,
  { name, price }: Named,
  status: Status,
  error: Failure,
  overdraft: Cost = nothing
): AgentResult => {
  const { limit, path, request } = place
  const { answer, nanoUsd, toolCalls, turns, unknownTokens, usage } = past?.transcript ?? Transcript.empty
  const reserve = past === null || past.unsettled === null ? nothing : reserveOf(price, past.unsettled)
  return {
    path,
    agent: request.definition.name,
    goal: request.goal,
    scope: request.scope,
    model: name,
    status,
    verified: false,
    answer,
    artifacts: Artifacts.written(past?.changes ?? []),
    turns,
    toolCalls,
    durationMs: Math.round(past?.workedMs ?? 0),
    waitedMs: Math.round(past?.waitedMs ?? 0),
    usage,
    tokens: limit.tokens ?? null,
    tokensCharged: (past?.used.tokens ?? 0) + reserve.tokens,
    unknownTokens: unknownTokens + reserve.tokens,
    ...overdraftOf(overdraft),
    nanoUsd:
      nanoUsd === null || (price === null && reserve.tokens > 0 && past?.unsettled?.reservedNanoUsd === undefined)
        ? null
        : nanoUsd + reserve.nanoUsd,
    checks: past?.checks ?? [],
    error
  }
}

// internal

/** A model by its name for the provider. */
type Named = Pick<ModelFacts, "name" | "price">
