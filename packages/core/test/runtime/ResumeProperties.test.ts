/**
 * Random families of agents whose process is killed at a random event, twice, in virtual time: whatever they do, and
 * wherever they stood, they come to their end within their budget.
 */
import { afterAll, describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { JournalEvent } from "../../src/journal/Journal.ts"
import type { RunRequest } from "../../src/runtime/RunRequest.ts"
import type { RunResult } from "../../src/runtime/RunResult.ts"
import type { Runtime } from "../../src/runtime/Runtime.ts"
import * as ScriptedModel from "../../src/testing/ScriptedModel.ts"
import { Family, scriptOf } from "./Families.ts"
import { askedAgain, begin, chargedIn, cutAt, type Disk, eventsOf, goOn, makeDisk, processOn } from "./Resuming.ts"
import { asked, inTime, lead, makeFolder } from "./Team.ts"

const folder = makeFolder()
afterAll(folder.remove)

const percent = Schema.Int.pipe(Schema.check(Schema.isBetween({ minimum: 1, maximum: 99 })))

/** Agents that have begun, or were started, and have no end since. */
const openIn = (events: ReadonlyArray<JournalEvent>) => {
  const open = new Set<string>()
  for (const { namespace, path, type } of events) {
    if (namespace !== "agent") continue
    if (type === "Spawned" || type === "Started" || type === "Continued") open.add(path)
    if (type === "Ended") open.delete(path)
  }
  return [...open]
}

/** Agents that ended, for the last time, after the one that had started them. */
const lateIn = (events: ReadonlyArray<JournalEvent>) => {
  const ends = new Map(
    events.flatMap(({ namespace, path, seq, type }) =>
      namespace === "agent" && type === "Ended" ? [[path, seq] as const] : []
    )
  )
  return [...ends].filter(([path, seq]) => [...ends].some(([above, end]) => path.startsWith(`${above}/`) && end < seq))
}

describe("a family of agents that is cut twice", () => {
  it.effect.prop(
    "comes to its end within its budget, with one end for each of its agents",
    [Family, percent, percent],
    ([family, first, second]) =>
      Effect.gen(function* () {
        const tokens = 5_000 + family.budget * 1_000
        const request: RunRequest = {
          workspace: folder.root,
          agents: Array.from({ length: family.named + 1 }, (_, index) =>
            asked(lead({ limits: { tokens } }), `g${index}`)
          ),
          limits: { tokens: tokens * (family.named + 1), children: family.agents + 1 },
          maxSpawnedAtOnce: family.places + 1
        }
        const inProcess = <E>(on: Disk, work: Effect.Effect<RunResult, E, Runtime>) =>
          inTime(
            Effect.gen(function* () {
              const result = yield* work
              return { result, events: yield* eventsOf(result.run) }
            }).pipe(Effect.provide(processOn(on, folder.root, ScriptedModel.layer(scriptOf(family)))))
          )
        const disk = yield* makeDisk
        const whole = yield* inProcess(disk, begin(request))
        const { run } = whole.result
        const at = Math.max(1, Math.floor((whole.events.length * first) / 100))
        const once = cutAt(disk, run, at)
        const { events } = yield* inProcess(once, goOn(run))
        const again = at + Math.max(1, Math.floor(((events.length - at) * second) / 100))
        const found = yield* inProcess(cutAt(once, run, Math.min(again, events.length - 1)), goOn(run))
        expect(openIn(found.events)).toStrictEqual([])
        expect(lateIn(found.events)).toStrictEqual([])
        expect(askedAgain(found.events)).toStrictEqual([])
        expect(found.result.budget.tokens.used).toBe(chargedIn(found.events))
        expect(found.result.budget.tokens.used).toBeLessThanOrEqual(tokens * (family.named + 1))
        for (const { path, tokens: limit, tokensCharged } of found.result.agents) {
          expect({ path, isWithin: tokensCharged <= (limit ?? 0) }).toStrictEqual({ path, isWithin: true })
        }
        return true
      }),
    { arbitrary: { runs: 12, size: 20 } }
  )
})
