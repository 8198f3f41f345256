/**
 * What an agent that crashed at a bad moment has again: messages that it took and did not read, its place.
 */
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { type AgentEvent, AgentJournal } from "../../src/agent/AgentEvent.ts"
import { Budget } from "../../src/budget/Budget.ts"
import { childPath, makeRunId, rootPath } from "../../src/domain/Ids.ts"
import { Journal } from "../../src/journal/Journal.ts"
import * as WorkPlaces from "../../src/runtime/admission/WorkPlaces.ts"
import { afterCrash, noting, type Taken } from "../../src/runtime/team/AfterCrash.ts"
import { inboxOf } from "../../src/runtime/team/Teamwork.ts"
import * as ScriptedModel from "../../src/testing/ScriptedModel.ts"
import { peerAt } from "./Team.ts"

const run = makeRunId(0, 0)
const [path, other] = [childPath(rootPath, "reader", 1), childPath(rootPath, "writer", 1)]

const services = Layer.mergeAll(
  Journal.layerMemory,
  Budget.layer({}),
  ScriptedModel.layer(() => undefined)
)

const sent = (id: string) => AgentJournal.append(run, other, rootPath, { _tag: "Sent", id, to: path, text: id })
const heard = (id: string) => AgentJournal.append(run, path, rootPath, { _tag: "Heard", id, from: other, text: id })
const append = (event: AgentEvent) => AgentJournal.append(run, path, rootPath, event)
const letter = (id: string) => ({ id, from: other, text: id })

describe("an agent that lives again", () => {
  it.effect("reads what it had taken and not read, before what has come since, and what it has read not again", () =>
    Effect.gen(function* () {
      yield* (yield* Journal).open(run)
      const peer = peerAt(
        path,
        WorkPlaces.make(1, () => {})
      )
      const taken: Taken = new Set()
      const { inbox } = noting({ inbox: inboxOf(peer) }, taken)
      for (const id of ["m1", "m2", "m3", "m4"]) yield* sent(id)
      peer.letters.push(letter("m1"), letter("m2"), letter("m3"))
      expect(yield* inbox.close).toStrictEqual([letter("m1"), letter("m2"), letter("m3")])
      yield* heard("m1")
      // It is on record before it is there.
      peer.letters.push(letter("m4"))
      expect(yield* afterCrash({ run }, peer, { model: "scripted" }, taken)).toBeNull()
      expect([peer.letters, peer.isDeaf]).toStrictEqual([[letter("m2"), letter("m3"), letter("m4")], false])
      expect(yield* inbox.take).toStrictEqual([letter("m2"), letter("m3"), letter("m4")])
    }).pipe(Effect.provide(services))
  )

  it.effect("has its own record looked for, and what others have said: the rest of theirs is not read", () =>
    Effect.gen(function* () {
      const journal = yield* Journal
      yield* journal.open(run)
      yield* append({ _tag: "Told", text: "own" })
      yield* AgentJournal.append(run, other, rootPath, { _tag: "Told", text: "theirs" })
      yield* sent("m1")
      const seen: Array<string> = []
      const watched: Journal["Service"] = {
        ...journal,
        read: (...asked) =>
          Effect.tap(journal.read(...asked), (events) =>
            Effect.sync(() => seen.push(...events.map(({ path, type }) => `${path} ${type}`)))
          )
      }
      const places = WorkPlaces.make(1, () => {})
      yield* Effect.provideService(
        afterCrash({ run }, peerAt(path, places), { model: "scripted" }, new Set()),
        Journal,
        watched
      )
      expect(seen.toSorted()).toStrictEqual([`${path} Told`, `${other} Sent`])
    }).pipe(Effect.provide(services))
  )

  it.effect("has heard of children whose end it was told of, but not of those that went on after that", () =>
    Effect.gen(function* () {
      yield* (yield* Journal).open(run)
      const places = WorkPlaces.make(1, () => {})
      const peer = peerAt(path, places)
      const [first, second, third] = ["first", "second", "third"].map((name) => childPath(path, name, 1))
      if (first === undefined || second === undefined || third === undefined) return expect.unreachable()
      for (const child of [first, second, third]) peer.children.push(peerAt(child, places))
      const goesOn = { _tag: "Continued", cause: "resume", restart: 0 } as const
      yield* append({ _tag: "Told", text: "both have ended", told: [first, second] })
      yield* AgentJournal.append(run, second, path, goesOn)
      yield* append({ _tag: "Told", text: "the last one has ended", told: [third] })
      yield* afterCrash({ run }, peer, { model: "scripted" }, new Set())
      expect(peer.children.map(({ isTold }) => isTold)).toStrictEqual([true, false, true])
    }).pipe(Effect.provide(services))
  )

  it.effect("has a place to work before anything else, and waits for one where there is none", () =>
    Effect.gen(function* () {
      yield* (yield* Journal).open(run)
      const places = WorkPlaces.make(1, () => {})
      const peer = peerAt(path, places)
      const somebody = places.seat()
      somebody.take()
      const living = yield* Effect.forkChild(afterCrash({ run }, peer, { model: "scripted" }, new Set()), {
        startImmediately: true
      })
      for (let turn = 0; turn < 50; turn++) yield* Effect.yieldNow
      expect([living.pollUnsafe(), peer.candidate.seat.isHeld]).toStrictEqual([undefined, false])
      somebody.leave()
      for (let turn = 0; turn < 50; turn++) yield* Effect.yieldNow
      expect([living.pollUnsafe()?._tag, peer.candidate.seat.isHeld]).toStrictEqual(["Success", true])
    }).pipe(Effect.provide(services))
  )

  it.effect("is charged for the request that was cut, also where others have taken the room for it since", () =>
    Effect.gen(function* () {
      yield* (yield* Journal).open(run)
      const budget = yield* Budget
      yield* budget.carve(rootPath, path, { name: "reader" })
      yield* budget.carve(rootPath, other, { name: "writer" })
      yield* append({
        _tag: "Started",
        agent: "reader",
        definition: "d",
        system: "s",
        ceiling: [],
        goal: "Read",
        scope: [],
        prompt: "p",
        model: "scripted",
        tokens: null,
        nanoUsd: null,
        wallMs: null,
        turns: 9,
        tools: [],
        unavailable: [],
        contextFiles: []
      })
      yield* append({ _tag: "TurnRequested", turn: 1, attempt: 1, reserved: 300, maxOutputTokens: 100, closing: false })
      yield* (yield* budget.reserve(other, { tokens: 900 })).settle({ tokens: 900 })
      const places = WorkPlaces.make(1, () => {})
      yield* afterCrash({ run }, peerAt(path, places), { model: "scripted" }, new Set())
      expect([(yield* budget.used(path)).tokens, (yield* budget.root).units.tokens.used]).toStrictEqual([300, 1200])
      const { state, units } = yield* budget.node(path)
      expect([state, units.tokens.overdraft]).toStrictEqual(["overdrawn", 300])
    }).pipe(Effect.scoped, Effect.provide(Layer.merge(services, Budget.layer({ tokens: 1000 }))))
  )
})
