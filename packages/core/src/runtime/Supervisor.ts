/**
 * Runs the agents of a run, those that it was started with and those that they start, each to its end and each with a
 * result: a child that breaks is its own failed result, and ends nobody else.
 *
 * 1. Every agent is a fiber of the run. A parent ends after its children: it waits for them where it is done or closed
 *    at a limit, and interrupts them where it fails or is interrupted (`Agent.run`).
 * 2. A child has no more time than is left to its parent, and that no more than is left to the run.
 * 3. Where nobody may start agents, nothing of all this is made.
 */
import * as Clock from "effect/Clock"
import type * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Agent from "../agent/Agent.ts"
import { AgentJournal } from "../agent/AgentEvent.ts"
import { failureOf } from "../agent/AgentFailure.ts"
import type { AgentResult } from "../agent/AgentResult.ts"
import type { AgentTask, Dependants } from "../agent/AgentTask.ts"
import type { Budget, BudgetExceeded } from "../budget/Budget.ts"
import type { TokenCounter } from "../budget/TokenCounter.ts"
import { defaultSpawnedAtOnce } from "../domain/Limits.ts"
import type { Blobs } from "../journal/Blobs.ts"
import type { Journal } from "../journal/Journal.ts"
import { Model } from "../model/Model.ts"
import type { Team } from "../tool/Team.ts"
import type { ConfinedRoot } from "../workspace/ConfinedRoot.ts"
import { type Candidate, make as makeAdmission } from "./Admission.ts"
import * as Crew from "./Crew.ts"
import { end, type Peer } from "./Peer.ts"
import { isTeamTool, needOf, prepare } from "./Prepare.ts"
import type { Running } from "./Running.ts"
import type { Place } from "./Shares.ts"
import { isSpawner } from "./SpawnRules.ts"
import { dependantsOf, type Gate, inboxOf, settle, teamOf } from "./Teamwork.ts"
import * as Unstarted from "./Unstarted.ts"

/** Ends when all of them have. */
export const supervise = Effect.fnUntraced(function* (running: Running, places: ReadonlyArray<Place>) {
  const model = yield* Model
  yield* model.ready
  const services = yield* Effect.context<Services>()
  // What was read to know an agent's floor is what it starts with.
  const prepared = new Map<Place, AgentTask>()
  const crew = places.some(({ request }) => isSpawner(request.definition)) ? yield* Crew.make(running, prepared) : null
  const taskOf = Effect.fnUntraced(function* ({ place }: Candidate) {
    const task = prepared.get(place) ?? (yield* prepare(running, place))
    prepared.delete(place)
    return task
  })
  const modelOf = ({ request }: Place) => model.facts(request.model ?? model.model).name

  const gate: Gate = {
    enter: (place) => admission.enter(place),
    withdraw: (candidate) => admission.withdraw(candidate)
  }
  const outcomes = new Map<Candidate, AgentResult>()
  const work = Effect.fnUntraced(function* (candidate: Candidate) {
    const task = yield* Effect.interruptible(taskOf(candidate))
    const peer = crew?.peers.get(candidate)
    const limited = yield* inTime(running, task, peer)
    if (crew === null || peer === undefined) return void (yield* Agent.run(limited))
    peer.policy = task.policy
    const equipped = equip(crew, gate, peer, limited, services)
    outcomes.set(
      candidate,
      yield* Agent.run(equipped, (log) => {
        peer.said = () => log.transcript.answer
      })
    )
  })
  const placed = (candidate: Candidate) => {
    const waiting = crew?.placed.get(candidate)
    if (waiting !== undefined) Deferred.doneUnsafe(waiting, Effect.void)
  }
  const record = (candidate: Candidate, result: AgentResult) => {
    const { parent, path } = candidate.place
    const before = crew === null || Crew.isPlaced(crew, candidate) ? [] : [Unstarted.queued(candidate.place)]
    return AgentJournal.append(running.run, path, parent, ...before, { _tag: "Ended", result })
  }

  const admission = yield* makeAdmission({
    named: places,
    maxParallel: running.maxParallel,
    maxSpawned: running.request.maxSpawnedAtOnce ?? defaultSpawnedAtOnce,
    floor: Effect.fnUntraced(function* (place: Place) {
      const task = yield* prepare(running, place)
      prepared.set(place, task)
      return (yield* needOf(task)).floor
    }),
    work,
    began: (candidate, fiber) => {
      placed(candidate)
      const peer = crew?.peers.get(candidate)
      if (peer === undefined) return
      peer.fiber = fiber
      if (peer.mustEnd) fiber.interruptUnsafe()
    },
    ended: (candidate) => {
      const { place } = candidate
      const peer = crew?.peers.get(candidate)
      if (peer !== undefined) end(peer, outcomes.get(candidate) ?? Unstarted.cancelled(place, modelOf(place)))
      outcomes.delete(candidate)
    },
    queued: Effect.fnUntraced(function* (candidate: Candidate) {
      const { parent, path } = candidate.place
      yield* AgentJournal.append(running.run, path, parent, Unstarted.queued(candidate.place))
      placed(candidate)
    }),
    refuse: Effect.fnUntraced(function* (candidate: Candidate, error: BudgetExceeded) {
      const { place } = candidate
      prepared.delete(place)
      const result = Unstarted.unstarted(place, modelOf(place), "paused", failureOf(error))
      const peer = crew?.peers.get(candidate)
      yield* Effect.ensuring(
        record(candidate, result),
        Effect.sync(() => {
          if (peer !== undefined) end(peer, result)
          placed(candidate)
        })
      )
    })
  })
  if (crew !== null) for (const candidate of admission.named) Crew.join(crew, candidate, null, [])
  yield* admission.run
}, Effect.scoped)

