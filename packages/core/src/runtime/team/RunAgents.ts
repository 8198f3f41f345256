/**
 * Runs the agents of a run, those that it was started with and those that they start, each to its end and each with a
 * result: a child that breaks is its own failed result, and ends nobody else.
 *
 * 1. Every agent is a fiber of the run. A parent ends after its children: it waits for them where it is done or closed
 *    at a limit, and interrupts them where it fails or is interrupted (`Agent.run`).
 * 2. A child has no more time than is left to its parent, and that no more than is left to the run. Where their time is
 *    over together, the parent is ended first: it does not hear of the child's end, and both go on when the run does.
 * 3. In a run that goes on from its record, children come in when the agent begins that had started them: so the tree
 *    comes up from the top, each part of the budget below one that is open.
 */

import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Agent from "../../agent/Agent.ts"
import { AgentJournal } from "../../agent/AgentEvent.ts"
import { failureOf } from "../../agent/AgentFailure.ts"
import type { AgentResult } from "../../agent/AgentResult.ts"
import type { AgentTask } from "../../agent/AgentTask.ts"
import { Budget, type BudgetExceeded } from "../../budget/Budget.ts"
import { DeadlineExceeded } from "../../budget/Deadline.ts"
import type { Position } from "../../domain/Priority.ts"
import { Model } from "../../model/Model.ts"
import { Asker } from "../../model/RateGate.ts"
import { ConfinedRoot } from "../../workspace/ConfinedRoot.ts"
import { type Candidate, make as makeAdmission } from "../admission/Admission.ts"
import * as Concurrency from "../admission/Concurrency.ts"
import type { RunGround } from "../ground/Ground.ts"
import { boundsOf } from "../plan/Bounds.ts"
import type { Entrant } from "../plan/Entrant.ts"
import { needOf, prepare } from "../plan/Prepare.ts"
import type { Running } from "../plan/Running.ts"
import type { Place } from "../plan/Shares.ts"
import * as Unstarted from "../plan/Unstarted.ts"
import * as Crew from "./Crew.ts"
import { equip, inTime, isLate, type Services } from "./Equipment.ts"
import { takeOrders } from "./Orders.ts"
import { end, type Peer } from "./Peer.ts"
import * as Restarts from "./Restarts.ts"
import type { Gate } from "./Teamwork.ts"

/** Who works, and where. */
export interface Crowd {
  /** Those that the run was started with, in the order asked. */
  readonly entrants: ReadonlyArray<Entrant>
  readonly before: Crew.Before
  readonly ground: RunGround
}

