/**
 * Agents that wait: whatever happens in whatever order, nobody sleeps over what was waited for.
 */
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/testing/TestClock"
import { AgentJournal } from "../../src/agent/AgentEvent.ts"
import { childPath, makeRunId, rootPath } from "../../src/domain/Ids.ts"
import { Journal } from "../../src/journal/Journal.ts"
import * as WorkPlaces from "../../src/runtime/admission/WorkPlaces.ts"
import * as Peer from "../../src/runtime/team/Peer.ts"
import { until } from "../../src/runtime/team/Waiting.ts"
import { peerAt } from "./Team.ts"

const run = makeRunId(0, 0)
const path = childPath(rootPath, "lead")

const begun = Effect.tap(Journal, (journal) => journal.open(run))

/** An agent that is at work at one of so many places. */
const atWork = (places: WorkPlaces.WorkPlaces, name = "lead") => {
  const peer = peerAt(childPath(rootPath, name), places)
  peer.candidate.seat.take()
  return peer
}

const turns = (count: number) => Effect.forEach(Array.from({ length: count }), () => Effect.yieldNow, { discard: true })

describe("an agent that waits", () => {
  it.effect("gives its place up, comes back before one that begins, and says for how long it has waited", () =>
    Effect.gen(function* () {
      const journal = yield* begun
      const places = WorkPlaces.make(1, () => {})
      const [peer, other] = [atWork(places), peerAt(childPath(rootPath, "other"), places)]
      let isSo = false
      const fiber = yield* Effect.forkChild(
        until(run, peer, () => isSo, [path]),
        { startImmediately: true }
      )
      yield* turns(10)
      expect([peer.candidate.seat.isHeld, other.candidate.seat.take()]).toStrictEqual([false, true])
      yield* TestClock.adjust("3 seconds")
      isSo = true
      Peer.changed(peer)
      yield* turns(10)
      // It has what it waits for, and no place.
      expect([fiber.pollUnsafe(), peer.candidate.seat.isHeld]).toStrictEqual([undefined, false])
      yield* TestClock.adjust("1 second")
      other.candidate.seat.leave()
      expect([peer.candidate.seat.isHeld, places.hasFree]).toStrictEqual([true, false])
      yield* Fiber.join(fiber)
      expect(peer.waitedMs).toBe(4_000)
      const facts = (yield* journal.read(run)).flatMap((event) => Option.toArray(AgentJournal.decode(event)))
      expect(facts).toStrictEqual([
        { _tag: "Waiting", paths: [path] },
        { _tag: "Resumed", ms: 4_000 }
      ])
    }).pipe(Effect.provide(Journal.layerMemory))
  )

  it.effect("does not wait at all for what is so already, and keeps its place", () =>
    Effect.gen(function* () {
      const journal = yield* begun
      const peer = atWork(WorkPlaces.make(1, () => {}))
      yield* until(run, peer, () => true, [])
      expect([peer.candidate.seat.isHeld, peer.waitedMs, (yield* journal.read(run)).length]).toStrictEqual([true, 0, 0])
    }).pipe(Effect.provide(Journal.layerMemory))
  )

  it.effect("leaves nothing behind when it is interrupted: no wish for a place, no ear", () =>
    Effect.gen(function* () {
      yield* begun
      const places = WorkPlaces.make(1, () => {})
      const [peer, other] = [atWork(places), peerAt(childPath(rootPath, "other"), places)]
      for (const isReturning of [false, true]) {
        let isSo = false
        const fiber = yield* Effect.forkChild(
          until(run, peer, () => isSo, []),
          { startImmediately: true }
        )
        yield* turns(10)
        other.candidate.seat.take()
        isSo = isReturning
        Peer.changed(peer)
        yield* Fiber.interrupt(fiber)
        peer.candidate.seat.leave()
        other.candidate.seat.leave()
        expect([peer.watchers.size, peer.returning.size, peer.waits, places.atWork]).toStrictEqual([0, 0, 0, 0])
      }
    }).pipe(Effect.provide(Journal.layerMemory))
  )

  const small = (most: number) => Schema.Int.pipe(Schema.check(Schema.isBetween({ minimum: 0, maximum: most })))
  const Step = Schema.Union([
    Schema.TaggedStruct("Wait", { peer: small(2), for: small(12) }),
    Schema.TaggedStruct("Happens", { peer: small(2), yields: small(6) }),
    Schema.TaggedStruct("Others", { peer: small(2), yields: small(3) })
  ])

  it.effect.prop(
    "is awake as soon as what it waits for has happened and a place is free, however waits and happenings interleave",
    [small(1), Schema.Array(Step).pipe(Schema.check(Schema.isMaxLength(40)))],
    ([more, steps]) =>
      Effect.gen(function* () {
        yield* begun
        const places = WorkPlaces.make(more + 1, () => {})
        const peers = ["a", "b", "c"].map((name) => ({ peer: peerAt(childPath(rootPath, name), places), happened: 0 }))
        for (const { peer } of peers) peer.candidate.seat.take()
        const waits: Array<Fiber.Fiber<void, unknown>> = []
        for (const step of steps) {
          const each = peers[step.peer]
          if (each === undefined) continue
          switch (step._tag) {
            case "Wait": {
              // Several calls of one agent wait at the same time.
              const enough = () => each.happened >= step.for
              waits.push(yield* Effect.forkChild(until(run, each.peer, enough, [])))
              break
            }
            case "Happens":
              each.happened += 1
              Peer.changed(each.peer)
              yield* turns(step.yields)
              break
            case "Others":
              yield* turns(step.yields)
          }
          expect(places.atWork).toBeLessThanOrEqual(more + 1)
        }
        // All that was waited for happens; whoever is awake gives its place to the next.
        for (const each of peers) {
          each.happened = Number.POSITIVE_INFINITY
          Peer.changed(each.peer)
        }
        for (let round = 0; round < 20; round++) {
          yield* turns(10)
          for (const { peer } of peers) if (peer.waits === 0) peer.candidate.seat.leave()
        }
        expect(waits.filter((fiber) => fiber.pollUnsafe() === undefined).length).toBe(0)
        expect(peers.map(({ peer }) => [peer.watchers.size, peer.returning.size, peer.waits])).toStrictEqual(
          peers.map(() => [0, 0, 0])
        )
        return true
      }).pipe(Effect.provide(Journal.layerMemory)),
    { arbitrary: { runs: 200, size: 40 } }
  )
})
