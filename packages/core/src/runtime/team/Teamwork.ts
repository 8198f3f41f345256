/**
 * What an agent can do with the others of its run: starting agents, waiting for them, talking, ending them.
 */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import { AgentJournal } from "../../agent/AgentEvent.ts"
import type { Inbox } from "../../agent/AgentTask.ts"
import { shortName } from "../../domain/Ids.ts"
import { nearestNames } from "../../domain/NearestNames.ts"
import { Model } from "../../model/Model.ts"
import type { Team } from "../../tool/Team.ts"
import { ToolError } from "../../tool/ToolError.ts"
import type { Admission } from "../admission/Admission.ts"
import * as Unstarted from "../plan/Unstarted.ts"
import { idOf } from "../resume/Letters.ts"
import { type Crew, isPlaced } from "./Crew.ts"
import { changed, end, hasEnded, meantBy, type Peer, tellOf, view } from "./Peer.ts"
import { spawn } from "./Spawning.ts"
import { until } from "./Waiting.ts"

/** How agents get in and out of the queue. */
export type Gate = Pick<Admission<never, never>, "enter" | "withdraw">

/** The tools' side. */
export const teamOf = (crew: Crew, gate: Gate, peer: Peer) => ({
  board: crew.board(peer.place.path, peer.place.parent),
  nameOf: (agent: string) => Effect.map(crew.find(agent), ({ name }) => name),
  spawn: (...asked: Parameters<Team["spawn"]>) => Effect.map(spawn(crew, gate.enter, peer, ...asked), view),
  wait: Effect.fnUntraced(function* (paths: ReadonlyArray<string>) {
    const asked =
      paths.length === 0 ? peer.children.filter(({ isTold }) => !isTold) : yield* childrenOf("wait", peer, paths)
    const isOver = () => peer.letters.length > 0 || asked.every(hasEnded)
    yield* until(crew.running.run, peer, isOver, pathsOf(asked))
    return {
      open: asked.filter((each) => !hasEnded(each)).map(view),
      ended: tellOf(asked),
      letters: peer.letters.map(({ from, id }) => ({ from, id }))
    }
  }),
  send: Effect.fnUntraced(function* (to: string, text: string, callId: string) {
    const before = peer.sent.get(callId)
    if (before !== undefined) return before
    const receiver = yield* receiverOf(crew, peer, to, text)
    const { parent, path } = peer.place
    const id = idOf(++crew.letters)
    const sent = { _tag: "Sent", id, to: receiver.place.path, text, call: callId } as const
    yield* AgentJournal.append(crew.running.run, path, parent, sent)
    peer.sent.set(callId, receiver.place.path)
    if (isDeaf(receiver)) return yield* deaf(receiver)
    receiver.letters.push({ id, from: path, text })
    changed(receiver)
    return receiver.place.path
  }),
  list: Effect.sync(() => neighbours(crew, peer).map(view)),
  interrupt: Effect.fnUntraced(function* (path: string) {
    const child = yield* childOf("interrupt_agent", peer, path)
    if (!hasEnded(child)) yield* stop(crew, gate, child)
    child.isTold = true
    return view(child)
  })
})

/** What others have said to it. */
export const inboxOf = (peer: Peer): Inbox => {
  const taken = (isLast: boolean) =>
    Effect.sync(() => {
      peer.isDeaf = isLast
      return peer.letters.splice(0)
    })
  return { take: taken(false), close: taken(true) }
}

/** Waits until none of its children is at work, and gives those of whom it does not know. */
export const settle = Effect.fnUntraced(function* ({ running }: Crew, peer: Peer) {
  yield* until(
    running.run,
    peer,
    () => peer.children.every(hasEnded),
    pathsOf(peer.children.filter((each) => !hasEnded(each)))
  )
  return tellOf(peer.children.filter(({ isTold }) => !isTold))
})

export const dependantsOf = (crew: Crew, gate: Gate, peer: Peer) => ({
  await: Effect.asVoid(settle(crew, peer)),
  interrupt: Effect.suspend(() =>
    Effect.forEach(
      peer.children.filter((child) => !hasEnded(child)),
      (child) => stop(crew, gate, child),
      { concurrency: "unbounded", discard: true }
    )
  ),
  waitedMs: Effect.sync(() => peer.waitedMs)
})

