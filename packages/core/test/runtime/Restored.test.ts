/**
 * Long records, and what a run gives its agents when it goes on.
 */
import { afterAll, describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import type { LimitValues } from "../../src/domain/Limits.ts"
import type { JournalEvent } from "../../src/journal/Journal.ts"
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
const recorded = (limits: LimitValues) =>
  Effect.gen(function* () {
    const disk = yield* makeDisk
    const agents = [asked(worker(), "one"), asked(worker(), "two")]
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

const restore = (events: ReadonlyArray<JournalEvent>, more: LimitValues = {}) => {
  const [first] = events
  if (first === undefined) throw new Error("there are no events")
  return Result.getOrThrow(restored(first.run, RunPast.ofEvents(events), { ...around, more }))
}

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
