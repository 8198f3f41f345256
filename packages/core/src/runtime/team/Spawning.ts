/**
 * How an agent starts another: what may not be is refused before anything is consumed, and nothing is begun here: a
 * started agent is on record with all that it is, enters the queue of the run and gets to work from there.
 *
 * 1. A child may do what its parent may and its own definition grants, and no more.
 * 2. Its budget is a part of its parent's: at most what that has left, at least what a turn and an answer need.
 * 3. One after the other for each parent, so that of two calls only one gets the last of anything.
 */

import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import { AgentJournal, type Spawned } from "../../agent/AgentEvent.ts"
import type { AgentTask } from "../../agent/AgentTask.ts"
import { type Amounts, Budget } from "../../budget/Budget.ts"
import { childPath, rootPath } from "../../domain/Ids.ts"
import { defaultDepth } from "../../domain/Limits.ts"
import { Model } from "../../model/Model.ts"
import { intersect } from "../../policy/Policy.ts"
import type { SpawnRequest } from "../../tool/Team.ts"
import type { Admission } from "../admission/Admission.ts"
import { partOf } from "../admission/Parts.ts"
import { PriceUnknown } from "../PriceUnknown.ts"
import { anew } from "../plan/Entrant.ts"
import { cheapFloor, needOf, prepare } from "../plan/Prepare.ts"
import { capped, ownLimits, type Place } from "../plan/Shares.ts"
import { RunJournal } from "../RunEvent.ts"
import type { AgentRequest } from "../RunRequest.ts"
import { type Crew, join } from "./Crew.ts"
import type { Peer } from "./Peer.ts"
import { refusal, refused, tooLittle, tooMany, tooSmall } from "./SpawnRules.ts"

/** Comes back when the child has begun or waits its turn. A call that has started one before gives that one. */
export const spawn = Effect.fnUntraced(function* (
  crew: Crew,
  enter: Admission<never, never>["enter"],
  peer: Peer,
  asked: SpawnRequest,
  callId: string
) {
  const placed = yield* Deferred.make<void>()
  const child = yield* peer.turnstile.withPermits(1)(
    Effect.gen(function* () {
      const before = peer.children.find(({ entrant }) => entrant.call === callId)
      if (before !== undefined) return before
      const { claim, place, task } = yield* settle(crew, peer, asked)
      const { definition } = yield* task.kept
      return yield* Effect.uninterruptible(
        Effect.gen(function* () {
          const budget = yield* Budget
          if (!(yield* budget.tryConsume(peer.place.path, { agents: 1 }))) yield* requireMore(crew, peer)
          yield* AgentJournal.append(crew.running.run, place.path, place.parent, spawned(place, callId, definition))
          claim.keep()
          crew.prepared.set(place, task)
          const candidate = enter(place)
          crew.placed.set(candidate, placed)
          return join(crew, candidate, anew(place, callId), peer, task.policy)
        })
      )
    }).pipe(Effect.scoped)
  )
  if (crew.placed.get(child.candidate) !== placed) return child
  // It may be ended before it has come so far.
  yield* Effect.raceFirst(Deferred.await(placed), Deferred.await(child.ended))
  crew.placed.delete(child.candidate)
  return child
})

// internal

