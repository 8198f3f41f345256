/**
 * Long records, and what a run gives its agents when it goes on.
 */
import { afterAll, describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import type { LimitValues } from "../../src/domain/Limits.ts"
import type { JournalEvent } from "../../src/journal/Journal.ts"
import type { More } from "../../src/runtime/resume/LimitsNow.ts"
import { type Around, restored } from "../../src/runtime/resume/Restored.ts"
import * as RunPast from "../../src/runtime/resume/RunPast.ts"
import * as ScriptedModel from "../../src/testing/ScriptedModel.ts"
import { begin, eventsOf, makeDisk, processOn } from "./Resuming.ts"
import { asked, makeFolder, otherCall, type Script, turnOf, worker } from "./Team.ts"

const folder = makeFolder()
afterAll(folder.remove)

const reads: Script = (request) =>
  turnOf(request) < 3 ? { calls: [otherCall("read_file", { path: `${turnOf(request)}.txt` })] } : { text: "read" }

/** The record of a run of two agents with a budget for both. */
const recorded = (limits: LimitValues, own: LimitValues = {}) =>
  Effect.gen(function* () {
    const disk = yield* makeDisk
    const agents = [{ ...asked(worker(), "one"), limits: own }, asked(worker(), "two")]
    return yield* Effect.flatMap(begin({ workspace: folder.root, agents, limits }), ({ run }) => eventsOf(run)).pipe(
      Effect.provide(processOn(disk, folder.root, ScriptedModel.layer(reads)))
    )
  })

const around: Around = {
  definitions: new Map(),
  provider: "scripted",
  modelOf: (name) => name ?? "scripted",
  price: () => ({ input: 1, cached: 0.1, output: 4 }),
  environment: {},
  more: {},
  say: []
}

/** Up to where the first agent has its last result, and the second has not begun. */
const cutOf = (events: ReadonlyArray<JournalEvent>): ReadonlyArray<JournalEvent> => {
  const last = events.findLastIndex(({ path, type }) => type === "Done" && path === "/root/worker")
  return events.slice(0, last + 1).filter(({ path }) => path !== "/root/worker#2")
}

const restore = (events: ReadonlyArray<JournalEvent>, more: More = {}) => {
  const [first] = events
  if (first === undefined) throw new Error("there are no events")
  return Result.getOrThrow(restored(first.run, RunPast.ofEvents(events), { ...around, more }))
}

/** The event with which both agents went on before. */
const resumedWith = (events: ReadonlyArray<JournalEvent>, more: More): ReadonlyArray<JournalEvent> =>
  events.slice(0, 1).map((started) => ({
    ...started,
    seq: events.length + 1,
    type: "Resumed",
    body: {
      _tag: "Resumed",
      agents: ["/root/worker", "/root/worker#2"],
      more,
      pid: 1,
      processStart: "",
      tokens: null,
      nanoUsd: null,
      calls: null,
      deadlineMs: null,
      onUnknown: "ask",
      provider: "scripted",
      model: "scripted",
      mode: "model"
    }
  }))

describe("a run that goes on", () => {
  it.effect("gives each agent what it was promised and has not used, and an even part of what comes", () =>
    Effect.gen(function* () {
      const events = cutOf(yield* recorded({ tokens: 40_000 }))
      const guarantees = (more: LimitValues) =>
        restore(events, more).agents.map(({ place: { guarantee, limit } }) => [guarantee.tokens, limit.tokens])
      const used = restore(events).used.find(({ path }) => path === "/root/worker")?.used.tokens ?? 0
      expect(used).toBeGreaterThan(0)
      expect(guarantees({})).toStrictEqual([
        [20_000 - used, 40_000],
        [20_000, 40_000]
      ])
      expect(guarantees({ tokens: 5_000 })).toStrictEqual([
        [22_500 - used, 45_000],
        [22_500, 45_000]
      ])
      expect(restore(events, { tokens: 5_000 }).total.tokens).toBe(45_000)
    })
  )

  it.effect("has what is left of its time and what comes to it, and all of its time again where that is nothing", () =>
    Effect.gen(function* () {
      const [minute, events] = [60_000, cutOf(yield* recorded({ wallMs: 600_000 }))]
      const unlimited = cutOf(yield* recorded({}))
      const after = (minutes: number, more: More, of = events) =>
        restore(
          of.map((event, index) =>
            index === of.length - 1 ? { ...event, time: event.time + minutes * minute } : event
          ),
          more
        ).deadlineMs
      expect([after(9, {}), after(9, { moreMs: 15 * minute }), after(9, { wallMs: 2 * minute })]).toStrictEqual([
        minute,
        16 * minute,
        2 * minute
      ])
      expect([after(10, {}), after(10, { moreMs: 15 * minute })]).toStrictEqual([10 * minute, 15 * minute])
      expect([after(9, {}, unlimited), after(9, { moreMs: 15 * minute }, unlimited)]).toStrictEqual([null, null])
    })
  )

  it.effect("adds to the time of each agent that goes on and has one, as often as something came", () =>
    Effect.gen(function* () {
      const events = cutOf(yield* recorded({}, { wallMs: 2_000 }))
      const times = (of: ReadonlyArray<JournalEvent>, more: More) =>
        restore(of, more).agents.map(({ place }) => place.request.limits?.wallMs)
      expect(times(events, {})).toStrictEqual([2_000, undefined])
      expect(times(events, { moreMs: 20_000 })).toStrictEqual([22_000, undefined])
      expect(times([...events, ...resumedWith(events, { moreMs: 20_000 })], { moreMs: 5_000 })).toStrictEqual([
        27_000,
        undefined
      ])
    })
  )

  it.effect("reads ten thousand events in well under a second", () =>
    Effect.gen(function* () {
      const events = cutOf(yield* recorded({ tokens: 40_000 }))
      const turns = events.filter(({ path, type }) => path === "/root/worker" && type !== "Started")
      const begun = events.filter((event) => !turns.includes(event))
      const long = [...begun]
      for (let round = 0; long.length < 10_000; round++) {
        for (const event of turns) {
          const body: unknown = JSON.parse(JSON.stringify(event.body).replaceAll("read_file-", `read_file-${round}-`))
          long.push({ ...event, body, seq: long.length + 1 })
        }
      }
      const took = Array.from({ length: 3 }, () => {
        const before = performance.now()
        expect(restore(long).going.length).toBe(2)
        return performance.now() - before
      })
      expect(Math.min(...took)).toBeLessThan(300)
    })
  )
})
