import { afterAll, describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as TestClock from "effect/testing/TestClock"
import { elapsed } from "../../src/domain/Elapsed.ts"
import { RunId } from "../../src/domain/Ids.ts"
import { Blobs } from "../../src/journal/Blobs.ts"
import { Journal } from "../../src/journal/Journal.ts"
import * as Pressure from "../../src/model/Pressure.ts"
import { decide, initial, type Readings, regulate, type State } from "../../src/runtime/admission/Concurrency.ts"
import { measured, Vitals } from "../../src/runtime/admission/Vitals.ts"
import { boundsOf } from "../../src/runtime/plan/Bounds.ts"
import { RunJournal } from "../../src/runtime/RunEvent.ts"
import type { RunRequest } from "../../src/runtime/RunRequest.ts"
import { Runtime } from "../../src/runtime/Runtime.ts"
import * as ScriptedModel from "../../src/testing/ScriptedModel.ts"
import { ConfinedRoot } from "../../src/workspace/ConfinedRoot.ts"
import { sharedCounter } from "../budget/sharedCounter.ts"
import { agent, agentsOf } from "./Rig.ts"
import { inTime, makeFolder, nap } from "./Team.ts"

const folder = makeFolder()
afterAll(folder.remove)

const calm = { loopDelayMs: 1, freeMemory: 0.5, ownMemory: 0 }

const at = (limit: number, more: Partial<State> = {}): State => ({ ...initial(Pressure.none), limit, ...more })

const reading = (more: Partial<Readings> = {}): Readings => ({
  now: 100_000,
  waiting: 3,
  pressure: Pressure.none,
  vitals: calm,
  ...more
})

const complained = { pressure: { complaints: 1, heldUntil: 0 } }

describe("the number of agents at work that a run finds out by itself", () => {
  it.each([
    ["is one more where agents wait and nothing speaks against it", at(4), reading(), 5],
    ["stays where nobody waits", at(4), reading({ waiting: 0 }), 4],
    [
      "stays while the provider has everybody wait",
      at(4),
      reading({ pressure: { complaints: 0, heldUntil: 100_001 } }),
      4
    ],
    ["is one more when that is over", at(4), reading({ pressure: { complaints: 0, heldUntil: 100_000 } }), 5],
    ["stays while the event loop is late", at(4), reading({ vitals: { ...calm, loopDelayMs: 51 } }), 4],
    ["is one more where it is late by a little", at(4), reading({ vitals: { ...calm, loopDelayMs: 50 } }), 5],
    [
      "stays where the machine has hardly any memory left",
      at(4),
      reading({ vitals: { ...calm, freeMemory: 0.09 } }),
      4
    ],
    ["stays where the container has hardly any left", at(4), reading({ vitals: { ...calm, ownMemory: 0.81 } }), 4],
    ["is half when the provider complains", at(9), reading(complained), 4],
    ["is half then also where nobody waits", at(9), reading({ ...complained, waiting: 0 }), 4],
    ["is one at least", at(1), reading(complained), 1],
    ["is 64 at most", at(64), reading(), 64],
    ["stays below what was complained about for a while", at(6, { tooMany: 7, complainedAt: 70_001 }), reading(), 6],
    ["is tried again after that", at(6, { tooMany: 7, complainedAt: 70_000 }), reading(), 7],
    ["grows at once up to there", at(4, { tooMany: 7, complainedAt: 99_000 }), reading(), 5]
  ])("%s", (_, state, readings, limit) => {
    expect(decide(state, readings).limit).toBe(limit)
  })

  it("halves once for a complaint, and remembers what it was about", () => {
    const once = decide(at(9), reading(complained))
    expect([once, decide(once, reading({ ...complained, now: 101_000, waiting: 0 }))]).toStrictEqual([
      { limit: 4, complaints: 1, tooMany: 9, complainedAt: 100_000 },
      { limit: 4, complaints: 1, tooMany: 9, complainedAt: 100_000 }
    ])
  })

  it("does not count what was complained about before the run began", () => {
    const begun = initial({ complaints: 5, heldUntil: 0 })
    expect(decide(begun, reading({ pressure: { complaints: 5, heldUntil: 0 } })).limit).toBe(5)
  })

  it("is the one that is asked for where one is", () => {
    const agents = Array.from({ length: 3 }, (_, index) => agent("explorer", `${index}`))
    expect([
      boundsOf({ agents }),
      boundsOf({ agents, maxParallel: 2, maxSpawnedAtOnce: 7 }),
      boundsOf({ agents, maxParallel: "auto" }),
      boundsOf({ agents, maxParallel: "auto", maxSpawnedAtOnce: 7 })
    ]).toStrictEqual([
      { isAutomatic: false, first: 3, most: 3, spawned: 4 },
      { isAutomatic: false, first: 2, most: 2, spawned: 7 },
      { isAutomatic: true, first: 4, most: 64, spawned: null },
      { isAutomatic: true, first: 4, most: 64, spawned: 7 }
    ])
  })

  it.effect("grows each second while a run has agents that wait, and halves when the provider complains", () =>
    Effect.gen(function* () {
      let [atWork, most, answers] = [0, 0, 0]
      const counts: Array<number> = []
      const script = () =>
        Effect.gen(function* () {
          atWork += 1
          most = Math.max(most, atWork)
          yield* nap(4)
          atWork -= 1
          answers += 1
          counts.push(atWork)
          return { text: "It is done." }
        })
      const pressure = Effect.sync(() => ({ complaints: answers >= 10 ? 1 : 0, heldUntil: 0 }))
      const layer = Runtime.layer.pipe(
        Layer.provideMerge(
          Layer.mergeAll(
            Journal.layerMemory,
            Blobs.layerMemory,
            sharedCounter,
            ScriptedModel.layer(script, { pressure }),
            ConfinedRoot.layer(folder.root),
            agentsOf(folder.root)
          )
        )
      )
      const agents = Array.from({ length: 24 }, (_, index) => agent("explorer", `goal ${index}`))
      const request: RunRequest = { workspace: folder.root, agents, maxParallel: "auto" }
      const { moves, result } = yield* Effect.gen(function* () {
        const journal = yield* Journal
        const handle = yield* (yield* Runtime).start(request)
        const result = yield* handle.wait
        const events = yield* journal.read(handle.run)
        const facts = events.flatMap((event) => Option.toArray(RunJournal.decode(event)))
        return { result, moves: facts.flatMap((fact) => (fact._tag === "Parallelism" ? [fact] : [])) }
      }).pipe(
        Effect.scoped,
        Effect.provideService(
          Vitals,
          Effect.succeed(() => calm)
        ),
        Effect.provide(layer),
        inTime
      )
      expect(result.status).toBe("completed")
      const to = moves.map(({ to }) => to)
      const top = Math.max(...to)
      // Up by one each second from four, half of it at the complaint, and up again, but not to where it was.
      expect(to.slice(0, to.indexOf(top) + 1)).toStrictEqual(Array.from({ length: top - 4 }, (_, index) => index + 5))
      expect(moves[to.indexOf(top) + 1]).toStrictEqual({
        _tag: "Parallelism",
        to: Math.floor(top / 2),
        spawned: Math.floor(top / 2),
        why: "complaint"
      })
      expect([most, Math.max(...to.slice(to.indexOf(top) + 1))]).toStrictEqual([top, Math.min(top - 1, to.at(-1) ?? 0)])
    })
  )

  it.effect("grows again when the provider's wait is over, also where the clock was set back meanwhile", () =>
    Effect.gen(function* () {
      yield* TestClock.adjust("1 hour")
      const heldUntil = (yield* elapsed) + 2_500
      yield* TestClock.setTime(0)
      const pressure = Effect.succeed({ complaints: 0, heldUntil })
      const run = RunId.make("r0mh8k3x2q7f4a")
      const limits: Array<number> = []
      const resize = (limit: number) => limits.push(limit)
      yield* Effect.gen(function* () {
        yield* (yield* Journal).open(run)
        const agents = [agent("explorer", "goal")]
        yield* Effect.forkChild(regulate(run, boundsOf({ agents, maxParallel: "auto" }), { resize, waiting: () => 9 }))
        yield* TestClock.adjust("4 seconds")
      }).pipe(
        Effect.provideService(
          Vitals,
          Effect.succeed(() => calm)
        ),
        Effect.provide([Journal.layerMemory, ScriptedModel.layer(() => ({ text: "" }), { pressure })])
      )
      expect(limits).toStrictEqual([5, 6])
    })
  )
})

describe("the vitals of this process", () => {
  it.live("tell that the event loop was blocked, once", () =>
    Effect.gen(function* () {
      const read = yield* measured
      const turn = Effect.promise(() => new Promise<void>((resolve) => setTimeout(resolve, 60)))
      read()
      yield* turn
      const end = performance.now() + 150
      while (performance.now() < end);
      yield* turn
      const blocked = read()
      expect(blocked.loopDelayMs).toBeGreaterThan(100)
      expect([blocked.freeMemory > 0, blocked.freeMemory <= 1, blocked.ownMemory >= 0]).toStrictEqual([
        true,
        true,
        true
      ])
      yield* turn
      expect(read().loopDelayMs).toBeLessThan(blocked.loopDelayMs)
    }).pipe(Effect.scoped)
  )
})
