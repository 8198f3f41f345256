/**
 * How an agent waits for those that it has started: without its place, which they may need, and until it has one again.
 *
 * 1. What is waited for is looked at before the wait begins and whenever something changes, in one step with going to
 *    sleep: a change is never missed.
 * 2. Who has what it waited for asks for a place in that very step, so before any place goes to one who begins.
 * 3. Several calls of one agent may wait at once: it is at work again when the last of them has what it waits for.
 */
import * as Effect from "effect/Effect"
import { resting } from "../../actor/Pulse.ts"
import { AgentJournal } from "../../agent/AgentEvent.ts"
import { elapsed } from "../../domain/Elapsed.ts"
import type { AgentPath, RunId } from "../../domain/Ids.ts"
import type { Peer } from "./Peer.ts"

/** Comes back at once where it is so already. `paths` are those that it waits for. */
export const until = Effect.fnUntraced(function* (
  run: RunId,
  peer: Peer,
  isSo: () => boolean,
  paths: ReadonlyArray<AgentPath>
) {
  if (isSo()) return
  const { parent, path } = peer.place
  const isFirst = yield* begin(peer)
  const waiting = isFirst ? AgentJournal.append(run, path, parent, { _tag: "Waiting", paths }) : Effect.void
  const ms = yield* Effect.uninterruptibleMask((restore) =>
    restore(resting(Effect.andThen(waiting, asleep(peer, isSo)))).pipe(
      Effect.onError(() => end(peer)),
      Effect.andThen(end(peer))
    )
  )
  if (ms !== null) yield* AgentJournal.append(run, path, parent, { _tag: "Resumed", ms })
})

// internal

/** True for the first of several calls that wait at the same time. */
const begin = (peer: Peer) =>
  Effect.map(elapsed, (now) => {
    peer.waits += 1
    if (peer.waits > 1) return false
    peer.waitsSince = now
    return true
  })

/** How long the agent has waited, when this was the last of its calls that did; null else. */
const end = (peer: Peer) =>
  Effect.map(elapsed, (now) => {
    peer.waits -= 1
    if (peer.waits > 0) return null
    const ms = Math.round(now - peer.waitsSince)
    peer.waitedMs += ms
    return ms
  })

const asleep = (peer: Peer, isSo: () => boolean) =>
  Effect.callback<void>((resume) => {
    const awake = () => resume(Effect.void)
    if (isSo()) return awake()
    const watch = () => {
      if (!isSo()) return
      peer.watchers.delete(watch)
      // What other calls of the agent still wait for, it can do without a place.
      if (peer.watchers.size > 0) return awake()
      peer.returning.add(awake)
      peer.candidate.seat.comeBack(() => awaken(peer))
    }
    peer.watchers.add(watch)
    // Calls that were on their way back come with this one.
    peer.candidate.seat.leave()
    return Effect.sync(() => {
      peer.watchers.delete(watch)
      peer.returning.delete(awake)
    })
  })

const awaken = ({ returning }: Peer) => {
  const calls = [...returning]
  returning.clear()
  for (const awake of calls) awake()
}
