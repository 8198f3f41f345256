/**
 * Who waits for a place to work and where it stands among those who do, told from facts, which are written when an agent
 * comes into the line and when one begins, and not whenever somebody moves up. Pure.
 */
import { type InLine, inTurn, type Position, type Priority, usualPriority } from "../domain/Priority.ts"
import { depthOf } from "./AgentTree.ts"
import type { Recorded } from "./Fact.ts"

/** Places to work at, for agents that were named and for those that agents started; null where it is not on record. */
export interface Places extends Counts {
  /** What the run begins with, also when it is taken up again. */
  readonly first: Counts
}

interface Counts {
  readonly named: number | null
  readonly spawned: number | null
}

export const unknownPlaces: Places = { named: null, spawned: null, first: { named: null, spawned: null } }

/** An agent as far as lines are concerned. */
export interface Member extends InLine {
  readonly path: string
  /** `away`: it waits for agents that it started, and has no place meanwhile. */
  readonly phase: "queued" | "at work" | "away" | "ended"
  /** It is on record that it has to wait. */
  readonly isTold: boolean
  /** A place was given to it. */
  readonly hasBegun: boolean
}

export interface Queued extends Position {
  readonly path: string
}

/** Those that wait, each with its place in its line. Who is about to begin, as there are free places, has none. */
export const positions = (members: ReadonlyArray<Member>, places: Places): ReadonlyArray<Queued> => [
  ...positionsIn(members.filter(isNamed), places.named),
  ...positionsIn(
    members.filter((member) => !isNamed(member)),
    places.spawned
  )
]

/** The same from the facts of a run. */
export const queueOf = (events: ReadonlyArray<Recorded>): ReadonlyArray<Queued> => {
  const fold = queueFold()
  for (const event of events) fold.add(event)
  return fold.queue()
}

/** The same event by event, so that none needs to be kept. */
export const queueFold = () => {
  const members = new Map<string, Member>()
  let places = unknownPlaces
  return {
    add: ({ fact, path, seq }: Recorded): void => {
      places = placesAfter(places, fact)
      switch (fact._tag) {
        case "run.Started":
          for (const [index, { path, priority }] of fact.agents.entries()) {
            members.set(path, members.get(path) ?? newcomer(path, index, priority))
          }
          break
        case "run.Resumed":
          for (const [path, member] of members) members.set(path, again(member, fact.agents.includes(path)))
          break
        default:
          if (lineFacts.has(fact._tag)) members.set(path, moved(members.get(path) ?? newcomer(path, seq), fact))
      }
    },
    queue: (): ReadonlyArray<Queued> => positions([...members.values()], places)
  }
}

/** How many places there are once this has happened. */
export const placesAfter = (before: Places, fact: Recorded["fact"]): Places => {
  switch (fact._tag) {
    case "run.Started": {
      const first = { named: fact.maxParallel, spawned: fact.maxSpawnedAtOnce }
      return { ...first, first }
    }
    case "run.Resumed":
      return { ...before.first, first: before.first }
    case "run.Parallelism":
      return { ...before, named: fact.to, spawned: fact.spawned }
    default:
      return before
  }
}

/** Who comes into a line: of named agents `asked` is the place among them, of others the number of their first event. */
export const newcomer = (path: string, asked: number, priority: Priority = usualPriority): Member => ({
  path,
  asked,
  priority,
  phase: "queued",
  isTold: false,
  hasBegun: false
})

/** The same object where nothing has changed. */
export const moved = (member: Member, fact: Recorded["fact"]): Member => {
  switch (fact._tag) {
    case "agent.Queued":
      return { ...member, phase: "queued", isTold: true, priority: fact.priority }
    case "agent.Started":
    case "agent.Continued":
      return { ...member, phase: "at work", hasBegun: true }
    case "agent.Waiting":
      return { ...member, phase: "away" }
    case "agent.Resumed":
      return { ...member, phase: "at work" }
    case "agent.Ended":
      return { ...member, phase: "ended" }
    default:
      return member
  }
}

/** The run is taken up again: places are given anew, and who goes on waits for one. */
export const again = (member: Member, goesOn: boolean): Member => ({
  ...member,
  hasBegun: false,
  phase: goesOn ? "queued" : member.phase
})

// internal

const isNamed = ({ path }: Member): boolean => depthOf(path) === 1

const positionsIn = (members: ReadonlyArray<Member>, places: number | null): ReadonlyArray<Queued> => {
  const queued = members.filter(({ phase }) => phase === "queued")
  if (queued.length === 0) return []
  const atWork = members.filter(({ phase }) => phase === "at work").length
  const isFull = places !== null && atWork >= places
  const waiting = queued.filter(({ isTold }) => isFull || isTold)
  const given = members.filter(({ hasBegun }) => hasBegun).length
  return inTurn(waiting, given).map(({ path }, index) => ({ path, position: index + 1, of: waiting.length }))
}

const lineFacts: ReadonlySet<Recorded["fact"]["_tag"]> = new Set([
  "agent.Spawned",
  "agent.Queued",
  "agent.Started",
  "agent.Continued",
  "agent.Waiting",
  "agent.Resumed",
  "agent.Ended"
])