// internal

type Services = Journal | Blobs | Model | ConfinedRoot | TokenCounter | Budget

/** The task with no more time than there is. */
const inTime = Effect.fnUntraced(function* ({ request, startedAt }: Running, task: AgentTask, peer: Peer | undefined) {
  const now = yield* Clock.currentTimeMillis
  const whole = request.limits?.wallMs
  const above = peer?.parent?.endsAt ?? null
  const ends = [
    ...(task.limits.wallMs === null ? [] : [now + task.limits.wallMs]),
    ...(whole === undefined ? [] : [startedAt + whole]),
    ...(above === null ? [] : [above])
  ]
  if (ends.length === 0) return task
  const endsAt = Math.min(...ends)
  if (peer !== undefined) peer.endsAt = endsAt
  return { ...task, limits: { ...task.limits, wallMs: Math.max(0, endsAt - now) } }
})

/** The task with what the agent needs to deal with others. */
const equip = (
  crew: Crew.Crew,
  gate: Gate,
  peer: Peer,
  task: AgentTask,
  services: Context.Context<Services>
): AgentTask => {
  const run = <A, E>(effect: Effect.Effect<A, E, Services>): Effect.Effect<A, E> =>
    Effect.provideContext(effect, services)
  const met = { ...task, inbox: inboxOf(peer) }
  if (!task.tools.some(isTeamTool)) return met
  const { interrupt, list, nameOf, send, spawn, wait } = teamOf(crew, gate, peer)
  const team: Team = {
    nameOf,
    list,
    spawn: (request) => run(spawn(request)),
    wait: (paths) => run(wait(paths)),
    send: (to, text) => run(send(to, text)),
    interrupt: (path) => run(interrupt(path))
  }
  if (!isSpawner(task.definition)) return { ...met, team }
  const below = dependantsOf(crew, gate, peer)
  const dependants: Dependants = { ...below, await: run(below.await), interrupt: run(below.interrupt) }
  return { ...met, team, settleChildren: run(settle(crew, peer)), dependants }
}
