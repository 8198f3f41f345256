/**
 * An agent as the others of its run know it: whom it started, how it stands, what was said to it. Plain objects and
 * synchronous functions: what one fiber has seen and what it then waits for cannot fall apart.
 *
 * 1. Whoever waits for something is looked at whenever something has changed, and looks itself before it begins to
 *    wait: no wake-up is lost.
 * 2. A peer that has ended stays ended, with one result.
 */
import * as Deferred from "effect/Deferred"
import * as Exit from "effect/Exit"
import type * as Fiber from "effect/Fiber"
import type * as Semaphore from "effect/Semaphore"
import type { AgentResult } from "../../agent/AgentResult.ts"
import type { Letter } from "../../agent/AgentTask.ts"
import { type AgentPath, shortName } from "../../domain/Ids.ts"
import type { JournalError } from "../../journal/JournalError.ts"
import type { Policy } from "../../policy/Policy.ts"
import type { Member, MemberState } from "../../tool/Team.ts"
import type { Candidate } from "../admission/Admission.ts"
import type { Ground } from "../ground/Ground.ts"
import type { Entrant } from "../plan/Entrant.ts"
import type { Place } from "../plan/Shares.ts"

export interface Peer {
  readonly place: Place
  /** As it got into the run. */
  readonly entrant: Entrant
  /** Null for those that the run was started with. */
  readonly parent: Peer | null
  /** Levels below the named agents, which stand at 0. */
  readonly level: number
  /** The lowest level at which an agent may stand below it. */
  readonly deepest: number
  readonly candidate: Candidate
  /** Done when it has ended. */
  readonly ended: Deferred.Deferred<void>
  /** Its agents are started one after the other. */
  readonly turnstile: Semaphore.Semaphore
  /** In the order in which they were started. */
  readonly children: Array<Peer>
  /** What it has not read yet, in the order of arrival. */
  readonly letters: Array<Letter>
  /** To whom its calls have sent something. */
  readonly sent: Map<string, AgentPath>
  /** It takes no more turn to read one in. */
  isDeaf: boolean
  /** Called when something has changed that it may wait for. */
  readonly watchers: Set<() => void>
  /** Calls that have what they waited for, and need a place. */
  readonly returning: Set<() => void>
  /** What its children may do at most. */
  policy: Policy
  /** Where it reads and writes; null before it has begun. */
  ground: Ground | null
  /** When its time is over, by `elapsed`. */
  endsAt: number | null
  fiber: Fiber.Fiber<void, JournalError> | null
  /** It is to end as soon as it has begun. */
  mustEnd: boolean
  result: AgentResult | null
  /** Its parent knows how it ended. */
  isTold: boolean
  /** How many of its calls wait for children at this moment, and since when one does. */
  waits: number
  waitsSince: number
  /** Until now, in milliseconds. */
  waitedMs: number
  /** What it said last. */
  said: () => string
}

export const make = (
  fixed: Pick<Peer, "entrant" | "parent" | "level" | "deepest" | "candidate" | "ended" | "turnstile" | "policy">
): Peer => ({
  ...fixed,
  place: fixed.entrant.place,
  children: [],
  letters: [...fixed.entrant.letters],
  sent: new Map(fixed.entrant.sent),
  isDeaf: false,
  watchers: new Set(),
  returning: new Set(),
  ground: null,
  endsAt: null,
  fiber: null,
  mustEnd: false,
  result: null,
  isTold: fixed.entrant.isTold,
  waits: 0,
  waitsSince: 0,
  waitedMs: 0,
  said: () => ""
})

/** Something has changed that the peer may wait for. */
export const changed = (peer: Peer): void => {
  for (const watch of [...peer.watchers]) watch()
}

/** It has ended; its parent hears of it. */
export const end = (peer: Peer, result: AgentResult): void => {
  if (peer.result !== null) return
  peer.result = result
  Deferred.doneUnsafe(peer.ended, Exit.void)
  if (peer.parent !== null) changed(peer.parent)
}

export const hasEnded = (peer: Peer): boolean => peer.result !== null

/** The agents above it, itself first. */
export function* lineOf(peer: Peer): Generator<Peer> {
  for (let each: Peer | null = peer; each !== null; each = each.parent) yield each
}

export const view = (peer: Peer): Member => {
  const { place, result, said } = peer
  const { definition, goal } = place.request
  const seen = { path: place.path, agent: definition.name, goal, state: stateOf(peer) }
  return result === null
    ? { ...seen, answer: said(), artifacts: [], error: null }
    : { ...seen, answer: result.answer, artifacts: result.artifacts, error: result.error }
}

/** Ended children of whom the parent does not know yet; it does from now on. */
export const tellOf = (children: ReadonlyArray<Peer>): ReadonlyArray<Member> =>
  children.filter(hasEnded).map((child) => {
    child.isTold = true
    return view(child)
  })

/** By its path, by the last part of it, or as `parent`. */
export const meantBy = (name: string, peer: Peer, among: ReadonlyArray<Peer>): ReadonlyArray<Peer> => {
  const wanted = name.trim().replace(/\/+$/, "")
  if (wanted === "parent") return among.filter((each) => each === peer.parent)
  const exact = among.filter(({ place }) => place.path === wanted)
  return exact.length > 0 ? exact : among.filter(({ place }) => shortName(place.path) === wanted)
}

// internal

const stateOf = ({ candidate, result, waits }: Peer): MemberState => {
  if (result !== null) return result.status
  if (!candidate.seat.isHeld && waits === 0) return "queued"
  return waits > 0 ? "waiting" : "running"
}
