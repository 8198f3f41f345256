/**
 * Lives of an agent that are cut: what must hold of whoever goes on from there, and what it must come to.
 */
import { expect } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Transcript from "../../src/agent/Transcript.ts"
import type { Message } from "../../src/domain/Message.ts"
import type { JournalEvent } from "../../src/journal/Journal.ts"
import { toolEvents } from "../../src/tool/ToolEvent.ts"
import { answeredIn, type Life } from "./moments.ts"
import { begin, goOn, type Played, place, type Scene } from "./scene.ts"

/** Cuts the life of an agent at each of its moments, and compares what it comes to with what it came to uncut. */
export const cutEverywhere = Effect.fnUntraced(function* (scene: Scene) {
  const { life: whole } = yield* begin(scene)
  for (const moment of whole.moments) {
    const after = yield* goOn(scene, moment, whole)
    expectSafe(whole.events.slice(0, moment.count), after)
    expectSame(after.life, whole)
  }
  return whole
})

/** Cuts the life of an agent, and what comes after that, and so on: each time at that part of its moments, from 0 to 1. */
export const cutInTurn = Effect.fnUntraced(function* (scene: Scene, parts: ReadonlyArray<number>) {
  const { life: whole } = yield* begin(scene)
  let life = whole
  for (const part of parts) {
    const moment = life.moments[Math.floor(part * (life.moments.length - 1))]
    if (moment === undefined) throw new Error("an agent has at least its end")
    const after = yield* goOn(scene, moment, life)
    expectSafe(life.events.slice(0, moment.count), after)
    expectSame(after.life, whole)
    life = after.life
  }
})

/** What must hold of an agent that went on, whatever it did. */
export const expectSafe = (before: ReadonlyArray<JournalEvent>, { life, ran, requests }: Played): void => {
  const answered = answeredIn(before)
  expect(requests.filter((asked) => answered.has(asked))).toStrictEqual([])
  const done = new Set(doneIn(before).map(({ callId }) => callId))
  expect(ran.filter((call) => done.has(call))).toStrictEqual([])
  const posts = begunIn(before).flatMap(({ id, name }) => (name === "post" && !done.has(id) ? [id] : []))
  expect(ran.filter((call) => posts.includes(call))).toStrictEqual([])
  const unknown = doneIn(life.events.slice(before.length)).filter(({ settled }) => settled === "unknown")
  expect(unknown.map(({ callId }) => callId).toSorted()).toStrictEqual(posts.toSorted())
  expect(place.effects.toSorted()).toStrictEqual([...new Set(place.effects)].toSorted())
  expect([life.used, life.result.tokensCharged]).toStrictEqual(Array.from({ length: 2 }, () => chargedIn(life.events)))
  expect(Transcript.ofEvents(life.events).messages).toStrictEqual(life.messages)
  expect([...life.files.keys()].filter((path) => path.endsWith(".tmp"))).toStrictEqual([])
}

export const told = ({ result }: Life) => {
  const { answer, artifacts, checks, error, status, toolCalls, turns, verified } = result
  // Calls of one turn run side by side: which of them ends first is chance.
  return { answer, artifacts: artifacts.toSorted(), checks, error, status, toolCalls, turns, verified }
}

// internal

const expectSame = (life: Life, whole: Life): void => {
  const settled = doneIn(life.events).filter((done) => done.settled !== undefined)
  const ids = new Set(settled.map(({ callId }) => callId))
  expect(comparable(life.messages, ids)).toStrictEqual(comparable(whole.messages, ids))
  // What was left of a change in two steps is told, and is the model's to make.
  const isWhole = settled.every(({ ok, settled }) => ok || settled === "unknown")
  const { artifacts, ...result } = told(life)
  expect({ ...result, artifacts: isWhole ? artifacts : told(whole).artifacts }).toStrictEqual(told(whole))
  if (isWhole) expect(life.files).toStrictEqual(whole.files)
}

const doneIn = (events: ReadonlyArray<JournalEvent>) =>
  events.flatMap((event) =>
    Option.match(toolEvents.decode(event), { onNone: () => [], onSome: (fact) => (fact._tag === "Done" ? [fact] : []) })
  )

const begunIn = (events: ReadonlyArray<JournalEvent>) =>
  events.flatMap((event) =>
    Option.match(toolEvents.decode(event), {
      onNone: () => [],
      onSome: (fact) => (fact._tag === "Intent" ? [fact.call] : [])
    })
  )

/** What is on record as charged. */
const chargedIn = (events: ReadonlyArray<JournalEvent>): number =>
  events.reduce((sum, { body, type }) => sum + (type.startsWith("Turn") ? numberIn(body, "charged") : 0), 0)

const numberIn = (body: unknown, key: string): number => {
  const value = typeof body === "object" && body !== null ? Reflect.get(body, key) : undefined
  return typeof value === "number" ? value : 0
}

/** The conversation without the words of results that tell of a cut call. */
const comparable = (messages: ReadonlyArray<Message>, settled: ReadonlySet<string>) =>
  messages.map((message) =>
    message._tag === "Tool" && settled.has(message.callId) ? { _tag: "Tool", callId: message.callId } : message
  )
