import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { recordedEnding, recordedResult } from "../../src/history/RecordedResult.ts"
import { Journal } from "../../src/journal/Journal.ts"
import { append, begin, dead, finish, runId } from "./Journals.ts"

const inMemory = <A, E>(effect: Effect.Effect<A, E, Journal>) => effect.pipe(Effect.provide(Journal.layerMemory))

const run = runId(1)
const told = Effect.all([recordedResult(run), recordedEnding(run)])

describe("the result of a run on record", () => {
  it.effect("is not there before its end, nor while it goes on after one", () =>
    Effect.gen(function* () {
      yield* begin(run, dead)
      expect(yield* told).toStrictEqual([null, null])
      yield* append(run, "run.Ended", { status: "cancelled", wallMs: 1, usedTokens: 0, nanoUsd: 0 })
      yield* append(run, "run.Resumed", { agents: [], tokens: null, nanoUsd: null, ...dead })
      expect(yield* told).toStrictEqual([null, null])
    }).pipe(inMemory)
  )

  it.effect("is not guessed for a record of another version, which tells how the run ended all the same", () =>
    Effect.gen(function* () {
      yield* begin(run, dead)
      yield* finish(run)
      expect(yield* told).toStrictEqual([null, "completed"])
    }).pipe(inMemory)
  )
})