/** Ends when all of them have, or when another process wants the run to end: then it is interrupted. */
export const runAgents = Effect.fnUntraced(function* (running: Running, { before, entrants, ground }: Crowd) {
  const model = yield* Model
  const services = yield* Effect.context<Services>()
  // What was read to know an agent's floor is what it starts with.
  const prepared = new Map<Place, AgentTask>()
  const crew = yield* Crew.make(running, prepared, before)
  const taskOf = Effect.fnUntraced(function* ({ place }: Candidate) {
    const task = prepared.get(place) ?? (yield* prepare(running, place))
    prepared.delete(place)
    return task
  })
  const modelOf = ({ place: { request } }: Candidate) => model.facts(request.model ?? model.model)
  const peerOf = (candidate: Candidate): Peer => {
    const peer = crew.peers.get(candidate)
    if (peer === undefined) throw new Error(`nobody knows ${candidate.place.path}`)
    return peer
  }

  const gate: Gate = {
    enter: (place) => admission.enter(place),
    withdraw: (candidate) => admission.withdraw(candidate)
  }
  const outcomes = new Map<Candidate, AgentResult>()
  const supervised = yield* Restarts.make(running)
  /** How one ends that does not come to work. */
  const unbegun = Effect.fnUntraced(function* (candidate: Candidate, status: Unstarted.Status, error: Error) {
    const { entrant, place } = peerOf(candidate)
    prepared.delete(place)
    const overdraft = entrant.past === null ? undefined : (yield* (yield* Budget).own(place.path)).overdraft
    return Unstarted.unstarted(entrant, modelOf(candidate), status, failureOf(error), overdraft)
  })
  const endUnbegun = Effect.fnUntraced(function* (candidate: Candidate, status: Unstarted.Status, error: Error) {
    const result = yield* unbegun(candidate, status, error)
    outcomes.set(candidate, result)
    return yield* record(candidate, result)
  })
  const work = Effect.fnUntraced(function* (candidate: Candidate) {
    const peer = peerOf(candidate)
    const { children, past } = peer.entrant
    if (yield* isLate(running, peer)) {
      return yield* endUnbegun(candidate, "timed_out", new DeadlineExceeded({ path: peer.place.path, limitMs: 0 }))
    }
    const task = yield* Effect.interruptible(taskOf(candidate))
    peer.policy = task.policy
    const below = peer.parent === null ? ground.of : (peer.parent.ground?.below ?? ground.of)
    const found = yield* Effect.result(below(peer.place))
    if (Result.isFailure(found)) {
      if (found.failure._tag === "JournalError") return yield* found.failure
      return yield* endUnbegun(candidate, "failed", found.failure)
    }
    peer.ground = found.success
    const limited = yield* inTime(running, task, peer)
    Crew.joinAll(crew, children, ({ place }) => admission.enter(place), peer)
    const result = yield* Agent.run(
      supervised(peer, equip(crew, gate, peer, limited, services)),
      (log) => {
        peer.said = () => log.transcript.answer
      },
      past
    ).pipe(Effect.provideService(ConfinedRoot, found.success.root))
    outcomes.set(candidate, result)
  }, Effect.scoped)
  const placed = (candidate: Candidate) => {
    const waiting = crew.placed.get(candidate)
    if (waiting !== undefined) Deferred.doneUnsafe(waiting, Effect.void)
  }
  const record = (candidate: Candidate, result: AgentResult) =>
    Unstarted.record(running.run, peerOf(candidate).entrant, result, Crew.isPlaced(crew, candidate))

  const bounds = boundsOf(running.request)
  const going = entrants.filter(({ result }) => result === null)
  const begun = new Set(going.flatMap(({ past, place }) => (past === null ? [] : [place])))
  const admission = yield* makeAdmission({
    named: going.map(({ place }) => place),
    maxParallel: bounds.first,
    maxSpawned: bounds.spawned,
    floor: Effect.fnUntraced(function* (place: Place) {
      // One that has begun goes on with what there is, be it to say that there is nothing.
      if (begun.has(place)) return {}
      const task = yield* prepare(running, place)
      prepared.set(place, task)
      return (yield* needOf(task)).floor
    }),
    work,
    began: (candidate, fiber) => {
      placed(candidate)
      const peer = peerOf(candidate)
      peer.fiber = fiber
      if (peer.mustEnd) fiber.interruptUnsafe()
    },
    ended: (candidate) => {
      const peer = peerOf(candidate)
      end(peer, outcomes.get(candidate) ?? Unstarted.cancelled(peer.entrant, modelOf(candidate)))
      outcomes.delete(candidate)
    },
    queued: Effect.fnUntraced(function* (candidate: Candidate, position: Position) {
      const { parent, path } = candidate.place
      yield* AgentJournal.append(running.run, path, parent, Unstarted.queued(candidate.place, position))
      placed(candidate)
    }),
    refuse: Effect.fnUntraced(function* (candidate: Candidate, error: BudgetExceeded) {
      const peer = peerOf(candidate)
      const result = yield* unbegun(candidate, "paused", error)
      yield* Effect.ensuring(
        record(candidate, result),
        Effect.sync(() => {
          end(peer, result)
          placed(candidate)
        })
      )
    })
  })
  const candidates = new Map(admission.named.map((candidate) => [candidate.place, candidate]))
  Crew.joinAll(crew, entrants, ({ place }) => candidates.get(place) ?? admission.enter(place), null)
  // What breaks the regulation breaks the run; it has no end of its own.
  const worked = bounds.isAutomatic
    ? Effect.raceFirst(admission.run, Concurrency.regulate(running.run, bounds, admission))
    : admission.run
  const obeyed = Effect.raceFirst(worked, Effect.andThen(takeOrders(crew), Effect.interrupt))
  yield* Effect.provideService(obeyed, Asker, running.run)
}, Effect.scoped)
