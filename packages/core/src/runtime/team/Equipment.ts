/**
 * What an agent gets besides its task when it begins: no more time than there is, its messages, a team where it may deal
 * with others, and where it stood in its record.
 */

import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type { AgentTask, Dependants } from "../../agent/AgentTask.ts"
import type { Budget } from "../../budget/Budget.ts"
import type { TokenCounter } from "../../budget/TokenCounter.ts"
import { isSpawner } from "../../definition/AgentDefinition.ts"
import { elapsed } from "../../domain/Elapsed.ts"
import type { Blobs } from "../../journal/Blobs.ts"
import type { Journal } from "../../journal/Journal.ts"
import type { Model } from "../../model/Model.ts"
import type { Team } from "../../tool/Team.ts"
import type { ConfinedRoot } from "../../workspace/ConfinedRoot.ts"
import { isTeamTool } from "../plan/Prepare.ts"
import type { Running } from "../plan/Running.ts"
import type { Crew } from "./Crew.ts"
import type { Peer } from "./Peer.ts"
import { dependantsOf, type Gate, inboxOf, settle, teamOf } from "./Teamwork.ts"

export type Services = Journal | Blobs | Model | ConfinedRoot | TokenCounter | Budget

/** The time is over of who started it, or of the run: then it has none, whatever its own limit. */
export const isLate = ({ deadline }: Running, { parent }: Peer): Effect.Effect<boolean> =>
  Effect.map(elapsed, (now) => [deadline, parent?.endsAt ?? null].some((end) => end !== null && now >= end))

/** The task with no more time than there is: for the agent itself, for who started it, and for the run. */
export const inTime = Effect.fnUntraced(function* ({ deadline }: Running, task: AgentTask, peer: Peer) {
  const now = yield* elapsed
  const own = task.limits.wallMs
  const above = peer.parent?.endsAt ?? null
  const ends = [
    ...(own === null ? [] : [now + own - workedOf(peer, own)]),
    ...(deadline === null ? [] : [deadline]),
    ...(above === null ? [] : [above])
  ]
  if (ends.length === 0) return task
  const endsAt = Math.min(...ends)
  peer.endsAt = endsAt
  // One level after the other: who ends with the one above leaves it time to see to that.
  const lateMs = endsAt === above ? peer.level * levelMs : 0
  const wallMs = Math.max(0, Math.round(endsAt - now))
  return { ...task, limits: { ...task.limits, wallMs }, end: { at: endsAt, lateMs } }
})

/** The task with what the agent needs to deal with others and to go on. */
export const equip = (
  crew: Crew,
  gate: Gate,
  peer: Peer,
  task: AgentTask,
  services: Context.Context<Services>
): AgentTask => {
  const run = <A, E>(effect: Effect.Effect<A, E, Services>): Effect.Effect<A, E> =>
    Effect.provideContext(effect, services)
  const { ground, entrant } = peer
  const met: AgentTask = {
    ...task,
    inbox: inboxOf(peer),
    revived: entrant.revived,
    ...(ground === null ? {} : { settle: ground.settle })
  }
  if (!task.tools.some(isTeamTool)) return met
  const { board, interrupt, list, nameOf, send, spawn, wait } = teamOf(crew, gate, peer)
  const team: Team = {
    board,
    nameOf,
    list,
    spawn: (request, callId) => run(spawn(request, callId)),
    wait: (paths) => run(wait(paths)),
    send: (to, text, callId) => run(send(to, text, callId)),
    interrupt: (path) => run(interrupt(path))
  }
  if (!isSpawner(task.definition)) return { ...met, team }
  const below = dependantsOf(crew, gate, peer)
  const dependants: Dependants = { ...below, await: run(below.await), interrupt: run(below.interrupt) }
  return { ...met, team, settleChildren: run(settle(crew, peer)), dependants }
}

// internal

/** Far longer than an agent takes to interrupt another, far shorter than what is worth waiting for. */
const levelMs = 1_000

/** Of its time; one whose time was over has all of it again. */
const workedOf = ({ entrant }: Peer, wallMs: number): number => {
  const worked = entrant.past?.workedMs ?? 0
  return worked < wallMs ? worked : 0
}