/** Where the child would stand, which copy it would be, and its task. Fails with what keeps it from being started. */
const settle = Effect.fnUntraced(function* (crew: Crew, peer: Peer, asked: SpawnRequest) {
  const { held, name } = yield* crew.find(asked.agent)
  const problem = refusal(peer, name, asked)
  if (problem !== undefined) {
    const { depth = defaultDepth } = crew.running.request.limits ?? {}
    if (peer.level >= depth) yield* note(crew, peer, "depth")
    return yield* problem
  }
  yield* requireMore(crew, peer)
  const claim = yield* crew.copies.claim(name)
  const { copy } = claim
  const { ceiling, definition, model, warnings } = held(copy)
  const request: AgentRequest = {
    definition,
    goal: asked.goal,
    inputs: asked.inputs,
    scope: peer.place.request.scope,
    ...(model === undefined ? {} : { model }),
    ceiling: intersect(peer.policy, ceiling),
    // Whoever works for somebody urgent is urgent.
    ...(peer.place.request.priority === undefined ? {} : { priority: peer.place.request.priority }),
    ...(asked.tokens === undefined ? {} : { limits: { tokens: asked.tokens } })
  }
  const above = yield* (yield* Budget).prospect(peer.place.path)
  const siblings = peer.children.filter((child) => child.place.request.definition.name === name)
  const place: Place = {
    request,
    path: childPath(peer.place.path, name, siblings.length + 1),
    parent: peer.place.path,
    order: peer.children.length + 1,
    copy,
    limit: capped(ownLimits(request), above),
    guarantee: {}
  }
  const prepared = yield* prepare(crew.running, place)
  const task = { ...prepared, unavailable: [...prepared.unavailable, ...warnings] }
  yield* requirePrice(place, task)
  return { claim, place: { ...place, guarantee: yield* floorOf(place, task) }, task }
})

const requireMore = Effect.fnUntraced(function* (crew: Crew, peer: Peer) {
  const lacking = yield* (yield* Budget).shortfall(peer.place.path, { agents: 1 })
  if (lacking === null) return
  if (lacking.at === rootPath) yield* note(crew, peer, "agents")
  return yield* tooMany(peer, lacking)
})

/** That a limit of the whole run has kept an agent from starting another. */
const note = ({ running: { limited, run } }: Crew, { place }: Peer, by: "agents" | "depth") =>
  Effect.suspend(() => {
    if (limited.has(by)) return Effect.void
    limited.add(by)
    return RunJournal.append(run, rootPath, null, { _tag: "Limited", by, path: place.path })
  })

/** With the definition in Blobs, all that is needed to begin the child in another process. */
const spawned = (
  { copy, guarantee, limit, order, request }: Place,
  call: string,
  definition: string
): typeof Spawned.Type => ({
  _tag: "Spawned",
  call,
  agent: request.definition.name,
  definition,
  goal: request.goal,
  inputs: request.inputs ?? {},
  scope: request.scope,
  ...(request.model === undefined ? {} : { model: request.model }),
  ceiling: request.ceiling ?? [],
  ...(request.limits?.tokens === undefined ? {} : { tokens: request.limits.tokens }),
  limit: known(limit),
  guarantee: known(guarantee),
  copy,
  order
})

/** Only units that are there. */
const known = (amounts: Amounts): (typeof Spawned.Type)["limit"] =>
  Object.fromEntries(Object.entries(amounts).filter(([, amount]) => amount !== undefined))

const requirePrice = Effect.fnUntraced(function* ({ limit }: Place, { model }: AgentTask) {
  const { facts, provider } = yield* Model
  if (limit.nanoUsd === undefined || facts(model).price !== null) return
  const { message } = new PriceUnknown({ model, provider })
  return yield* refused(message, "Start an agent that names no model of its own, or do it yourself.")
})

/**
 * What the child needs at least, counted exactly only where that decides. A definition's own limit below it is no reason
 * not to start: such an agent answers from what it is told.
 */
const floorOf = Effect.fnUntraced(function* ({ limit, parent, request }: Place, task: AgentTask) {
  const budget = yield* Budget
  // Money counts where only those above it have a limit of it.
  const own = { ...(limit.nanoUsd === undefined ? {} : { nanoUsd: Number.POSITIVE_INFINITY }), ...ownLimits(request) }
  const asked = request.limits?.tokens ?? Number.POSITIVE_INFINITY
  const cheap = yield* cheapFloor(task)
  if (cheap.tokens <= asked && (yield* budget.shortfall(parent, partOf(cheap, own))) === null) return partOf(cheap, own)
  const { floor } = yield* needOf(task)
  if (floor.tokens > asked) return yield* tooLittle(asked, floor.tokens)
  const lacking = yield* budget.shortfall(parent, partOf(floor, own), { atLast: true })
  return lacking === null ? partOf(floor, own) : yield* tooSmall(lacking)
})