// internal

/** Messages are for short words; what is long belongs into a file. */
const longestText = 2_000
const mostUnread = 8

const pathsOf = (peers: ReadonlyArray<Peer>) => peers.map(({ place }) => place.path)

const childOf = (tool: string, peer: Peer, name: string): Effect.Effect<Peer, ToolError> => {
  const [child] = meantBy(name, peer, peer.children)
  return child === undefined
    ? Effect.fail(noSuch(tool, name, peer.children, "an agent that you started"))
    : Effect.succeed(child)
}

/** Each once. */
const childrenOf = (tool: string, peer: Peer, names: ReadonlyArray<string>) =>
  Effect.map(
    Effect.forEach(names, (name) => childOf(tool, peer, name)),
    (children) => [...new Set(children)]
  )

/** Its parent, its siblings and its children. */
const neighbours = ({ named }: Crew, peer: Peer): ReadonlyArray<Peer> => {
  const beside = (peer.parent?.children ?? named).filter((each) => each !== peer)
  return [...(peer.parent === null ? [] : [peer.parent]), ...beside, ...peer.children]
}

const receiverOf = Effect.fnUntraced(function* (crew: Crew, peer: Peer, to: string, text: string) {
  const among = neighbours(crew, peer)
  const [receiver, other] = meantBy(to, peer, among)
  if (receiver === undefined) return yield* noSuch("send_message", to, among, "an agent that you can send to")
  if (other !== undefined) {
    const paths = pathsOf([receiver, other]).join(" and ")
    return yield* mistaken("send_message", `${shown(to)} may be ${paths}`, "Give the whole path.")
  }
  if (isDeaf(receiver)) return yield* deaf(receiver)
  if (text.length > longestText) {
    const hint = "Say it in fewer words; what is long belongs into a file that you name."
    return yield* mistaken("send_message", `the text is longer than ${longestText} characters`, hint)
  }
  if (receiver.letters.length >= mostUnread) {
    const message = `${receiver.place.path} has ${mostUnread} messages that it has not read`
    return yield* mistaken("send_message", message, "Go on, and try again later.")
  }
  return receiver
})

/** Ends it with all below it, whether it waits its turn, is at work or waits for others; comes back when it has ended. */
const stop = Effect.fnUntraced(function* (crew: Crew, gate: Gate, peer: Peer) {
  if (yield* gate.withdraw(peer.candidate)) return yield* endUnstarted(crew, peer)
  peer.mustEnd = true
  peer.fiber?.interruptUnsafe()
  yield* Deferred.await(peer.ended)
})

const endUnstarted = Effect.fnUntraced(function* (crew: Crew, peer: Peer) {
  const { running } = crew
  const { place } = peer
  crew.prepared.delete(place)
  const { facts, model } = yield* Model
  const result = Unstarted.cancelled(peer.entrant, facts(place.request.model ?? model))
  yield* Effect.ensuring(
    Unstarted.record(running.run, peer.entrant, result, isPlaced(crew, peer.candidate)),
    Effect.sync(() => end(peer, result))
  )
}, Effect.uninterruptible)

const noSuch = (tool: string, name: string, among: ReadonlyArray<Peer>, what: string) => {
  const nearest = nearestNames(name, new Set(among.map(({ place }) => shortName(place.path))))
  const paths = pathsOf(among)
  const hint =
    paths.length === 0
      ? "There is none."
      : nearest.length > 0
        ? `Nearest names: ${nearest.join(", ")}.`
        : `There are: ${paths.slice(0, mostNamed).join(", ")}${paths.length > mostNamed ? ", …" : ""}.`
  return mistaken(tool, `${shown(name)} is not ${what}`, hint)
}

const isDeaf = (receiver: Peer): boolean => receiver.isDeaf || hasEnded(receiver)

const deaf = (receiver: Peer) =>
  mistaken(
    "send_message",
    `${receiver.place.path} ${hasEnded(receiver) ? "has ended" : "is about to end and reads no more"}`,
    "Start another agent, or go on without it."
  )

const mistaken = (tool: string, message: string, hint: string) => new ToolError({ tool, message, hint })

const shown = (name: string): string => JSON.stringify(name.slice(0, 100))

const mostNamed = 20
