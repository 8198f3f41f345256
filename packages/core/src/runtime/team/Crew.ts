/**
 * The agents of a run as they deal with each other, and what the run knows for all of them. One for a run.
 */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Semaphore from "effect/Semaphore"
import type { AgentTask, Letter } from "../../agent/AgentTask.ts"
import { agentName } from "../../definition/AgentDefinition.ts"
import { AgentLoader } from "../../definition/AgentLoader.ts"
import { type HeldAgent, heldAgent } from "../../definition/HeldAgent.ts"
import type { AgentPath } from "../../domain/Ids.ts"
import { defaultDepth } from "../../domain/Limits.ts"
import type { ToolError } from "../../tool/ToolError.ts"
import type { Candidate } from "../admission/Admission.ts"
import type { Entrant } from "../plan/Entrant.ts"
import type { Running } from "../plan/Running.ts"
import type { Place } from "../plan/Shares.ts"
import type { RunRequest } from "../RunRequest.ts"
import * as Copies from "./Copies.ts"
import * as Peer from "./Peer.ts"
import * as SharedBoard from "./SharedBoard.ts"
import { refused } from "./SpawnRules.ts"

/** An agent that others can start. */
export interface Known {
  readonly name: string
  /** What it is held to here besides what its starter may; `copy` counts those of its name. */
  readonly held: (copy: number) => HeldAgent
}

export interface Crew {
  readonly running: Running
  readonly peers: Map<Candidate, Peer.Peer>
  /** Those that the run was started with. */
  readonly named: Array<Peer.Peer>
  /** Tasks of agents that have not begun. */
  readonly prepared: Map<Place, AgentTask>
  /** Done when an agent that was started has begun or has to wait. */
  readonly placed: Map<Candidate, Deferred.Deferred<void>>
  readonly find: (name: string) => Effect.Effect<Known, ToolError>
  readonly copies: Copies.Copies
  /** Messages sent until now. */
  letters: number
  /** What was said to agents that have not come in. */
  readonly unclaimed: Map<AgentPath, ReadonlyArray<Letter>>
  /** Notes that all its agents share. */
  readonly board: SharedBoard.SharedBoard
}

/** What there has been in the run before. */
export interface Before {
  /** How many agents of a name. */
  readonly copies: ReadonlyMap<string, number>
  /** Messages sent. */
  readonly letters: number
}

export const make = Effect.fnUntraced(function* (running: Running, prepared: Map<Place, AgentTask>, before: Before) {
  const { request } = running
  const loader = yield* AgentLoader
  const known = new Map<string, Known>()
  const find = Effect.fnUntraced(function* (name: string) {
    const wanted = agentName(name)
    const found = known.get(wanted) ?? ofRequest(request, wanted) ?? (yield* ofLoader(request, loader, name))
    known.set(wanted, found)
    return found
  })
  const crew: Crew = {
    running,
    peers: new Map(),
    named: [],
    prepared,
    placed: new Map(),
    find,
    copies: Copies.make(before.copies),
    letters: before.letters,
    unclaimed: new Map(),
    board: yield* SharedBoard.make(running.run)
  }
  return crew
})

/** An agent that the run was started with, or that `parent` starts. */
export const join = (
  crew: Crew,
  candidate: Candidate,
  entrant: Entrant,
  parent: Peer.Peer | null,
  policy: Peer.Peer["policy"] = []
): Peer.Peer => {
  const { path, request } = entrant.place
  const { definition, limits } = request
  const level = parent === null ? 0 : parent.level + 1
  const own = { ...definition.limits, ...limits }.depth
  const above = parent === null ? (crew.running.request.limits?.depth ?? defaultDepth) : parent.deepest
  const deepest = Math.min(above, level + (own ?? Number.POSITIVE_INFINITY))
  const [ended, turnstile] = [Deferred.makeUnsafe<void>(), Semaphore.makeUnsafe(1)]
  const peer = Peer.make({ entrant, parent, level, deepest, candidate, ended, turnstile, policy })
  peer.letters.push(...(crew.unclaimed.get(path) ?? []))
  crew.unclaimed.delete(path)
  crew.peers.set(candidate, peer)
  if (parent === null) crew.named.push(peer)
  else parent.children.push(peer)
  return peer
}

/** The same of agents as they get into a run: those that have ended and do not go on stand there with their results. */
export const joinAll = (
  crew: Crew,
  entrants: ReadonlyArray<Entrant>,
  candidateOf: (entrant: Entrant) => Candidate,
  parent: Peer.Peer | null
): void => {
  for (const entrant of entrants) {
    if (entrant.result === null) join(crew, candidateOf(entrant), entrant, parent)
    else Peer.end(join(crew, gone(entrant.place), entrant, parent), entrant.result)
  }
}

/** Puts a message where the agent finds it, be it that it comes in later. */
export const deliver = ({ peers, unclaimed }: Crew, to: AgentPath, letter: Letter): void => {
  const peer = [...peers.values()].find(({ place }) => place.path === to)
  if (peer === undefined) {
    unclaimed.set(to, [...(unclaimed.get(to) ?? []), letter])
    return
  }
  if (Peer.hasEnded(peer)) return
  peer.letters.push(letter)
  Peer.changed(peer)
}

/** An agent that was started has begun or is known to wait: where it stands among others is on record. */
export const isPlaced = ({ placed }: Crew, candidate: Candidate): boolean => {
  const waiting = placed.get(candidate)
  return waiting === undefined || Deferred.isDoneUnsafe(waiting)
}

// internal

/** Of an agent that does not get in. */
const gone = (place: Place): Candidate => ({
  place,
  seat: { isHeld: false, take: () => false, leave: () => {}, comeBack: () => () => {} },
  state: "out"
})

/** What the user handed over is what is meant by its name. */
const ofRequest = ({ agents }: RunRequest, wanted: string): Known | undefined => {
  const found = agents.find(({ definition }) => definition.name === wanted)
  if (found === undefined) return undefined
  const { ceiling = [], definition, model } = found
  const held = { definition, ...(model === undefined ? {} : { model }), ceiling, warnings: [] }
  return { name: definition.name, held: () => held }
}

const ofLoader = ({ oneModel = false, trusted = false }: RunRequest, loader: AgentLoader["Service"], name: string) =>
  loader.find(name).pipe(
    Effect.map((found): Known => {
      const held = (copy: number) => heldAgent(found, { copy, isTrusted: trusted, namesModel: !oneModel })
      return { name: found.definition.name, held }
    }),
    Effect.catchTags({
      AgentNotFound: ({ nearest }) => {
        const hint =
          nearest.length === 0 ? "Take one of those that you were told of." : `Nearest names: ${nearest.join(", ")}.`
        return Effect.fail(refused(`there is no agent named ${JSON.stringify(name.slice(0, 100))}`, hint))
      },
      DefinitionError: ({ message }) =>
        Effect.fail(refused(`${name} cannot be read: ${message}`, "Start another agent, or do it yourself."))
    })
  )
